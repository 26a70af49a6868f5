package io.tributary.record;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;

/// The codecs that the JDK alone can provide.
enum BuiltInCompression implements Compression {
  NONE(0, "none") {
    @Override
    public OutputStream compress(OutputStream compressed) {
      return compressed;
    }

    @Override
    public InputStream decompress(InputStream compressed) {
      return compressed;
    }
  },

  GZIP(1, "gzip") {
    @Override
    public OutputStream compress(OutputStream compressed) throws IOException {
      return new GZIPOutputStream(compressed, GZIP_BUFFER_BYTES);
    }

    @Override
    public InputStream decompress(InputStream compressed) throws IOException {
      return new GZIPInputStream(compressed, GZIP_BUFFER_BYTES);
    }
  };

  private static final int GZIP_BUFFER_BYTES = 4096;

  private final byte id;
  private final String codecName;

  BuiltInCompression(int id, String codecName) {
    this.id = (byte) id;
    this.codecName = codecName;
  }

  @Override
  public byte id() {
    return id;
  }

  @Override
  public String codecName() {
    return codecName;
  }
}
