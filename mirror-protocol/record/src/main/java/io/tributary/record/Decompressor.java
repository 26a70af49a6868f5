package io.tributary.record;

import io.tributary.record.BatchRefused.Reason;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;

/// Decompresses the records of one batch at a time into a buffer that it keeps. The buffer grows with what arrives,
/// never with what is announced, and never beyond the limits.
final class Decompressor {
  /// What is kept of the buffer from one batch to the next.
  private static final int KEPT_BYTES = 1024 * 1024;

  private static final int INITIAL_BYTES = 4096;

  private byte[] bytes = new byte[0];

  /// What the last call of {@link #decompress} yielded, from 0 to what it returned.
  byte[] bytes() {
    return bytes;
  }

  /// Returns how many bytes the records have.
  int decompress(ByteBuffer compressed, Compression codec, Limits limits) throws BatchRefused {
    if (bytes.length == 0 || bytes.length > KEPT_BYTES) {
      bytes = new byte[INITIAL_BYTES];
    }
    int most = limits.decompressedBytes(compressed.remaining());
    // A provider's codec may answer rubbish with unchecked exceptions; here they are refusals as
    // well.
    try (InputStream records = codec.decompress(new BufferInput(compressed))) {
      return drain(records, most);
    } catch (IOException | RuntimeException e) {
      throw new BatchRefused(
          Reason.COMPRESSED_BYTES,
          codec.codecName() + " does not decompress: " + e.getMessage(),
          e);
    }
  }

  private int drain(InputStream records, int most) throws IOException, BatchRefused {
    int size = 0;
    while (true) {
      if (size == bytes.length) {
        bytes = Arrays.copyOf(bytes, (int) Math.min(2L * size, Math.max(most + 1L, size + 1L)));
      }
      int read = records.read(bytes, size, bytes.length - size);
      if (read < 0) {
        return size;
      }
      if (read == 0) {
        throw new IOException("the codec yields nothing");
      }
      size += read;
      if (size > most) {
        throw new BatchRefused(
            Reason.DECOMPRESSED_SIZE, "the records have more than " + most + " B");
      }
    }
  }

  /// The remaining bytes of a buffer as a stream.
  private static final class BufferInput extends InputStream {
    private final ByteBuffer buffer;

    BufferInput(ByteBuffer buffer) {
      this.buffer = buffer;
    }

    @Override
    public int read() {
      return buffer.hasRemaining() ? buffer.get() & 0xFF : -1;
    }

    @Override
    public int read(byte[] target, int offset, int length) {
      if (length == 0) {
        return 0;
      }
      if (!buffer.hasRemaining()) {
        return -1;
      }
      int read = Math.min(length, buffer.remaining());
      buffer.get(target, offset, read);
      return read;
    }

    @Override
    public int available() {
      return buffer.remaining();
    }
  }
}
