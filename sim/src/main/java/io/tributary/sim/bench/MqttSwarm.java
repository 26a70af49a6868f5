package io.tributary.sim.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;

/// Many MQTT 3.1.1 connections on one thread: publishers that keep a window of QoS 1 publishes full, and subscribers that count.
/// Written by hand, so that the load costs little beside what it measures.
final class MqttSwarm implements AutoCloseable {
  private static final int BUFFER_BYTES = 256 << 10;
  private static final int WAITING_BYTES_MOST = 64 << 10;
  private static final int PACKET_IDS = 0xffff;
  private static final int LATENCIES_MOST = 4_000_000;
  private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(60);
  private static final int PUBLISH = 3;
  private static final int PUBACK = 4;

  private final InetSocketAddress address;
  private final Selector selector = Selector.open();
  private final ByteBuffer incoming = ByteBuffer.allocateDirect(BUFFER_BYTES);
  private final List<Publisher> publishers = new ArrayList<>();
  private final List<Peer> all = new ArrayList<>();
  private final byte[] value;

  private long[] latencies = new long[1 << 16];
  private int latencyCount;
  private boolean isMeasuring;
  private boolean isStopping;
  private boolean isKeepingSessions;
  private long answered;
  private long acknowledged;
  private long delivered;

  /// What came in while it was measured.
  ///
  /// @param sortedNanos how long acknowledgements took, the fastest first
  @SuppressWarnings("ArrayRecordComponent") // nobody compares counts
  record Count(double seconds, long acknowledged, long delivered, long[] sortedNanos) {}

  /// @param size of each value, random bytes
  MqttSwarm(InetSocketAddress address, int size) throws IOException {
    this.address = address;
    this.value = new byte[size];
    new SplittableRandom(size).nextBytes(value);
  }

  /// Whoever connects from now on has a session that outlives the connection.
  void keepSessions() {
    isKeepingSessions = true;
  }

  /// Connects those who publish, each to a topic of its own.
  void publishers(int count, String prefix, int window) throws IOException {
    for (int i = 0; i < count; i++) {
      Publisher publisher = new Publisher(prefix + "-" + i, prefix + "/" + i, window);
      publishers.add(publisher);
      all.add(publisher);
      await(all.size());
    }
  }

  /// Connects those who subscribe.
  void subscribers(int count, String prefix, String filter, int qos) throws IOException {
    for (int i = 0; i < count; i++) {
      Peer subscriber = new Peer(prefix + "-" + i);
      subscriber.subscribe(filter, qos);
      all.add(subscriber);
      await(all.size());
    }
  }

  /// Publishes as fast as the windows allow, for a while that is not measured and one that is, until all is acknowledged.
  ///
  /// @param atBegin called when the measurement begins
  /// @param atEnd called when it ends
  Count run(double warmUpSeconds, double seconds, Runnable atBegin, Runnable atEnd)
      throws IOException {
    publishers.forEach(Publisher::fill);
    runFor(warmUpSeconds);
    isMeasuring = true;
    long ackedBefore = acknowledged;
    long deliveredBefore = delivered;
    atBegin.run();
    long started = System.nanoTime();
    runFor(seconds);
    double took = (System.nanoTime() - started) / 1e9;
    atEnd.run();
    isMeasuring = false;
    Count count =
        new Count(
            took,
            acknowledged - ackedBefore,
            delivered - deliveredBefore,
            Arrays.copyOf(latencies, latencyCount));
    Arrays.sort(count.sortedNanos());
    isStopping = true;
    long deadline = System.nanoTime() + PATIENCE_NANOS;
    while (publishers.stream().anyMatch(p -> p.inFlight > 0)) {
      turn(1);
      check(deadline, "the last acknowledgements");
    }
    return count;
  }

  private void runFor(double seconds) throws IOException {
    long end = System.nanoTime() + (long) (seconds * 1e9);
    while (System.nanoTime() < end) {
      turn(10);
    }
  }

  private void await(int count) throws IOException {
    long deadline = System.nanoTime() + PATIENCE_NANOS;
    while (answered < count) {
      turn(10);
      check(deadline, "a connection's answer");
    }
  }

  private static void check(long deadline, String what) throws IOException {
    if (System.nanoTime() > deadline) {
      throw new IOException(what + " did not come");
    }
  }

