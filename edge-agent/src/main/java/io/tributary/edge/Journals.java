package io.tributary.edge;

import io.tributary.log.StateUpdate;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The journals of this edge by class, which class a topic is of, and what its readings go through before.
final class Journals {
  private final Map<String, JournalAgent> byClass;
  private final Map<String, String> classByTopic;
  private final Map<String, TransformLane> lanes = new HashMap<>();
  private final LocalTopics local;

  Journals(Map<String, JournalAgent> byClass, Map<String, String> classByTopic, LocalTopics local) {
    this.byClass = Map.copyOf(byClass);
    this.classByTopic = Map.copyOf(classByTopic);
    this.local = local;
  }

  /// Before anything runs: the readings of a topic go through transforms first.
  void put(TransformLane lane) {
    lanes.put(lane.topic(), lane);
  }

  /// The topics that are not mirrored.
  LocalTopics local() {
    return local;
  }

  Collection<TransformLane> lanes() {
    return lanes.values();
  }

  /// What a topic's readings go through before the journal, or null.
  @Nullable TransformLane laneOf(String topic) {
    return lanes.isEmpty() ? null : lanes.get(topic);
  }

  /// Where a change of these keys would overtake an earlier one; null: nowhere.
  @Nullable TransformLane holding(List<StateUpdate> updates, String className) {
    if (updates.isEmpty()) {
      return null;
    }
    for (TransformLane lane : lanes.values()) {
      if (lane.className().equals(className) && lane.holds(updates)) {
        return lane;
      }
    }
    return null;
  }

  Collection<JournalAgent> all() {
    return byClass.values();
  }

  /// The class that keeps what belongs to no reading: `normal` where there is one.
  String stateClass() {
    return byClass.containsKey("normal") ? "normal" : byClass.keySet().iterator().next();
  }

  String classOf(String topic) {
    String className = classByTopic.get(topic);
    if (className == null) {
      throw new IllegalArgumentException("no topic " + topic + " in the configuration");
    }
    return className;
  }

  JournalAgent ofTopic(String topic) {
    return ofClass(classOf(topic));
  }

  JournalAgent ofClass(String className) {
    JournalAgent agent = byClass.get(className);
    if (agent == null) {
      throw new IllegalArgumentException("no journal of class " + className);
    }
    return agent;
  }

  void wakeAll() {
    for (JournalAgent agent : byClass.values()) {
      agent.wake();
    }
  }
}
