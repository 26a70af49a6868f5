package io.tributary.front.kafka;

import io.tributary.record.Compression;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import org.apache.kafka.common.compress.Lz4BlockInputStream;
import org.apache.kafka.common.compress.Lz4BlockOutputStream;
import org.apache.kafka.common.utils.BufferSupplier;

/// LZ4 in the frames that Kafka's clients write.
public final class Lz4Compression implements Compression {
  private static final int LEVEL = 9;

  @Override
  public byte id() {
    return 3;
  }

  @Override
  public String codecName() {
    return "lz4";
  }

  @Override
  public OutputStream compress(OutputStream compressed) throws IOException {
    return new Lz4BlockOutputStream(
        compressed, Lz4BlockOutputStream.BLOCKSIZE_64KB, LEVEL, false, false);
  }

  @Override
  public InputStream decompress(InputStream compressed) throws IOException {
    ByteBuffer all = ByteBuffer.wrap(compressed.readAllBytes());
    return RubbishGuard.around(
        () -> new Lz4BlockInputStream(all, BufferSupplier.NO_CACHING, false));
  }
}