  private void turn(long timeoutMs) throws IOException {
    selector.select(
        key -> {
          Peer peer = (Peer) key.attachment();
          try {
            peer.ready(key);
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        },
        timeoutMs);
  }

  @Override
  public void close() throws IOException {
    for (Peer peer : all) {
      peer.channel.close();
    }
    selector.close();
  }

  /// One connection; by itself it only counts what it is sent.
  private class Peer {
    final SocketChannel channel;
    private final SelectionKey key;
    private ByteBuffer out = ByteBuffer.allocate(1024);
    private ByteBuffer kept = ByteBuffer.allocate(0);
    private boolean isAnswered;
    private boolean isSubscribing;

    Peer(String clientId) throws IOException {
      channel = SocketChannel.open(address);
      channel.socket().setTcpNoDelay(true);
      channel.configureBlocking(false);
      key = channel.register(selector, SelectionKey.OP_READ, this);
      byte[] id = clientId.getBytes(StandardCharsets.UTF_8);
      room(14 + id.length);
      out.put((byte) 0x10).put((byte) (12 + id.length)).putShort((short) 4);
      out.put("MQTT".getBytes(StandardCharsets.UTF_8)).put((byte) 4);
      out.put((byte) (isKeepingSessions ? 0 : 2)); // clean session
      out.putShort((short) 600).putShort((short) id.length).put(id);
      flush();
    }

    void subscribe(String filter, int qos) throws IOException {
      byte[] name = filter.getBytes(StandardCharsets.UTF_8);
      isSubscribing = true;
      room(7 + name.length);
      out.put((byte) 0x82).put((byte) (5 + name.length)).putShort((short) 1);
      out.putShort((short) name.length).put(name).put((byte) qos);
      flush();
    }

    void ready(SelectionKey which) throws IOException {
      if (which.isReadable()) {
        read();
      }
      goOn();
    }

    /// Sends what there is to send.
    void goOn() throws IOException {
      flush();
    }

    private void read() throws IOException {
      incoming.clear().put(kept);
      if (channel.read(incoming) < 0) {
        throw new IOException("a connection was closed by the server");
      }
      incoming.flip();
      while (packet()) {
        // Until the last one that is whole.
      }
      kept = ByteBuffer.allocate(incoming.remaining()).put(incoming).flip();
    }

    private boolean packet() throws IOException {
      int from = incoming.position();
      int length = 0;
      int shift = 0;
      int at = from + 1;
      byte part;
      do {
        if (at >= incoming.limit()) {
          return false;
        }
        part = incoming.get(at++);
        length |= (part & 0x7f) << shift;
        shift += 7;
      } while (part < 0);
      if (at + length > incoming.limit()) {
        return false;
      }
      take((incoming.get(from) & 0xf0) >>> 4, incoming.get(from) & 0x0f, at);
      incoming.position(at + length);
      return true;
    }

    /// @param at where the packet's body begins
    void take(int type, int flags, int at) throws IOException {
      switch (type) {
        case 2 -> {
          if (incoming.get(at + 1) != 0) {
            throw new IOException("a connection was refused: " + incoming.get(at + 1));
          }
          answered += isSubscribing || isAnswered ? 0 : 1;
          isAnswered = true;
        }
        case 9 -> answered++;
        case PUBLISH -> {
          delivered++;
          if ((flags & 2) != 0) {
            int topicBytes = incoming.getShort(at);
            room(4);
            out.put((byte) 0x40).put((byte) 2).putShort(incoming.getShort(at + 2 + topicBytes));
          }
        }
        default -> {}
      }
    }

    void room(int bytes) {
      if (out.remaining() < bytes) {
        ByteBuffer larger = ByteBuffer.allocate(2 * out.capacity() + bytes);
        out = larger.put(out.flip());
      }
    }

    ByteBuffer out() {
      return out;
    }

    void flush() throws IOException {
      out.flip();
      channel.write(out);
      out.compact();
      int ops = SelectionKey.OP_READ | (out.position() > 0 ? SelectionKey.OP_WRITE : 0);
      if (key.interestOps() != ops) {
        key.interestOps(ops);
      }
    }
  }

  private final class Publisher extends Peer {
    private final byte[] topic;
    private final int window;
    private final int identifiers;
    private final long[] sentNanos;
    private int lastId;
    private int inFlight;
    private boolean isFilled;

    Publisher(String clientId, String topic, int window) throws IOException {
      super(clientId);
      this.topic = topic.getBytes(StandardCharsets.UTF_8);
      this.window = window;
      this.identifiers = Math.min(PACKET_IDS, 2 * window);
      this.sentNanos = new long[identifiers + 1];
    }

    @Override
    void take(int type, int flags, int at) throws IOException {
      if (type != PUBACK) {
        super.take(type, flags, at);
        return;
      }
      inFlight--;
      acknowledged++;
      if (isMeasuring && latencyCount < LATENCIES_MOST) {
        if (latencyCount == latencies.length) {
          latencies = Arrays.copyOf(latencies, 2 * latencyCount);
        }
        latencies[latencyCount++] = System.nanoTime() - sentNanos[incoming.getShort(at) & 0xffff];
      }
    }

    @Override
    void goOn() throws IOException {
      if (!isStopping && isFilled) {
        fill();
      } else {
        flush();
      }
    }

    void fill() {
      isFilled = true;
      long now = System.nanoTime();
      int length = 2 + topic.length + 2 + value.length;
      while (inFlight < window && out().position() < WAITING_BYTES_MOST) {
        lastId = lastId % identifiers + 1;
        sentNanos[lastId] = now;
        room(4 + length);
        ByteBuffer to = out();
        to.put((byte) 0x32);
        if (length >= 0x80) {
          to.put((byte) ((length & 0x7f) | 0x80));
        }
        to.put((byte) (length >= 0x80 ? length >>> 7 : length));
        to.putShort((short) topic.length).put(topic).putShort((short) lastId).put(value);
        inFlight++;
      }
      try {
        flush();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
