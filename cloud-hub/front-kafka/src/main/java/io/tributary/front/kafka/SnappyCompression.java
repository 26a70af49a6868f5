package io.tributary.front.kafka;

import io.tributary.record.Compression;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Arrays;
import org.xerial.snappy.Snappy;
import org.xerial.snappy.SnappyInputStream;
import org.xerial.snappy.SnappyOutputStream;

/// Snappy as Kafka's clients write it: in the frames of snappy-java, or as one piece.
public final class SnappyCompression implements Compression {
  /// The largest piece, before and behind decompression: what it says of its own size must not fill the memory.
  private static final int CHUNK_BYTES_MOST = 16 * 1024 * 1024;

  private static final byte[] FRAMES = {(byte) 0x82, 'S', 'N', 'A', 'P', 'P', 'Y', 0};

  @Override
  public byte id() {
    return 2;
  }

  @Override
  public String codecName() {
    return "snappy";
  }

  @Override
  public OutputStream compress(OutputStream compressed) {
    return new SnappyOutputStream(compressed);
  }

  @Override
  public InputStream decompress(InputStream compressed) throws IOException {
    byte[] all = compressed.readAllBytes();
    boolean isInFrames =
        all.length >= FRAMES.length
            && Arrays.equals(all, 0, FRAMES.length, FRAMES, 0, FRAMES.length);
    return RubbishGuard.around(() ->
        isInFrames
            ? new SnappyInputStream(new ByteArrayInputStream(all), CHUNK_BYTES_MOST)
            : onePiece(all));
  }

  private static InputStream onePiece(byte[] compressed) throws IOException {
    int sizeBytes = Snappy.uncompressedLength(compressed);
    if (sizeBytes < 0 || sizeBytes > CHUNK_BYTES_MOST) {
      throw new IOException("one piece of " + sizeBytes + " B");
    }
    return new ByteArrayInputStream(Snappy.uncompress(compressed));
  }
}
