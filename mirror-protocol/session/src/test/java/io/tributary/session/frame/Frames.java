package io.tributary.session.frame;

import io.tributary.record.Gap;
import io.tributary.record.GapReason;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/// One frame of each kind, and how to write and read them.
final class Frames {
  private static final UUID SOME_UUID = UUID.fromString("00112233-4455-6677-8899-aabbccddeeff");
  private static final UUID OTHER_UUID = UUID.fromString("ffeeddcc-bbaa-9988-7766-554433221100");

  private Frames() {}

  static Map<String, Frame> all() {
    Map<String, Frame> frames = new LinkedHashMap<>();
    frames.put("hello", new Hello(1, 2, 15_000, SOME_UUID, OTHER_UUID, "pi-küche", "0.1.0"));
    frames.put("welcome", new Welcome(1, SOME_UUID, 1 << 20, 15_000, 4L << 20));
    frames.put("refusal", Refusal.ofSession(RefusalCode.CLONE, 30_000, "two of you"));
    frames.put("refusal-stream", new Refusal(RefusalCode.QUOTA, 7, 0, ""));
    frames.put(
        "open",
        new Open(
            3,
            Direction.EDGE_TO_HUB,
            0x0102_0304_0506_0708L,
            5,
            1L << 40,
            -2,
            "temperature",
            "normal"));
    frames.put("resume", new Resume(3, 1L << 40, 0x1122_3344_5566_7788L, 0));
    frames.put("confirm", new Confirm(3, Confirm.Kind.HUB_WENT_BACK, 17));
    frames.put("data", new Data(3, 20_000, 16_384, ByteBuffer.wrap(new byte[] {1, 2, 3, -4})));
    frames.put("gap", new GapFrame(3, new Gap(10, 1L << 41, GapReason.DROP_NEWEST), 99));
    frames.put("ack", new Ack(3, 1L << 40));
    frames.put("credit", new Credit(65_536));
    frames.put("ping", new Ping(-1));
    frames.put("pong", new Pong(42));
    frames.put("close", new Close(Close.Code.SHUTDOWN, "restarting"));
    frames.put("want", new Want(3, 1L << 40, 2048));
    frames.put("found", new Found(3, 1L << 40, 2051, 2048, ByteBuffer.wrap(new byte[] {1, 2, -3})));
    frames.put("found-nothing", Found.nothing(new Want(3, 17, 0)));
    frames.put("found-not-now", Found.notNow(new Want(3, 17, 0)));
    frames.put("digest-ask", new DigestAsk(3, 1L << 40));
    frames.put("digest-is", new DigestIs(3, 1L << 40, -2));
    return frames;
  }

  static byte[] encode(Frame frame) {
    ByteBuffer bytes = ByteBuffer.allocate(FrameCodec.sizeBytesMost(frame));
    FrameCodec.encode(frame, bytes);
    byte[] exact = new byte[bytes.flip().remaining()];
    bytes.get(exact);
    return exact;
  }

  /// Feeds the bytes in parts of the given size and joins the parts of a Data frame again.
  static List<Frame> read(byte[] bytes, int partBytes) throws FrameRefused {
    FrameReader reader = new FrameReader();
    List<Frame> frames = new ArrayList<>();
    for (int at = 0; at < bytes.length; at += partBytes) {
      ByteBuffer in = ByteBuffer.wrap(bytes, at, Math.min(partBytes, bytes.length - at));
      for (Frame frame = reader.next(in); frame != null; frame = reader.next(in)) {
        join(frames, frame);
      }
    }
    return frames;
  }

  private static void join(List<Frame> frames, Frame frame) {
    int last = frames.size() - 1;
    if (frame instanceof Data part
        && last >= 0
        && frames.get(last) instanceof Data before
        && before.alias() == part.alias()
        && before.sliceOffset() + before.slice().remaining() == part.sliceOffset()) {
      ByteBuffer joined =
          ByteBuffer.allocate(before.slice().remaining() + part.slice().remaining());
      joined.put(before.slice().duplicate()).put(part.slice().duplicate()).flip();
      frames.set(last, new Data(before.alias(), before.batchBytes(), before.sliceOffset(), joined));
    } else {
      frames.add(frame);
    }
  }
}
