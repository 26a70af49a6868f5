package io.tributary.sim.chaos;

import io.tributary.sim.chaos.RawMqtt.Packet;
import io.tributary.sim.oracle.Ledger;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/// A device with a persistent session whose every connection ends at a chosen place of the
/// conversation. It does what the standard asks of a client: after a reconnect it sends what is not
/// acknowledged again, in the old order (MQTT 3.1.1, 4.4 and 4.6).
final class CutClient {
  /// Where a connection ends: `_PART` in the middle of that packet, a packet to the edge right behind
  /// it, a packet from the edge when it has been read.
  enum Cut {
    CONNECT_PART,
    CONNECT,
    CONNACK,
    PUBLISH_PART,
    PUBLISH,
    PUBACK,
    PUBREC,
    PUBREL_PART,
    PUBREL,
    PUBCOMP,
    SUBSCRIBE_PART,
    SUBSCRIBE,
    UNSUBSCRIBE_PART,
    UNSUBSCRIBE,
    PINGREQ_PART,
    PINGREQ,
    DISCONNECT_PART,
    DISCONNECT
  }

  private static final int NEW_AT_MOST = 4;
  private static final int PACKET_IDS = 200;

  private final InetSocketAddress address;
  private final String clientId;
  private final String topic;
  private final int qos;
  private final Ledger.Recorder ledger;
  private final SplittableRandom random;
  private final Map<Integer, Flight> flights = new LinkedHashMap<>();
  private int lastId;
  private long nextSeq;
  private boolean sessionKept;

  private static final class Flight {
    final long seq;
    final String payload;
    boolean sent;
    boolean released;

    Flight(long seq, String payload) {
      this.seq = seq;
      this.payload = payload;
    }
  }

  CutClient(
      InetSocketAddress address,
      String clientId,
      String topic,
      int qos,
      Ledger.Recorder ledger,
      SplittableRandom random) {
    this.address = address;
    this.clientId = clientId;
    this.topic = topic;
    this.qos = qos;
    this.ledger = ledger;
    this.random = random;
  }

  /// The cuts that this device can come to.
  List<Cut> cuts() {
    return List.of(Cut.values()).stream().filter(this::happens).toList();
  }

  private boolean happens(Cut cut) {
    return switch (cut) {
      case PUBACK -> qos == 1;
      case PUBREC, PUBREL_PART, PUBREL, PUBCOMP -> qos == 2;
      case CONNECT_PART,
          CONNECT,
          CONNACK,
          PUBLISH_PART,
          PUBLISH,
          SUBSCRIBE_PART,
          SUBSCRIBE,
          UNSUBSCRIBE_PART,
          UNSUBSCRIBE,
          PINGREQ_PART,
          PINGREQ,
          DISCONNECT_PART,
          DISCONNECT ->
          true;
    };
  }

  /// Whether the edge has ever said that it kept this client's session.
  boolean isSessionKept() {
    return sessionKept;
  }

  /// One connection, from CONNECT to the cut; null: until everything is acknowledged.
  void converse(@Nullable Cut cut) throws IOException {
    RawMqtt mqtt = new RawMqtt(address);
    try {
      talk(mqtt, cut);
    } finally {
      for (Flight flight : flights.values()) {
        if (qos == 1 && flight.sent) {
          ledger.again(flight.seq);
        }
      }
      if (random.nextBoolean()) {
        mqtt.reset();
      }
      mqtt.close();
    }
  }

