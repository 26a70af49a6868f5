package io.tributary.sim.device;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/// A publisher's half of an MQTT session: which readings wait for which packet, and what is sent again after a connection was lost
/// (MQTT 3.1.1, 4.3 and 4.4). Opens nothing, and knows no time. One thread.
///
/// ```
/// QoS 1   PUBLISH ─▶ ◀─ PUBACK                          acknowledged
/// QoS 2   PUBLISH ─▶ ◀─ PUBREC   PUBREL ─▶ ◀─ PUBCOMP   acknowledged: only now has every broker delivered it
///
/// next connection, session kept:  PUBLISH with DUP, or PUBREL where there was a PUBREC, in the first order
///                  session lost:  all that is not acknowledged as new; a reading may then be there twice at any QoS
/// ```
final class MqttSession {
  private static final int PACKET_IDS = 0xffff;

  private final Protocol protocol;
  private final byte[] topic;
  private final int qos;
  private final int window;
  private final Observer observer;
  private final Map<Integer, Flight> flights = new LinkedHashMap<>();
  private int limit;
  private int outside;
  private int lastId;

  /// Who is told what became of a reading.
  interface Observer {
    void acknowledged(Kept reading);

    /// @param reason the reason code of MQTT 5
    void refused(Kept reading, int reason);

    /// It was sent before, on a connection that is gone, and may come twice at QoS 1.
    void sentAgain(Kept reading);

    /// The broker has forgotten the session: it is sent as new, and may come twice at any QoS.
    void sentAnew(Kept reading);
  }

  private static final class Flight {
    final Kept reading;

    /// Sent on any connection of this session.
    boolean isSent;

    /// Sent on the connection of now.
    boolean isOutside;

    boolean isReceived;

    Flight(Kept reading) {
      this.reading = reading;
    }
  }

  /// @param window how many publishes may wait for their acknowledgement
  MqttSession(Protocol protocol, byte[] topic, int qos, int window, Observer observer) {
    this.protocol = protocol;
    this.topic = topic;
    this.qos = qos;
    this.window = window;
    this.observer = observer;
  }

  /// Whether another reading may be published: the window is not full, and what goes before it is sent.
  boolean hasRoom() {
    return outside < limit && outside == flights.size();
  }

  boolean isEmpty() {
    return flights.isEmpty();
  }

  int inFlight() {
    return flights.size();
  }

  /// Publishes a reading; where [#hasRoom].
  void publish(Kept reading, Outbox out) {
    if (qos == 0) {
      MqttWire.publish(out, protocol, topic, 0, false, 0, reading.payload());
      observer.acknowledged(reading);
      return;
    }
    do {
      lastId = lastId % PACKET_IDS + 1;
    } while (flights.containsKey(lastId));
    Flight flight = new Flight(reading);
    flights.put(lastId, flight);
    send(lastId, flight, out);
  }

  /// A connection was accepted: sends again what the last one left.
  ///
  /// @param isKept whether the broker still has the session
  /// @param receiveMaximum how many may wait at the most, by what the broker says
  void connected(boolean isKept, int receiveMaximum, Outbox out) {
    limit = Math.min(window, receiveMaximum);
    outside = 0;
    for (Flight flight : flights.values()) {
      flight.isOutside = false;
      if (!isKept) {
        if (flight.isSent) {
          observer.sentAnew(flight.reading);
        }
        flight.isSent = false;
        flight.isReceived = false;
      }
    }
    sendWaiting(out);
  }

  private void sendWaiting(Outbox out) {
    if (outside == flights.size()) {
      return;
    }
    Iterator<Map.Entry<Integer, Flight>> all = flights.entrySet().iterator();
    while (all.hasNext() && outside < limit) {
      Map.Entry<Integer, Flight> each = all.next();
      if (!each.getValue().isOutside) {
        send(each.getKey(), each.getValue(), out);
      }
    }
  }

  private void send(int id, Flight flight, Outbox out) {
    if (flight.isReceived) {
      MqttWire.pubrel(out, id);
    } else {
      if (flight.isSent) {
        observer.sentAgain(flight.reading);
      }
      MqttWire.publish(out, protocol, topic, qos, flight.isSent, id, flight.reading.payload());
    }
    flight.isSent = true;
    flight.isOutside = true;
    outside++;
  }

  /// Takes a PUBACK, PUBREC or PUBCOMP; one that answers nothing of ours is let go by.
  ///
  /// @param reason of MQTT 5; 0 where there is none
  void answered(int type, int id, int reason, Outbox out) {
    Flight flight = flights.get(id);
    if (flight == null || !flight.isOutside) {
      if (type == MqttWire.PUBREC && reason < MqttWire.FAILURES_FROM) {
        MqttWire.pubrel(out, id); // else the broker would wait for it for ever
      }
      return;
    }
    switch (type) {
      case MqttWire.PUBACK -> {
        if (qos == 1) {
          complete(id, flight, reason, out);
        }
      }
      case MqttWire.PUBREC -> {
        if (qos == 2 && reason >= MqttWire.FAILURES_FROM) {
          complete(id, flight, reason, out);
        } else if (qos == 2) {
          flight.isReceived = true;
          MqttWire.pubrel(out, id);
        }
      }
      case MqttWire.PUBCOMP -> {
        if (flight.isReceived) {
          complete(
              id, flight, 0,
              out); // a packet id that it does not find any more was completed before
        }
      }
      default -> throw new IllegalArgumentException("no answer to a publish: " + type);
    }
  }

  private void complete(int id, Flight flight, int reason, Outbox out) {
    flights.remove(id);
    outside--;
    if (reason < MqttWire.FAILURES_FROM) {
      observer.acknowledged(flight.reading);
    } else {
      observer.refused(flight.reading, reason);
    }
    sendWaiting(out);
  }
}
