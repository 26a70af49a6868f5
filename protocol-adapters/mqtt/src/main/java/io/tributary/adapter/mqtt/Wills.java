package io.tributary.adapter.mqtt;

import io.tributary.adapter.StateChange;
import io.tributary.adapter.StateEntry;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The wills of all clients: on disk before their CONNACK, published once their connections are lost, also when it was the edge
/// that went (MQTT 5, sections 3.1.2.5 and 3.1.3.2.2). Event loop only.
final class Wills {
  private final String stateClass;
  private final Leftovers leftovers;
  private final Publisher publisher;

  /// By client, of those whose connection is lost.
  private final Map<String, Due> due = new LinkedHashMap<>();

  /// Clients whose will is, or may be, on disk.
  private final Set<String> recorded = new HashSet<>();

  private record Due(Message message, long atNanos) {}

  /// Publishes a will.
  interface Publisher {
    /// @param removal of the will from the disk, which goes with it where one journal has both
    /// @return false when there is no room yet
    boolean publish(String clientId, Message will, StateChange removal);
  }

  Wills(String stateClass, Leftovers leftovers, Publisher publisher) {
    this.stateClass = stateClass;
    this.leftovers = leftovers;
    this.publisher = publisher;
  }

  /// The connections of these clients ended with the edge's last life.
  void restore(List<StateEntry> entries, long nowNanos) {
    for (StateEntry entry : entries) {
      if (entry.key().startsWith(BrokerState.WILL)) {
        String clientId = entry.key().substring(BrokerState.WILL.length());
        Will will = BrokerState.will(entry);
        if (will == null) {
          leftovers.remove(entry.className(), entry.key());
        } else {
          recorded.add(clientId);
          due.put(clientId, new Due(will.message(), nowNanos + nanos(will.delaySeconds())));
        }
      }
    }
  }

  /// A client is back. A will that was delayed is not published, unless its time was over, or its session has ended.
  ///
  /// @param will that it brings
  /// @return what must be on disk before it hears so; null when there is nothing
  @Nullable StateChange connected(
      String clientId, boolean sessionPresent, @Nullable Will will, long nowNanos) {
    Due waiting = due.get(clientId);
    if (waiting != null && (!sessionPresent || nowNanos - waiting.atNanos >= 0)) {
      publish(clientId, waiting);
    } else {
      due.remove(clientId);
    }
    if (will != null) {
      recorded.add(clientId);
      leftovers.keep(stateClass, BrokerState.willKey(clientId));
      return BrokerState.will(clientId, will);
    }
    return recorded.remove(clientId) ? StateChange.remove(BrokerState.willKey(clientId)) : null;
  }

  /// A client has said goodbye: nothing is published.
  void dismissed(String clientId) {
    if (recorded.remove(clientId)) {
      leftovers.remove(stateClass, BrokerState.willKey(clientId));
    }
  }

  /// A client's connection is lost.
  void lost(Session session, Will will, long nowNanos) {
    long delay = Math.min(will.delaySeconds(), session.expirySeconds);
    Due now = new Due(will.message(), nowNanos + nanos(delay));
    due.put(session.clientId, now);
    if (delay == 0) {
      publish(session.clientId, now);
    }
  }

  /// Publishes what is due, as far as there is room.
  void sweep(long nowNanos) {
    List<Map.Entry<String, Due>> all = new ArrayList<>(due.entrySet());
    for (Map.Entry<String, Due> each : all) {
      if (nowNanos - each.getValue().atNanos >= 0) {
        publish(each.getKey(), each.getValue());
      }
    }
  }

  private void publish(String clientId, Due will) {
    StateChange removal = StateChange.remove(BrokerState.willKey(clientId));
    if (publisher.publish(clientId, will.message, removal)) {
      due.remove(clientId);
      recorded.remove(clientId);
    }
  }

  private static long nanos(long seconds) {
    return seconds * 1_000_000_000L;
  }
}