  private void talk(RawMqtt mqtt, @Nullable Cut cut) throws IOException {
    if (ends(mqtt, RawMqtt.connect(clientId), cut, Cut.CONNECT_PART, Cut.CONNECT)) {
      return;
    }
    Packet connack = mqtt.receive();
    if (connack.type() != RawMqtt.CONNACK || (connack.number() & 0xff) != 0) {
      throw new IOException("the edge answers CONNECT by " + connack);
    }
    sessionKept |= connack.number() >= 256;
    if (cut == Cut.CONNACK) {
      return;
    }
    for (Map.Entry<Integer, Flight> each : flights.entrySet()) {
      Flight flight = each.getValue();
      mqtt.send(
          flight.released
              ? RawMqtt.pubrel(each.getKey())
              : RawMqtt.publish(topic, qos, flight.sent, each.getKey(), flight.payload));
      flight.sent = true;
    }
    for (int left = 1 + random.nextInt(NEW_AT_MOST); left > 0; left--) {
      int id = freeId();
      Flight flight = new Flight(nextSeq, payload(nextSeq));
      nextSeq++;
      flights.put(id, flight);
      byte[] publish = RawMqtt.publish(topic, qos, false, id, flight.payload);
      if (left == 1 && ends(mqtt, publish, cut, Cut.PUBLISH_PART, Cut.PUBLISH)) {
        flight.sent = cut == Cut.PUBLISH;
        return;
      }
      if (left > 1) {
        mqtt.send(publish);
      }
      flight.sent = true;
    }
    long chances =
        cut == Cut.PUBREC || cut == Cut.PUBREL || cut == Cut.PUBREL_PART
            ? flights.values().stream().filter(f -> !f.released).count()
            : flights.size();
    int before = random.nextInt((int) chances);
    while (!flights.isEmpty()) {
      Packet packet = mqtt.receive();
      boolean counts = isOfKind(packet, cut);
      if (take(mqtt, packet, counts && before == 0 ? cut : null)) {
        return;
      }
      before -= counts ? 1 : 0;
    }
    if (cut != null) {
      int id = freeId();
      boolean ended =
          ends(mqtt, RawMqtt.subscribe(id), cut, Cut.SUBSCRIBE_PART, Cut.SUBSCRIBE)
              || ends(mqtt, RawMqtt.unsubscribe(id), cut, Cut.UNSUBSCRIBE_PART, Cut.UNSUBSCRIBE)
              || ends(mqtt, RawMqtt.pingreq(), cut, Cut.PINGREQ_PART, Cut.PINGREQ)
              || ends(mqtt, RawMqtt.disconnect(), cut, Cut.DISCONNECT_PART, Cut.DISCONNECT);
      if (!ended) {
        throw new IllegalStateException("no end at " + cut);
      }
    }
  }

  /// Whether such a packet is one of those that the cut comes at or right behind.
  private static boolean isOfKind(Packet packet, @Nullable Cut cut) {
    return (cut == Cut.PUBACK || cut == Cut.PUBCOMP)
        ? packet.type() != RawMqtt.PUBREC
        : packet.type() == RawMqtt.PUBREC;
  }

  /// Takes one packet of the edge and answers it; true when the connection is to end here.
  @SuppressWarnings("RefactorSwitch") // two packets, each with what it does
  private boolean take(RawMqtt mqtt, Packet packet, @Nullable Cut cut) throws IOException {
    Flight flight = flights.get(packet.number());
    switch (packet.type()) {
      case RawMqtt.PUBACK, RawMqtt.PUBCOMP -> {
        if (flight != null) {
          ledger.ack(flight.seq, flight.payload);
          flights.remove(packet.number());
        }
        return cut == Cut.PUBACK || cut == Cut.PUBCOMP;
      }
      case RawMqtt.PUBREC -> {
        if (flight != null) {
          flight.released = true;
          ledger.ack(flight.seq, flight.payload);
        }
        return cut == Cut.PUBREC
            || ends(mqtt, RawMqtt.pubrel(packet.number()), cut, Cut.PUBREL_PART, Cut.PUBREL);
      }
      default -> throw new IOException("the edge sends " + packet);
    }
  }

  /// Sends a packet, or a part of it; true when the connection is to end with that.
  private boolean ends(RawMqtt mqtt, byte[] packet, @Nullable Cut cut, Cut part, Cut whole)
      throws IOException {
    if (cut == part) {
      mqtt.sendPart(packet, 1 + random.nextInt(packet.length - 1));
      return true;
    }
    mqtt.send(packet);
    return cut == whole;
  }

  private int freeId() {
    do {
      lastId = lastId % PACKET_IDS + 1;
    } while (flights.containsKey(lastId));
    return lastId;
  }

  private static String payload(long seq) {
    return "{\"ts\":"
        + System.currentTimeMillis()
        + ",\"value\":"
        + seq % 97
        + ",\"seq\":"
        + seq
        + "}";
  }
}
