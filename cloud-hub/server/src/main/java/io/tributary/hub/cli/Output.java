package io.tributary.hub.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/// Bytes for the standard output, gathered so that a pipe takes many records a second. Unlike a
/// `PrintStream` it notices when nobody reads any more.
final class Output {
  private static final int FLUSH_BYTES = 64 * 1024;

  private final OutputStream to;
  private final ReentrantLock writing = new ReentrantLock();
  private byte[] bytes = new byte[FLUSH_BYTES];
  private int size;

  Output(OutputStream to) {
    this.to = to;
  }

  /// Nobody reads our output any more (`consume t | head`): the end, and no error.
  static final class Gone extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Gone(IOException cause) {
      super(cause);
    }
  }

  void put(byte b) {
    room(1);
    bytes[size++] = b;
  }

  void put(byte[] more) {
    room(more.length);
    System.arraycopy(more, 0, bytes, size, more.length);
    size += more.length;
  }

  /// From position to limit; the buffer is not moved.
  void put(ByteBuffer more) {
    int length = more.remaining();
    room(length);
    more.get(more.position(), bytes, size, length);
    size += length;
  }

  void put(String text) {
    put(text.getBytes(UTF_8));
  }

  void put(long number) {
    put(Long.toString(number));
  }

  /// Ends a record: sends what has gathered when it is much.
  void endRecord() {
    put((byte) '\n');
    if (size >= FLUSH_BYTES) {
      flush();
    }
  }

  void flush() {
    writing.lock();
    try {
      to.write(bytes, 0, size);
      to.flush();
      size = 0;
    } catch (IOException e) {
      throw new Gone(e);
    } finally {
      writing.unlock();
    }
  }

  /// Keeps everybody else from writing, for good, so that the last line is a whole one. For a thread
  /// that is about to end the process.
  ///
  /// @param patienceMs how long to wait for whoever is writing now and may be stuck
  void silence(long patienceMs) throws InterruptedException {
    boolean unused = writing.tryLock(patienceMs, TimeUnit.MILLISECONDS);
  }

  /// Takes out what was put and not flushed.
  byte[] take() {
    byte[] taken = Arrays.copyOf(bytes, size);
    size = 0;
    return taken;
  }

  private void room(int more) {
    if (bytes.length - size < more) {
      bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, size + more));
    }
  }
}
