package io.tributary.adapter.modbus;

import io.tributary.settings.HostAndPort;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// One connection and the devices behind it. The thread of its {@link TcpLines} only.
///
/// ```
///  away ──dial──▶ connecting ──▶ open ──end, out of step──▶ away
///   ▲────────refused, time-out──────┘
/// ```
final class TcpLine {
  private static final long FIRST_AGAIN_NANOS = TimeUnit.SECONDS.toNanos(1);
  private static final long REST_NANOS = TimeUnit.MILLISECONDS.toNanos(10);
  private static final int BUFFER_BYTES = 1024;

  private final HostAndPort address;
  private final Line line;
  private final TcpFrames frames;
  private final Timing timing;
  private final Polls polls;
  private final ByteBuffer in = ByteBuffer.allocate(BUFFER_BYTES);
  private ByteBuffer out = ByteBuffer.allocate(0);
  private @Nullable SocketChannel channel;
  private boolean isOpen;
  private long nextDialNanos;
  private long againNanos = FIRST_AGAIN_NANOS;
  private long dialEndsNanos;
  private String awayWhy = "not connected yet";

  TcpLine(
      HostAndPort address, Line line, TcpFrames frames, Timing timing, Polls polls, long nowNanos) {
    this.address = address;
    this.line = line;
    this.frames = frames;
    this.timing = timing;
    this.polls = polls;
    this.nextDialNanos = nowNanos;
  }

  /// Does what is due: dials, sends, gives up.
  void work(Selector selector, long nowNanos) {
    SocketChannel present = channel;
    try {
      if (present == null) {
        if (nowNanos - nextDialNanos >= 0) {
          dial(selector, nowNanos);
        } else {
          line.lost(awayWhy, nowNanos);
        }
      } else if (isOpen) {
        byte[] again = line.tick(nowNanos);
        byte[] frame = again == null ? line.send(nowNanos) : again;
        if (frame != null) {
          out = ByteBuffer.wrap(frame);
        }
        write(present);
      } else if (nowNanos - dialEndsNanos >= 0) {
        throw new IOException("does not answer");
      }
    } catch (IOException e) {
      lose(String.valueOf(e.getMessage()), nowNanos);
    }
  }

  private void dial(Selector selector, long nowNanos) throws IOException {
    InetSocketAddress resolved = address.resolve();
    if (resolved.isUnresolved()) {
      throw new IOException("no such host");
    }
    SocketChannel dialling = SocketChannel.open();
    channel = dialling;
    dialEndsNanos = nowNanos + timing.timeoutNanos();
    dialling.configureBlocking(false);
    dialling.setOption(StandardSocketOptions.TCP_NODELAY, true);
    boolean isThere = dialling.connect(resolved);
    dialling.register(selector, isThere ? SelectionKey.OP_READ : SelectionKey.OP_CONNECT, this);
    if (isThere) {
      opened();
    }
  }

  private void opened() {
    isOpen = true;
    againNanos = FIRST_AGAIN_NANOS;
    in.clear();
    out = ByteBuffer.allocate(0);
    frames.reset();
    polls.count(Counter.OPENED, 1);
  }

  /// A request is some bytes, and one is under way at once: a socket takes it, and if not, the next turn sends the rest.
  private void write(SocketChannel present) throws IOException {
    if (out.hasRemaining()) {
      present.write(out);
    }
  }

  /// The selector has found the connection ready.
  void ready(SelectionKey key, long nowNanos) {
    SocketChannel present = channel;
    if (present == null) {
      return;
    }
    try {
      if (key.isConnectable()) {
        present.finishConnect();
        key.interestOps(SelectionKey.OP_READ);
        opened();
      }
      if (key.isReadable()) {
        read(present, nowNanos);
      }
    } catch (IOException e) {
      lose(String.valueOf(e.getMessage()), nowNanos);
    }
  }

  private void read(SocketChannel present, long nowNanos) throws IOException {
    int count = present.read(in.clear());
    if (count < 0) {
      throw new IOException("the connection has ended");
    }
    try {
      line.received(in.array(), count, nowNanos);
    } catch (Frames.OutOfStep e) {
      throw new IOException(e.getMessage(), e);
    }
  }

  private void lose(String why, long nowNanos) {
    polls.count(isOpen ? Counter.LOST : Counter.OPENS_FAILED, 1);
    awayWhy = address + ": " + why;
    polls.example(awayWhy);
    close();
    nextDialNanos = nowNanos + againNanos;
    againNanos = Math.min(2 * againNanos, timing.retryMostNanos());
    line.lost(awayWhy, nowNanos);
  }

  /// When there is something to do, unless the connection becomes ready before.
  long nextNanos(long nowNanos) {
    long next = line.nextNanos(nowNanos);
    if (out.hasRemaining()) {
      return nowNanos + REST_NANOS;
    }
    if (channel == null) {
      return Math.min(next - nowNanos, nextDialNanos - nowNanos) + nowNanos;
    }
    return isOpen ? next : dialEndsNanos;
  }

  boolean isOpen() {
    return isOpen;
  }

  void close() {
    SocketChannel present = channel;
    channel = null;
    isOpen = false;
    if (present != null) {
      try {
        present.close();
      } catch (IOException e) {
        polls.example(address + " did not close: " + e.getMessage());
      }
    }
  }
}
