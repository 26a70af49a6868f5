package io.tributary.edge;

import io.tributary.adapter.TopicPosition;
import io.tributary.log.JournalStream;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/// The topics that are not mirrored. What a hub would acknowledge, their pipelines do: a reading may go, when its room is needed,
/// once every pipeline that reads the topic is done with it; where none does, once it is on disk.
///
/// Any thread.
final class LocalTopics {
  private final Map<String, Map<String, TopicPosition>> doneByTopic = new HashMap<>();
  private final Map<String, Set<String>> readersByTopic = new HashMap<>();

  /// @param topics those that are not mirrored
  LocalTopics(Set<String> topics) {
    for (String topic : topics) {
      doneByTopic.put(topic, new HashMap<>());
      readersByTopic.put(topic, new HashSet<>());
    }
  }

  /// Before anything runs: a pipeline reads a topic.
  void readBy(String topic, String pipeline) {
    Set<String> readers = readersByTopic.get(topic);
    if (readers != null) {
      readers.add(pipeline);
    }
  }

  boolean isMirrored(String topic) {
    return !doneByTopic.containsKey(topic);
  }

  /// A pipeline needs nothing before a position any more.
  void done(String topic, String pipeline, TopicPosition before, JournalAgent journal) {
    long all;
    synchronized (this) {
      Map<String, TopicPosition> done = doneByTopic.get(topic);
      if (done == null) {
        return;
      }
      done.put(pipeline, before);
      if (!done.keySet().containsAll(readersByTopic.getOrDefault(topic, Set.of()))) {
        return;
      }
      all = Long.MAX_VALUE;
      for (TopicPosition each : done.values()) {
        // One that is still in an older stream needs all of this one.
        all = Math.min(all, each.stream() == before.stream() ? each.offset() : 0);
      }
    }
    journal.journal().acked(before.stream(), all);
  }

  /// Something was committed: where nobody reads, that is all.
  void committed(JournalAgent journal) {
    for (JournalStream stream : journal.journal().streams().values()) {
      Set<String> readers = readersByTopic.get(stream.topic());
      if (readers != null && readers.isEmpty() && stream.acked() < stream.end()) {
        journal.journal().acked(stream.id(), stream.end());
      }
    }
  }

  boolean isEmpty() {
    return doneByTopic.isEmpty();
  }
}
