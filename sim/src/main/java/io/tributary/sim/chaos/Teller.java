package io.tributary.sim.chaos;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/// Publishes numbers from 0 on at QoS 2, keeps its side of it over all connections, and sets a retained message now and then.
final class Teller extends Persistent {
  private static final int WINDOW = 20;
  private static final int PACKET_IDS = 60_000;
  private static final int STATES = 8;
  private static final int RETAINED_EVERY = 25;
  private static final int RETAINED_ID = 65_000;

  private final String topic;
  private final String stateTopic;

  /// By number; true once PUBREC has come.
  private final TreeMap<Long, Boolean> open = new TreeMap<>();

  private long next;
  private long retainedNumber = -1;
  private volatile long acknowledged;
  private volatile boolean stopping;

  /// The last acknowledged value of each retained topic.
  private final Map<String, Long> retained = new ConcurrentHashMap<>();

  Teller(InetSocketAddress address, String clientId, String topic, String stateTopic) {
    super(address, clientId);
    this.topic = topic;
    this.stateTopic = stateTopic;
  }

  void stop() {
    stopping = true;
  }

  /// How many numbers, from 0 on, are acknowledged.
  long acknowledged() {
    return acknowledged;
  }

  Map<String, Long> retained() {
    return retained;
  }

  @Override
  boolean isDone() {
    return stopping && open.isEmpty() && retainedNumber < 0;
  }

  @Override
  void talk(RawMqtt connection) throws IOException {
    for (Map.Entry<Long, Boolean> each : open.entrySet()) {
      int id = idOf(each.getKey());
      connection.send(
          each.getValue()
              ? RawMqtt.pubrel(id)
              : RawMqtt.publish(topic, 2, true, id, String.valueOf(each.getKey())));
    }
    if (retainedNumber >= 0) {
      connection.send(retainedMessage());
    }
    while (!isDone()) {
      while (!stopping && open.size() < WINDOW) {
        long number = next++;
        open.put(number, false);
        connection.send(RawMqtt.publish(topic, 2, false, idOf(number), String.valueOf(number)));
        if (retainedNumber < 0 && number % RETAINED_EVERY == 0) {
          retainedNumber = number;
          connection.send(retainedMessage());
        }
      }
      take(connection, connection.receive());
    }
  }

  private void take(RawMqtt connection, RawMqtt.Packet packet) throws IOException {
    switch (packet.type()) {
      case RawMqtt.PUBREC -> {
        open.replaceAll((number, known) -> known || idOf(number) == packet.number());
        connection.send(RawMqtt.pubrel(packet.number()));
      }
      case RawMqtt.PUBCOMP -> {
        open.keySet().removeIf(number -> idOf(number) == packet.number());
        acknowledged = open.isEmpty() ? next : open.firstKey();
      }
      case RawMqtt.PUBACK -> {
        retained.put(stateOf(retainedNumber), retainedNumber);
        retainedNumber = -1;
      }
      default -> throw new IOException("a packet of type " + packet.type());
    }
  }

  private byte[] retainedMessage() {
    return RawMqtt.retained(stateOf(retainedNumber), RETAINED_ID, String.valueOf(retainedNumber));
  }

  private String stateOf(long number) {
    return stateTopic + "/" + number / RETAINED_EVERY % STATES;
  }

  private static int idOf(long number) {
    return (int) (number % PACKET_IDS) + 1;
  }
}
