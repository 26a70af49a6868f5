package io.tributary.smartmodule;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;

/// The memory and the mutable globals of a guest.
///
/// ```
/// globals u16, and each: i64
/// pages u16
/// deflated i32 length and bytes: the memory up to its last byte that is not zero
/// ```
///
/// @param globals the bits of each mutable numeric global, in the order of their index
/// @param memory whole pages of 64 KiB
@SuppressWarnings("ArrayRecordComponent") // nobody compares states
public record GuestState(long[] globals, byte[] memory) {
  private static final int LEVEL = Deflater.BEST_SPEED;

  /// Writes it, deflated: most of a memory is zeros.
  public void write(DataOutputStream out) throws IOException {
    out.writeShort(globals.length);
    for (long global : globals) {
      out.writeLong(global);
    }
    out.writeShort(memory.length / Budget.PAGE_BYTES);
    byte[] deflated = deflated();
    out.writeInt(deflated.length);
    out.write(deflated);
  }

  private byte[] deflated() {
    int end = memory.length;
    while (end > 0 && memory[end - 1] == 0) {
      end--;
    }
    Deflater deflater = new Deflater(LEVEL);
    try {
      deflater.setInput(memory, 0, end);
      deflater.finish();
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      byte[] piece = new byte[8 << 10];
      while (!deflater.finished()) {
        bytes.write(piece, 0, deflater.deflate(piece));
      }
      return bytes.toByteArray();
    } finally {
      deflater.end();
    }
  }

  /// Reads what {@link #write} wrote.
  ///
  /// @param pagesMost as many as its budget allows
  /// @throws IOException when it is something else
  public static GuestState read(DataInputStream in, int pagesMost) throws IOException {
    long[] globals = new long[in.readUnsignedShort()];
    for (int i = 0; i < globals.length; i++) {
      globals[i] = in.readLong();
    }
    int pages = in.readUnsignedShort();
    if (pages > pagesMost) {
      throw new IOException(
          "a guest's memory of " + pages + " pages, where its budget has " + pagesMost);
    }
    int length = in.readInt();
    if (length < 0 || length > in.available()) {
      throw new IOException("a guest's memory that is cut short");
    }
    byte[] memory = new byte[pages * Budget.PAGE_BYTES];
    Inflater inflater = new Inflater();
    try {
      inflater.setInput(in.readNBytes(length));
      int filled = 0;
      while (!inflater.finished()) {
        int more = inflater.inflate(memory, filled, memory.length - filled);
        filled += more;
        if (more == 0 && !inflater.finished()) {
          throw new IOException("a guest's memory that does not fit its pages");
        }
      }
    } catch (DataFormatException e) {
      throw new IOException("a guest's memory that cannot be inflated", e);
    } finally {
      inflater.end();
    }
    return new GuestState(globals, memory);
  }
}
