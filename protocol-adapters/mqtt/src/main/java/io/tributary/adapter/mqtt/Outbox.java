package io.tributary.adapter.mqtt;

import io.tributary.adapter.mqtt.Delivery.Phase;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What one session is to be sent: what waits, and what was sent and is not fully acknowledged. Bounded in messages and in
/// bytes. Event loop only.
final class Outbox {
  private final Session session;
  private final OutboxLimits limits;

  /// To be sent, in this order.
  private final Deque<Delivery> waiting = new ArrayDeque<>();

  /// Sent, in the order of the first sending: what is sent again keeps it (section 4.6).
  private final Map<Integer, Delivery> sent = new LinkedHashMap<>();

  /// All above QoS 0 that are not done, by packet identifier.
  private final Map<Integer, Delivery> numbered = new HashMap<>();

  private long lastSequence;
  private int count;
  private long bytes;
  private boolean closed;

  /// What outboxes may hold.
  ///
  /// @param messages in one of them
  /// @param bytes of messages in one of them
  record OutboxLimits(int messages, long bytes) {}

  Outbox(Session session, OutboxLimits limits) {
    this.session = session;
    this.limits = limits;
  }

  /// Reserves a place.
  ///
  /// @return null when there is no room
  @Nullable Delivery place(Message message, int qos, boolean retain, int[] identifiers) {
    if (closed || isFullFor(message)) {
      return null;
    }
    long sequence = qos == 0 ? 0 : nextSequence();
    boolean recorded = qos > 0 && session.durable;
    Delivery delivery = new Delivery(message, qos, retain, identifiers, sequence, recorded);
    enter(delivery);
    return delivery;
  }

  /// As {@link #place}, for what was found on disk.
  void restore(Delivery delivery) {
    lastSequence = Math.max(lastSequence, delivery.sequence);
    enter(delivery);
  }

  /// After all was restored: what was released first, then what is to be sent, in its order.
  void restored() {
    List<Delivery> all = new ArrayList<>(numbered.values());
    all.sort(Comparator.comparingLong(delivery -> delivery.sequence));
    for (Delivery delivery : all) {
      if (delivery.phase == Phase.RELEASING) {
        sent.put(delivery.packetId(), delivery);
      } else {
        delivery.phase = Phase.WAITING;
        // Nobody knows whether it was sent before the edge stopped.
        delivery.duplicate = true;
        waiting.add(delivery);
      }
    }
  }

  private void enter(Delivery delivery) {
    count++;
    bytes += delivery.message.sizeBytes();
    if (delivery.qos > 0) {
      numbered.put(delivery.packetId(), delivery);
    }
  }

  private long nextSequence() {
    do {
      lastSequence++;
    } while (numbered.containsKey(Delivery.packetId(lastSequence)));
    return lastSequence;
  }

  private boolean isFullFor(Message message) {
    return count >= limits.messages || (count > 0 && bytes + message.sizeBytes() > limits.bytes);
  }

  /// It may be sent.
  void deliver(Delivery delivery) {
    if (delivery.phase == Phase.PLACED) {
      delivery.phase = Phase.WAITING;
      waiting.add(delivery);
    }
  }

  /// The next one to be sent, within a window of unacknowledged ones; null when there is none.
  @Nullable Delivery next(int window) {
    Delivery first = waiting.peek();
    if (first == null || (first.qos > 0 && sent.size() >= window)) {
      return null;
    }
    waiting.remove();
    first.phase = Phase.SENDING;
    return first;
  }

  /// It was sent.
  void sent(Delivery delivery) {
    if (delivery.qos == 0) {
      done(delivery);
    } else {
      delivery.phase = Phase.SENT;
      sent.put(delivery.packetId(), delivery);
    }
  }

  /// The one that a packet of the client means; null when nothing of that identifier is under way.
  @Nullable Delivery underWay(int packetId) {
    return sent.get(packetId);
  }

  /// The client has it, or it is given up.
  void done(Delivery delivery) {
    if (delivery.phase == Phase.DONE) {
      return;
    }
    delivery.phase = Phase.DONE;
    count--;
    bytes -= delivery.message.sizeBytes();
    if (delivery.qos > 0) {
      numbered.remove(delivery.packetId(), delivery);
      sent.remove(delivery.packetId(), delivery);
    }
  }

  /// Gives up what was not sent yet.
  void giveUp(Delivery delivery) {
    if (delivery.phase == Phase.WAITING) {
      waiting.remove(delivery);
    }
    done(delivery);
  }

  /// A new connection: what was sent and not acknowledged is to be sent again, before all else (section 4.4).
  ///
  /// @return those whose release is to be sent again
  List<Delivery> resume() {
    List<Delivery> again = new ArrayList<>();
    List<Delivery> releases = new ArrayList<>();
    for (Delivery delivery : sent.values()) {
      if (delivery.phase == Phase.RELEASING) {
        releases.add(delivery);
      } else {
        again.add(delivery);
      }
    }
    for (int i = again.size() - 1; i >= 0; i--) {
      Delivery delivery = again.get(i);
      delivery.phase = Phase.WAITING;
      delivery.duplicate = true;
      sent.remove(delivery.packetId());
      waiting.addFirst(delivery);
    }
    return releases;
  }

  /// The connection is gone: QoS 0 is not kept for the next one.
  void disconnected() {
    waiting.removeIf(delivery -> {
      if (delivery.qos == 0) {
        done(delivery);
      }
      return delivery.qos == 0;
    });
  }

  /// The session ends.
  ///
  /// @return all that it had on disk
  Collection<Delivery> close() {
    closed = true;
    waiting.clear();
    sent.clear();
    List<Delivery> recorded = new ArrayList<>();
    for (Delivery delivery : numbered.values()) {
      if (delivery.recorded) {
        recorded.add(delivery);
      }
      delivery.phase = Phase.DONE;
    }
    numbered.clear();
    count = 0;
    bytes = 0;
    return recorded;
  }

  /// Whether a few more are no burden: there is no hurry with what is retained.
  boolean hasRoom() {
    return count < limits.messages / 2 && bytes < limits.bytes / 2;
  }

  /// All above QoS 0 that are not done.
  List<Delivery> underWay() {
    return List.copyOf(numbered.values());
  }
}
