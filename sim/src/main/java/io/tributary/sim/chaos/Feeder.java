package io.tributary.sim.chaos;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/// Publishes numbers from 0 on to a broker at a rate, with a session that lasts, and keeps its side of QoS 1 or 2 over all
/// connections: what it says to be acknowledged has a PUBACK or PUBCOMP.
final class Feeder extends Persistent {
  private static final int WINDOW = 20;
  private static final int PACKET_IDS = 60_000;

  private final String topic;
  private final int qos;
  private final double perSecond;

  /// By number; true once PUBREC has come.
  private final TreeMap<Long, Boolean> open = new TreeMap<>();

  private final long startedNanos = System.nanoTime();
  private long next;

  /// Numbers that would have been due while the broker was away are not made up for.
  private long skipped;

  private volatile long acknowledged;
  private volatile boolean stopping;

  Feeder(InetSocketAddress address, String clientId, String topic, int qos, double perSecond) {
    super(address, clientId);
    this.topic = topic;
    this.qos = qos;
    this.perSecond = perSecond;
  }

  void stop() {
    stopping = true;
  }

  /// How many numbers, from 0 on, are acknowledged.
  long acknowledged() {
    return acknowledged;
  }

  @Override
  boolean isDone() {
    return stopping && open.isEmpty();
  }

  @Override
  void talk(RawMqtt connection) throws IOException {
    for (Map.Entry<Long, Boolean> each : open.entrySet()) {
      int id = idOf(each.getKey());
      connection.send(
          each.getValue()
              ? RawMqtt.pubrel(id)
              : RawMqtt.publish(topic, qos, true, id, String.valueOf(each.getKey())));
    }
    skipped = due() - next;
    while (!isDone()) {
      long due = due() - skipped;
      while (!stopping && open.size() < WINDOW && next < due) {
        long number = next++;
        open.put(number, false);
        connection.send(RawMqtt.publish(topic, qos, false, idOf(number), String.valueOf(number)));
      }
      if (open.isEmpty()) {
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
      } else {
        take(connection, connection.receive());
      }
    }
  }

  private long due() {
    return (long) ((System.nanoTime() - startedNanos) / 1e9 * perSecond);
  }

  private void take(RawMqtt connection, RawMqtt.Packet packet) throws IOException {
    long number = numberOf(packet.number());
    switch (packet.type()) {
      case RawMqtt.PUBREC -> {
        open.replace(number, true);
        connection.send(RawMqtt.pubrel(packet.number()));
      }
      case RawMqtt.PUBACK, RawMqtt.PUBCOMP -> {
        open.remove(number);
        acknowledged = open.isEmpty() ? next : open.firstKey();
      }
      default -> throw new IOException("a packet of type " + packet.type());
    }
  }

  private static int idOf(long number) {
    return (int) (number % PACKET_IDS) + 1;
  }

  /// The newest number that had the identifier; the window is smaller than the identifiers are many.
  private long numberOf(int id) {
    long behind = Math.floorMod(next - 1 - (id - 1), (long) PACKET_IDS);
    return next - 1 - behind;
  }
}
