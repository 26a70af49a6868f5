package io.tributary.link;

import java.io.FilterInputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// The raw TCP socket under a link: its reader watches its writer.
///
/// A write to a peer that stopped reading blocks for as long as the kernel believes in the peer: a
/// quarter of an hour. So every read of the raw socket returns to us after a slice of time, looks
/// whether a write has been standing for too long, and if so closes the socket, which frees the
/// writer. The TLS layer above never sees these slices: it does not survive a timeout in the middle
/// of a record. And it is this socket that is closed, never the TLS one, whose close waits for the
/// very write that stands.
final class WatchedSocket extends Socket {
  private static final int MAX_SLICE_MS = 1_000;
  private static final int MIN_SLICE_MS = 5;

  private volatile long stuckAfterNanos;
  private volatile long deadlineNanos;
  private volatile boolean hasDeadline;
  private volatile long writeSinceNanos;
  private volatile boolean writing;
  private volatile long lastReadNanos;
  private volatile long bytesIn;
  private volatile long bytesOut;
  private volatile @Nullable String brokenBecause;

  private @Nullable InputStream in;
  private @Nullable OutputStream out;

  WatchedSocket(Duration stuckAfter) {
    this.stuckAfterNanos = stuckAfter.toNanos();
    this.lastReadNanos = System.nanoTime();
  }

  /// Must be called when the socket is connected.
  void watch() throws IOException {
    setSoTimeout(Math.clamp(stuckAfterNanos / 4 / 1_000_000, MIN_SLICE_MS, MAX_SLICE_MS));
    in = new SlicedInput(super.getInputStream());
    out = new TimedOutput(super.getOutputStream());
  }

  /// From now on a read fails when this much time is over; until [#noDeadline].
  void deadlineIn(Duration timeout) {
    deadlineNanos = System.nanoTime() + timeout.toNanos();
    hasDeadline = true;
  }

  void noDeadline() {
    hasDeadline = false;
  }

  void stuckAfter(Duration stuckAfter) {
    stuckAfterNanos = stuckAfter.toNanos();
  }

  /// When the last byte came in.
  long lastReadNanos() {
    return lastReadNanos;
  }

  boolean isWriting() {
    return writing;
  }

  long bytesIn() {
    return bytesIn;
  }

  long bytesOut() {
    return bytesOut;
  }

  /// Closes the socket and throws if a write has made no progress for too long, or the deadline is
  /// over.
  void check() throws IOException {
    long nowNanos = System.nanoTime();
    if (writing && nowNanos - writeSinceNanos > stuckAfterNanos) {
      String because =
          "write stuck: the hub has taken no byte for " + stuckAfterNanos / 1_000_000 + " ms";
      brokenBecause = because;
      abort();
      throw new IOException(because);
    }
    if (hasDeadline && nowNanos - deadlineNanos > 0) {
      throw new SocketTimeoutException("no answer in time");
    }
  }

  /// Why the watch broke the connection, for the writer, whose own exception only says "closed".
  @Nullable String brokenBecause() {
    return brokenBecause;
  }

  /// Closes at once, without waiting and without delivering what the kernel still holds.
  private void abort() {
    try {
      setSoLinger(true, 0);
    } catch (IOException e) {
      // closed already, or never connected: nothing to discard
    }
    closeQuietly();
  }

  void closeQuietly() {
    try {
      close();
    } catch (IOException e) {
      // the file descriptor is gone either way
    }
  }

  @Override
  public InputStream getInputStream() throws IOException {
    return in != null ? in : super.getInputStream();
  }

  @Override
  public OutputStream getOutputStream() throws IOException {
    return out != null ? out : super.getOutputStream();
  }

  private final class SlicedInput extends FilterInputStream {
    SlicedInput(InputStream in) {
      super(in);
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    @SuppressWarnings("NonAtomicVolatileUpdate") // one thread reads
    public int read(byte[] bytes, int offset, int length) throws IOException {
      while (true) {
        check();
        try {
          int read = in.read(bytes, offset, length);
          if (read > 0) {
            lastReadNanos = System.nanoTime();
            bytesIn += read;
          }
          return read;
        } catch (SocketTimeoutException slice) {
          // nothing came in this slice of time; look after the writer, then go on
        }
      }
    }
  }

  private final class TimedOutput extends FilterOutputStream {
    TimedOutput(OutputStream out) {
      super(out);
    }

    @Override
    public void write(int b) throws IOException {
      write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    @SuppressWarnings("NonAtomicVolatileUpdate") // TLS writes under its own lock
    public void write(byte[] bytes, int offset, int length) throws IOException {
      writeSinceNanos = System.nanoTime();
      writing = true;
      try {
        out.write(bytes, offset, length);
        bytesOut += length;
      } finally {
        writing = false;
      }
    }
  }
}
