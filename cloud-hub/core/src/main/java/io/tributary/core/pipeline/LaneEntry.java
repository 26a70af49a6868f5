package io.tributary.core.pipeline;

import io.tributary.smartmodule.Progress;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// The entry `place` of a lane: where it stands, or the intent of its next portion.
///
/// ```
/// version u8 │ source's id 2 × i64 │ resets i64 │ before: Point │ has an intent u8, after: Point │ target, dead letters: Mark
/// ```
///
/// @param resets how many resets of the pipeline it has followed
/// @param before where it stands; with an intent: from where the portion is made again when nothing of it was appended
/// @param after where it stands when the portion is appended; null: there is no intent
record LaneEntry(
    UUID source, long resets, Point before, @Nullable Point after, Mark target, Mark dead) {
  private static final int VERSION = 1;

  /// The greatest generation that it knows of.
  long generation() {
    Progress last = (after == null ? before : after).progress();
    return last.generation();
  }

  byte[] encode() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      out.writeByte(VERSION);
      out.writeLong(source.getMostSignificantBits());
      out.writeLong(source.getLeastSignificantBits());
      out.writeLong(resets);
      before.write(out);
      out.writeBoolean(after != null);
      if (after != null) {
        after.write(out);
      }
      target.write(out);
      dead.write(out);
    } catch (IOException e) {
      throw new UncheckedIOException(e); // never: it is an array
    }
    return bytes.toByteArray();
  }

  static LaneEntry decode(byte[] bytes) throws IOException {
    try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes))) {
      if (in.readByte() != VERSION) {
        throw new IOException("the place of a later version");
      }
      return new LaneEntry(
          new UUID(in.readLong(), in.readLong()),
          in.readLong(),
          Point.read(in),
          in.readBoolean() ? Point.read(in) : null,
          Mark.read(in),
          Mark.read(in));
    }
  }
}
