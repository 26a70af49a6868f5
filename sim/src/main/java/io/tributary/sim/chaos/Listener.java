package io.tributary.sim.chaos;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// Subscribes once, and keeps its side of QoS 1 or 2 over all connections.
final class Listener extends Persistent {
  private final String filter;
  private final int qos;

  /// Identifiers that were answered and not released.
  private final Set<Integer> received = new HashSet<>();

  private final List<Long> came = new ArrayList<>();
  private volatile boolean subscribed;
  private volatile long last = -1;
  private volatile long end = Long.MAX_VALUE;

  Listener(InetSocketAddress address, String clientId, String filter, int qos) {
    super(address, clientId);
    this.filter = filter;
    this.qos = qos;
  }

  boolean isSubscribed() {
    return subscribed;
  }

  /// It is done when it has this number.
  void endAt(long number) {
    end = number;
  }

  /// What it was given, in this order; once it has ended.
  List<Long> came() {
    return came;
  }

  @Override
  boolean isDone() {
    return last >= end;
  }

  @Override
  void talk(RawMqtt connection) throws IOException {
    if (!subscribed) {
      connection.send(RawMqtt.subscribe(1, filter, qos));
    }
    // Done only when the last one is answered, so that nothing of it is left at the server.
    while (!isDone() || !received.isEmpty()) {
      RawMqtt.Packet packet = connection.receive();
      switch (packet.type()) {
        case RawMqtt.SUBACK -> subscribed = true;
        case RawMqtt.PUBLISH -> {
          int id = packet.publishId();
          if (qos == 1 || received.add(id)) {
            long number = Long.parseLong(packet.payload());
            came.add(number);
            last = number;
          }
          connection.send(RawMqtt.answer(qos == 1 ? RawMqtt.PUBACK : RawMqtt.PUBREC, id));
        }
        case RawMqtt.PUBREL -> {
          received.remove(packet.number());
          connection.send(RawMqtt.answer(RawMqtt.PUBCOMP, packet.number()));
        }
        default -> throw new IOException("a packet of type " + packet.type());
      }
    }
  }
}
