package io.tributary.sim.lte;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.SplittableRandom;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/// What lies between two antennas: carries datagrams from one UDP port to another with a delay, loses
/// some, and goes black for a while. The datagrams are VXLAN packets, each with one Ethernet frame in
/// it, so that the TCP of both ends feels all of it.
final class Air implements AutoCloseable {
  private static final int DATAGRAM_BYTES = 9_000;
  private static final int ON_THE_WAY = 4_096;

  /// A VXLAN header and the Ethernet header behind it: not counted as bytes on the wire.
  private static final int WRAPPING_BYTES = 8 + 14;

  private static final short IPV4 = 0x0800;
  private static final int IP_HEADER_BYTES = 20;
  private static final int IP_PROTOCOL_AT = 9;
  private static final int IP_ADDRESSES_AT = 12;
  private static final int TCP = 6;
  private static final int TCP_SUM_AT = 16;

  private final DatagramSocket in;
  private final InetSocketAddress to;
  private final long delayNanos;
  private final double loss;
  private final SplittableRandom random;
  private final BlockingQueue<Flying> flying = new ArrayBlockingQueue<>(ON_THE_WAY);
  private final AtomicLong packets = new AtomicLong();
  private final AtomicLong bytes = new AtomicLong();
  private final AtomicLong lost = new AtomicLong();
  private volatile boolean black;

  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Flying(long dueNanos, byte[] bytes) {}

  /// Carries what comes to `from` on to `to`.
  Air(InetSocketAddress from, InetSocketAddress to, long delayMs, double loss, long seed)
      throws IOException {
    this.in = new DatagramSocket(from);
    this.to = to;
    this.delayNanos = TimeUnit.MILLISECONDS.toNanos(delayMs);
    this.loss = loss;
    this.random = new SplittableRandom(seed);
    Thread.ofPlatform().daemon().name("air-in").start(this::receive);
    Thread.ofPlatform().daemon().name("air-out").start(this::send);
  }

  /// Loses everything while it is black.
  void black(boolean on) {
    black = on;
  }

  /// IP packets that were carried or lost.
  long packets() {
    return packets.get();
  }

  /// Their bytes, from the IP header on.
  long bytes() {
    return bytes.get();
  }

  long lost() {
    return lost.get();
  }

  private void receive() {
    DatagramPacket packet = new DatagramPacket(new byte[DATAGRAM_BYTES], DATAGRAM_BYTES);
    try {
      while (true) {
        packet.setLength(DATAGRAM_BYTES);
        in.receive(packet);
        packets.incrementAndGet();
        bytes.addAndGet(Math.max(0, packet.getLength() - WRAPPING_BYTES));
        byte[] copy = new byte[packet.getLength()];
        System.arraycopy(packet.getData(), packet.getOffset(), copy, 0, copy.length);
        sum(copy);
        if (black
            || random.nextDouble() < loss
            || !flying.offer(new Flying(System.nanoTime() + delayNanos, copy))) {
          lost.incrementAndGet();
        }
      }
    } catch (IOException e) {
      // Closed.
    }
  }

  /// Writes the checksum into a TCP segment (RFC 9293, 3.1): the kernel leaves that to a network card,
  /// and there is none on this way.
  private static void sum(byte[] packet) {
    ByteBuffer bytes = ByteBuffer.wrap(packet);
    if (packet.length < WRAPPING_BYTES + IP_HEADER_BYTES
        || bytes.getShort(WRAPPING_BYTES - 2) != IPV4
        || bytes.get(WRAPPING_BYTES + IP_PROTOCOL_AT) != TCP) {
      return;
    }
    int ip = WRAPPING_BYTES;
    int tcp = ip + (bytes.get(ip) & 15) * 4;
    int length = (bytes.getShort(ip + 2) & 0xffff) - (tcp - ip);
    if (length <= TCP_SUM_AT + 1 || tcp + length > packet.length) {
      return;
    }
    bytes.putShort(tcp + TCP_SUM_AT, (short) 0);
    long sum = (long) TCP + length;
    for (int at = ip + IP_ADDRESSES_AT; at < ip + IP_HEADER_BYTES; at += 2) {
      sum += bytes.getShort(at) & 0xffff;
    }
    for (int at = 0; at < length; at += 2) {
      sum +=
          at + 1 < length
              ? bytes.getShort(tcp + at) & 0xffff
              : (bytes.get(tcp + at) & 0xff) << Byte.SIZE;
    }
    while (sum >> Short.SIZE != 0) {
      sum = (sum & 0xffff) + (sum >> Short.SIZE);
    }
    bytes.putShort(tcp + TCP_SUM_AT, (short) ~sum);
  }

  private void send() {
    try (DatagramSocket out = new DatagramSocket()) {
      while (!in.isClosed()) {
        Flying next = flying.poll(1, TimeUnit.SECONDS);
        if (next == null) {
          continue;
        }
        TimeUnit.NANOSECONDS.sleep(Math.max(0, next.dueNanos - System.nanoTime()));
        out.send(new DatagramPacket(next.bytes, next.bytes.length, to));
      }
    } catch (IOException e) {
      in.close();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    in.close();
  }
}
