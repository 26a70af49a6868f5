package io.tributary.core.pipeline;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.UUID;

/// The entry `control` of a pipeline: what its owner wants of it. Its first start counts as a reset to `start`.
///
/// ```
/// version u8 │ paused u8 │ resets i64 │ source's id 2 × i64 │ positions: i32 count, i64 each
/// ```
///
/// @param resets 0 before its first start
/// @param source whose offsets the positions are
/// @param positions where the partitions begin since the last reset; those that are not
///     among them begin at their start
record Control(boolean isPaused, long resets, UUID source, List<Long> positions) {
  static final UUID NO_SOURCE = new UUID(0, 0);
  static final Control NEW = new Control(false, 0, NO_SOURCE, List.of());

  private static final int VERSION = 1;

  Control {
    positions = List.copyOf(positions);
  }

  Control paused(boolean isNow) {
    return new Control(isNow, resets, source, positions);
  }

  Control reset(UUID of, List<Long> to) {
    return new Control(isPaused, resets + 1, of, to);
  }

  /// Where a partition of a source begins; -1: at its start.
  long position(UUID of, int partition) {
    return of.equals(source) && partition < positions.size() ? positions.get(partition) : -1;
  }

  byte[] encode() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      out.writeByte(VERSION);
      out.writeBoolean(isPaused);
      out.writeLong(resets);
      out.writeLong(source.getMostSignificantBits());
      out.writeLong(source.getLeastSignificantBits());
      out.writeInt(positions.size());
      for (long position : positions) {
        out.writeLong(position);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e); // never: it is an array
    }
    return bytes.toByteArray();
  }

  static Control decode(byte[] bytes) throws IOException {
    try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes))) {
      if (in.readByte() != VERSION) {
        throw new IOException("the control of a later version");
      }
      boolean isPaused = in.readBoolean();
      long resets = in.readLong();
      UUID source = new UUID(in.readLong(), in.readLong());
      int count = in.readInt();
      if (count < 0 || count > in.available() / Long.BYTES) {
        throw new IOException("positions that are cut short");
      }
      Long[] positions = new Long[count];
      for (int i = 0; i < count; i++) {
        positions[i] = in.readLong();
      }
      return new Control(isPaused, resets, source, List.of(positions));
    }
  }
}
