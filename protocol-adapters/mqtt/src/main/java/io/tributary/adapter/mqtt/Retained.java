package io.tributary.adapter.mqtt;

import io.tributary.adapter.Completion;
import io.tributary.adapter.Emitter;
import io.tributary.adapter.StateChange;
import io.tributary.adapter.StateEntry;
import io.tributary.adapter.mqtt.mapping.TopicFilter;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The last message of each topic that was published to be kept for those who subscribe later (MQTT 5, section 3.3.1.3).
/// Bounded in messages and in bytes. Event loop only.
final class Retained {
  private final int messagesMost;
  private final long bytesMost;
  private final Map<String, Kept> byTopic = new LinkedHashMap<>();
  private long bytes;

  /// @param levels of the topic
  @SuppressWarnings("ArrayRecordComponent") // nobody compares them
  private record Kept(Message message, String[] levels) {}

  Retained(int messagesMost, long bytesMost) {
    this.messagesMost = messagesMost;
    this.bytesMost = bytesMost;
  }

  void restore(StateEntry entry) {
    Message message = BrokerState.message(entry);
    if (message != null) {
      put(message);
    }
  }

  /// Whether there is room for it in the place of what is retained for its topic; there is for what ends that.
  ///
  /// @param mayKeep whether its journal keeps more state
  boolean mayTake(Message message, boolean mayKeep, Counters counters) {
    if (message.payload.length == 0) {
      return true;
    }
    Kept before = byTopic.get(message.topic);
    long freed = before == null ? 0 : before.message.sizeBytes();
    boolean fits =
        mayKeep
            && (before != null || byTopic.size() < messagesMost)
            && bytes - freed + message.sizeBytes() <= bytesMost;
    if (!fits) {
      counters.count(Counter.RETAINED_FULL);
    }
    return fits;
  }

  /// What is retained for a topic; null: nothing.
  @Nullable Message of(String topic) {
    Kept kept = byTopic.get(topic);
    return kept == null ? null : kept.message;
  }

  /// Takes the place of what was retained for its topic; ends it without a payload.
  void put(Message message) {
    forget(message.topic);
    if (message.payload.length > 0) {
      byTopic.put(message.topic, new Kept(message, TopicFilter.levels(message.topic)));
      bytes += message.sizeBytes();
    }
  }

  private void forget(String topic) {
    Kept gone = byTopic.remove(topic);
    bytes -= gone == null ? 0 : gone.message.sizeBytes();
  }

  /// Those that a filter matches and that have not expired, in the order in which they came.
  List<Message> matching(TopicFilter filter, long nowMs) {
    if (!filter.hasWildcards()) {
      Kept exact = byTopic.get(filter.toString());
      return exact == null || exact.message.isExpired(nowMs) ? List.of() : List.of(exact.message);
    }
    List<Message> found = new ArrayList<>();
    for (Kept kept : byTopic.values()) {
      if (!kept.message.isExpired(nowMs) && filter.matches(kept.levels)) {
        found.add(kept.message);
      }
    }
    return found;
  }

  /// Forgets what has expired, here and on disk, as far as the journal has room.
  void sweep(long nowMs, Emitter emitter) {
    Iterator<Kept> each = byTopic.values().iterator();
    while (each.hasNext()) {
      Message message = each.next().message;
      if (message.isExpired(nowMs)) {
        StateChange removal = StateChange.remove(BrokerState.retainedKey(message.topic));
        if (!emitter.changeState(message.className, List.of(removal), Completion.NONE)) {
          return;
        }
        each.remove();
        bytes -= message.sizeBytes();
      }
    }
  }

  int count() {
    return byTopic.size();
  }

  long bytes() {
    return bytes;
  }
}
