package io.tributary.core.pipeline;

import io.tributary.smartmodule.Progress;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;

/// Where a lane stands, between two portions.
///
/// ```
/// slot i8 │ savedAt i64 │ length i32, Progress' entry `place` │ counts: six i64
/// ```
///
/// @param progress as it comes out of the log without its state
/// @param slot which of the two entries `saved` has the state: the one that the point before a step needs is not written over
///     by the step; {@link #NO_SLOT} where the guests begin without a state
record Point(Progress progress, int slot, Counts counts) {
  static final int NO_SLOT = -1;

  /// An entry `place` of Progress is shorter.
  private static final int PLACE_BYTES_MOST = 1 << 20;

  /// The slot of the next state.
  int otherSlot() {
    return slot == 0 ? 1 : 0;
  }

  /// The same with the state that its slot holds.
  ///
  /// @throws IOException when that is the state of another place
  Point withState(byte[] saved) throws IOException {
    return new Point(Progress.decode(progress.encodePlace(), saved), slot, counts);
  }

  /// The same as it comes out of the log, for a lane that rests.
  Point withoutState() {
    byte[] savedAt = ByteBuffer.allocate(Long.BYTES).putLong(progress.savedAt()).array();
    try {
      return new Point(Progress.decode(progress.encodePlace(), savedAt), slot, counts);
    } catch (IOException e) {
      throw new UncheckedIOException(e); // never: it was just encoded
    }
  }

  long position() {
    return progress.position();
  }

  void write(DataOutputStream out) throws IOException {
    out.writeByte(slot);
    out.writeLong(progress.savedAt());
    byte[] place = progress.encodePlace();
    out.writeInt(place.length);
    out.write(place);
    counts.write(out);
  }

  static Point read(DataInputStream in) throws IOException {
    int slot = in.readByte();
    byte[] savedAt = ByteBuffer.allocate(Long.BYTES).putLong(in.readLong()).array();
    int length = in.readInt();
    if (slot < NO_SLOT || slot > 1 || length < 0 || length > PLACE_BYTES_MOST) {
      throw new IOException("not a point: slot " + slot + ", length " + length);
    }
    Progress progress = Progress.decode(in.readNBytes(length), savedAt);
    return new Point(progress, slot, Counts.read(in));
  }
}
