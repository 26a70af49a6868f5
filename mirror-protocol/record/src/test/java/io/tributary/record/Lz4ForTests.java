package io.tributary.record;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import org.apache.kafka.common.compress.Lz4Compression;
import org.apache.kafka.common.record.internal.RecordBatch;
import org.apache.kafka.common.utils.BufferSupplier;
import org.apache.kafka.common.utils.ByteBufferOutputStream;

/// Kafka's own lz4 as a codec from another module: shows that ServiceLoader finds it and that it is bounded as well.
public final class Lz4ForTests implements Compression {
  private static final Lz4Compression LZ4 = new Lz4Compression.Builder().build();

  @Override
  public byte id() {
    return 3;
  }

  @Override
  public String codecName() {
    return "lz4";
  }

  @Override
  public OutputStream compress(OutputStream compressed) {
    return new ByteArrayOutputStream() {
      @Override
      public void close() throws IOException {
        ByteBufferOutputStream target = new ByteBufferOutputStream(64);
        try (OutputStream lz4 = LZ4.wrapForOutput(target, RecordBatch.MAGIC_VALUE_V2)) {
          lz4.write(buf, 0, count);
        }
        compressed.write(target.buffer().array(), 0, target.position());
      }
    };
  }

  @Override
  public InputStream decompress(InputStream compressed) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(compressed.readAllBytes());
    return LZ4.wrapForInput(bytes, RecordBatch.MAGIC_VALUE_V2, BufferSupplier.NO_CACHING);
  }
}
