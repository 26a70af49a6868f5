package io.tributary.sim.link;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/// A TCP proxy that stands for a bad link: it cuts, stalls, slows and delays on command. A pair of
/// virtual threads for each connection.
public final class LinkProxy implements AutoCloseable {
  private static final int CHUNK_BYTES = 16 * 1024;
  private static final int CONNECT_TIMEOUT_MS = 5_000;

  private final ServerSocket server;
  private final InetSocketAddress to;
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private final AtomicLong cuts = new AtomicLong();
  private final AtomicLong bytes = new AtomicLong();
  private volatile boolean cut;
  private volatile boolean stalled;
  private volatile boolean closed;
  private volatile long bytesPerSecond;
  private volatile long delayMs;
  private volatile int sliceBytes;

  /// Listens and forwards every connection to `to`.
  public LinkProxy(InetSocketAddress listen, InetSocketAddress to) throws IOException {
    this.to = to;
    this.server = new ServerSocket();
    server.setReuseAddress(true);
    server.bind(listen);
    Thread.ofVirtual().name("proxy-accept").start(this::accept);
  }

  public int port() {
    return server.getLocalPort();
  }

  /// Resets every connection and every new one, until [#heal].
  public void cut() {
    cuts.incrementAndGet();
    cut = true;
    open.forEach(LinkProxy::reset);
  }

  /// Ends [#cut] and [#stall].
  public void heal() {
    cut = false;
    stalled = false;
  }

  /// Resets the connections of this moment; new ones pass.
  public void reset() {
    cuts.incrementAndGet();
    open.forEach(LinkProxy::reset);
  }

  /// Moves nothing more, and says nothing to either side: a half-open link.
  public void stall() {
    stalled = true;
  }

  /// 0 lifts the limit.
  public void slow(long bytesPerSecond) {
    this.bytesPerSecond = bytesPerSecond;
  }

  /// Holds each chunk back for that long.
  public void delay(long delayMs) {
    this.delayMs = delayMs;
  }

  /// Passes everything on in pieces of at most that many bytes, each a write of its own; 0: as it
  /// comes.
  public void slice(int bytes) {
    this.sliceBytes = bytes;
  }

  public long cuts() {
    return cuts.get();
  }

  /// Payload bytes forwarded, both ways.
  public long bytes() {
    return bytes.get();
  }

  private void accept() {
    while (!closed) {
      try {
        Socket from = server.accept();
        if (cut) {
          reset(from);
        } else {
          Thread.ofVirtual().name("proxy-connect").start(() -> connect(from));
        }
      } catch (IOException e) {
        // Closed, or one connection that came to nothing; the loop's condition tells which.
      }
    }
  }

  private void connect(Socket from) {
    Socket onward = new Socket();
    open.add(from);
    open.add(onward);
    try {
      onward.connect(to, CONNECT_TIMEOUT_MS);
      from.setTcpNoDelay(true);
      onward.setTcpNoDelay(true);
      Thread.ofVirtual().name("proxy-back").start(() -> pump(onward, from));
      pump(from, onward);
    } catch (IOException e) {
      end(from, onward);
    }
  }

  private void pump(Socket from, Socket onward) {
    byte[] chunk = new byte[CHUNK_BYTES];
    try {
      InputStream in = from.getInputStream();
      OutputStream out = onward.getOutputStream();
      for (int n; (n = in.read(chunk)) >= 0; ) {
        while (stalled && !cut && !closed) {
          TimeUnit.MILLISECONDS.sleep(10);
        }
        if (delayMs > 0) {
          TimeUnit.MILLISECONDS.sleep(delayMs);
        }
        long rate = bytesPerSecond;
        if (rate > 0) {
          TimeUnit.NANOSECONDS.sleep(n * 1_000_000_000L / rate);
        }
        int slice = sliceBytes > 0 ? sliceBytes : n;
        for (int at = 0; at < n; at += slice) {
          out.write(chunk, at, Math.min(slice, n - at));
        }
        bytes.addAndGet(n);
      }
    } catch (IOException e) {
      // One end is gone; the other one follows below.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      end(from, onward);
    }
  }

  private void end(Socket a, Socket b) {
    for (Socket socket : new Socket[] {a, b}) {
      open.remove(socket);
      try {
        socket.close();
      } catch (IOException e) {
        // Closing is all that was asked.
      }
    }
  }

  private static void reset(Socket socket) {
    try {
      socket.setSoLinger(true, 0);
      socket.close();
    } catch (IOException e) {
      // It was closed already.
    }
  }

  @Override
  public void close() throws IOException {
    closed = true;
    server.close();
    open.forEach(LinkProxy::reset);
  }
}
