package io.tributary.front.kafka;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import org.xerial.snappy.SnappyError;

/// A decompressing stream whose library throws all kinds of things over rubbish: here it ends in an IOException.
final class RubbishGuard extends FilterInputStream {
  /// Makes the stream; libraries read the first bytes then.
  interface Opening {
    InputStream open() throws IOException;
  }

  private RubbishGuard(InputStream decompressing) {
    super(decompressing);
  }

  static InputStream around(Opening opening) throws IOException {
    try {
      return new RubbishGuard(opening.open());
    } catch (RuntimeException | SnappyError rubbish) {
      throw new IOException(rubbish);
    }
  }

  @Override
  public int read() throws IOException {
    try {
      return super.read();
    } catch (RuntimeException | SnappyError rubbish) {
      throw new IOException(rubbish);
    }
  }

  @Override
  public int read(byte[] bytes, int from, int count) throws IOException {
    try {
      return super.read(bytes, from, count);
    } catch (RuntimeException | SnappyError rubbish) {
      throw new IOException(rubbish);
    }
  }
}
