package io.tributary.sim.world;

import io.tributary.store.Store;
import io.tributary.store.TopicStatus;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// The topics that the operator deleted: only those may vanish, and none of them comes back.
final class Deletions {
  private final Tally tally;
  private final Trace trace;

  /// By name, the topic that was seen last.
  private final TreeMap<String, UUID> seen = new TreeMap<>();

  private final Set<UUID> asked = new HashSet<>();
  private final Set<UUID> gone = new HashSet<>();

  /// By name, where `_gaps` ended when the last of that name was deleted.
  private final Map<String, Long> gapsEnds = new HashMap<>();

  Deletions(Tally tally, Trace trace) {
    this.tally = tally;
    this.trace = trace;
  }

  /// The operator wants it. When the hub dies meanwhile, it may be deleted or not.
  void asked(TopicStatus topic) {
    asked.add(topic.topicId());
  }

  void happened(String topic, UUID id, long gapsEnd) {
    Violation.check(asked.contains(id), "the topic %s is deleted, and nobody asked for it", topic);
    tally.struck(Fault.HUB_TOPIC_DELETED);
    trace.note("hub", "has deleted " + topic, gapsEnd, 0);
    gone.add(id);
    seen.remove(topic);
    gapsEnds.put(topic, gapsEnd);
  }

  /// The hub has started again.
  ///
  /// @param mayGoBack whether an accident allows that it is as it was before
  /// @return the names of the topics whose deletion it had begun and shows now
  List<String> foundAtStart(Store store, boolean mayGoBack) {
    List<String> found = new ArrayList<>();
    for (Map.Entry<String, UUID> each : new TreeMap<>(seen).entrySet()) {
      String topic = each.getKey();
      TopicStatus now = store.topic(topic);
      if (now != null && now.topicId().equals(each.getValue())) {
        continue;
      }
      if (asked.contains(each.getValue())) {
        happened(topic, each.getValue(), gapsEnd(store));
        found.add(topic);
      } else {
        Violation.check(
            Violation.Kind.MISSING,
            mayGoBack,
            "the topic %s is gone, and nobody deleted it",
            topic);
        seen.remove(topic);
      }
    }
    found.sort(null);
    return found;
  }

  void saw(TopicStatus topic, boolean hasGoneBack) {
    Violation.check(
        !gone.contains(topic.topicId()) || hasGoneBack,
        "the topic %s came back after its deletion",
        topic.name());
    UUID before = seen.put(topic.name(), topic.topicId());
    Violation.check(
        before == null || before.equals(topic.topicId()),
        "the topic %s is another one, and nobody deleted the one before",
        topic.name());
    if (before == null && gapsEnds.containsKey(topic.name())) {
      tally.visited("deletedTopic.BORN_AGAIN");
    }
  }

  /// From which offset on `_gaps` tells of the topic that has this name now.
  long gapsEnd(String topic) {
    return gapsEnds.getOrDefault(topic, 0L);
  }

  /// What a hub's disk holds of topics that are deleted, in words; null: nothing.
  static @Nullable String leftover(SimHub hub) {
    Map<String, String> lives = new HashMap<>();
    for (String path : hub.disk().paths("topics/", "")) {
      String[] parts = path.split("/", -1);
      int life = parts[2].indexOf('~');
      String name = life < 0 ? "" : parts[2].substring(life);
      String other = lives.putIfAbsent(parts[1], name);
      boolean isThere = hub.store().topic(parts[1]) != null;
      if (!isThere || (other != null && !other.equals(name))) {
        return "the hub still has " + path + " of a deleted topic";
      }
    }
    return null;
  }

  static long gapsEnd(Store store) {
    try {
      var gaps = store.partition("_gaps", 0);
      return gaps == null ? 0 : gaps.endOffset();
    } catch (io.tributary.store.StoreRefused e) {
      return 0; // what is told there cannot be read, and is not counted
    }
  }
}
