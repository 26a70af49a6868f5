package io.tributary.session.frame;

import org.jspecify.annotations.Nullable;

/// The kinds of frames. The id is part of the format: never reuse or renumber one.
enum FrameType {
  HELLO(1, 49, FrameLimits.WHOLE_BODY_BYTES),
  WELCOME(2, 34, 34 + FrameLimits.FUTURE_BYTES),
  REFUSAL(3, 12, 12 + FrameLimits.TEXT_BYTES),
  OPEN(4, 43, 41 + FrameLimits.TOPIC_BYTES + FrameLimits.CLASS_NAME_BYTES),
  RESUME(5, 28, 28),
  CONFIRM(6, 13, 13),
  DATA(7, Data.FIXED_BYTES + 1, Data.FIXED_BYTES + FrameLimits.SLICE_BYTES),
  GAP(8, 29, 29),
  ACK(9, 12, 12),
  CREDIT(10, 4, 4),
  PING(11, 8, 8),
  PONG(12, 8, 8),
  CLOSE(13, 4, 4 + FrameLimits.TEXT_BYTES),
  WANT(14, 16, 16),
  FOUND(15, Found.FIXED_BYTES, Found.FIXED_BYTES + FrameLimits.FOUND_SLICE_BYTES),
  DIGEST_ASK(16, 12, 12),
  DIGEST_IS(17, 20, 20);

  private static final FrameType[] ALL = values();

  private final byte id;
  private final int bodyLeast;
  private final int bodyMost;

  FrameType(int id, int bodyLeast, int bodyMost) {
    this.id = (byte) id;
    this.bodyLeast = bodyLeast;
    this.bodyMost = bodyMost;
  }

  byte id() {
    return id;
  }

  int bodyBytesMost() {
    return bodyMost;
  }

  /// Looks at the head alone, so that a lying length costs nothing.
  static FrameType check(int length, int id) throws FrameRefused {
    FrameType type = byId(id);
    if (type == null) {
      throw new FrameRefused("no frame has the type " + id);
    }
    int body = length - 1;
    if (body < type.bodyLeast || body > type.bodyMost) {
      throw new FrameRefused(
          "a body of "
              + type
              + " has "
              + type.bodyLeast
              + " to "
              + type.bodyMost
              + " bytes, not "
              + body);
    }
    return type;
  }

  private static @Nullable FrameType byId(int id) {
    return id >= 1 && id <= ALL.length ? ALL[id - 1] : null;
  }
}
