package io.tributary.front.kafka;

import com.github.luben.zstd.ZstdInputStreamNoFinalizer;
import com.github.luben.zstd.ZstdOutputStreamNoFinalizer;
import io.tributary.record.Compression;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/// Zstandard.
public final class ZstdCompression implements Compression {
  /// The largest window is 16 MiB, which a producer at any level but the last ones stays far below: a frame must not take
  /// the memory that it says.
  private static final int WINDOW_LOG_MOST = 24;

  @Override
  public byte id() {
    return 4;
  }

  @Override
  public String codecName() {
    return "zstd";
  }

  @Override
  public OutputStream compress(OutputStream compressed) throws IOException {
    return new ZstdOutputStreamNoFinalizer(compressed);
  }

  @Override
  public InputStream decompress(InputStream compressed) throws IOException {
    return RubbishGuard.around(() -> {
      ZstdInputStreamNoFinalizer stream = new ZstdInputStreamNoFinalizer(compressed);
      stream.setLongMax(WINDOW_LOG_MOST);
      return stream;
    });
  }
}
