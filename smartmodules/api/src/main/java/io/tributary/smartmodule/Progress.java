package io.tributary.smartmodule;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;

/// How far a pipeline has come in one source partition, and from where its guests' state can be made again. Durable together with
/// the outputs of everything below `position`, or not at all.
///
/// ```
/// place:  version u8 │ generation i64 │ fingerprint utf │ position i64 │ savedAt i64 │ passed over: i32 count, i64 each
/// saved:  savedAt i64 │ the chain's state; none before the first
/// ```
///
/// The state lies in an entry of its own, since it changes seldom: it is that of `savedAt`, and what came since is read again.
///
/// @param generation counts the chains that this pipeline has had, and its resets
/// @param fingerprint of the chain whose state this is
/// @param position the source's offset that comes next
/// @param savedAt the offset that the saved state is due at
/// @param passedOver the offsets from `savedAt` on that a guest failed on and was made anew after, so that its state has
///     nothing of them
/// @param state what {@link Chain#save} gave; empty: as it begins
@SuppressWarnings("ArrayRecordComponent") // nobody compares them
public record Progress(
    long generation,
    String fingerprint,
    long position,
    long savedAt,
    List<Long> passedOver,
    byte[] state) {
  private static final int VERSION = 1;

  /// The names of the two entries.
  public static final String PLACE = "place";

  public static final String SAVED = "saved";

  public Progress {
    passedOver = List.copyOf(passedOver);
    if (savedAt > position) {
      throw new IllegalArgumentException(savedAt + " is behind " + position);
    }
  }

  /// Where a pipeline begins.
  public static Progress beginning(ChainPlan plan, long generation, long position) {
    return new Progress(generation, plan.fingerprint(), position, position, List.of(), new byte[0]);
  }

  /// The entry `place`.
  public byte[] encodePlace() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      out.writeByte(VERSION);
      out.writeLong(generation);
      out.writeUTF(fingerprint);
      out.writeLong(position);
      out.writeLong(savedAt);
      out.writeInt(passedOver.size());
      for (long offset : passedOver) {
        out.writeLong(offset);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e); // never: it is an array
    }
    return bytes.toByteArray();
  }

  /// The entry `saved`.
  public byte[] encodeSaved() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      out.writeLong(savedAt);
      out.write(state);
    } catch (IOException e) {
      throw new UncheckedIOException(e); // never: it is an array
    }
    return bytes.toByteArray();
  }

  /// Reads both entries.
  ///
  /// @throws IOException when they are not what was written together
  public static Progress decode(byte[] place, byte[] saved) throws IOException {
    try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(place));
        DataInputStream of = new DataInputStream(new ByteArrayInputStream(saved))) {
      if (in.readByte() != VERSION) {
        throw new IOException("the progress of a later version");
      }
      long generation = in.readLong();
      String fingerprint = in.readUTF();
      long position = in.readLong();
      long savedAt = in.readLong();
      int count = in.readInt();
      if (count < 0 || count > in.available() / Long.BYTES) {
        throw new IOException("a progress that is cut short");
      }
      Long[] passedOver = new Long[count];
      for (int i = 0; i < count; i++) {
        passedOver[i] = in.readLong();
      }
      if (of.readLong() != savedAt || savedAt > position) {
        throw new IOException("a state of another place");
      }
      return new Progress(
          generation, fingerprint, position, savedAt, List.of(passedOver), of.readAllBytes());
    }
  }
}
