package io.tributary.edge;

import java.util.Collection;
import java.util.Map;

/// The journals of this edge by class, and which class a topic is of.
final class Journals {
  private final Map<String, JournalAgent> byClass;
  private final Map<String, String> classByTopic;

  Journals(Map<String, JournalAgent> byClass, Map<String, String> classByTopic) {
    this.byClass = Map.copyOf(byClass);
    this.classByTopic = Map.copyOf(classByTopic);
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
