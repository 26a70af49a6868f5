package io.tributary.hub.cli;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// How far a group is behind, for each partition that it has committed or that a member of it reads.
///
/// @param committed null: nothing yet
/// @param end behind the last record; null: the partition is gone
/// @param reader the client id of the member that reads it; empty: none
record GroupLag(
    TopicPartition partition,
    Group.@Nullable Committed committed,
    @Nullable Long end,
    String reader) {

  /// How many offsets are ahead of the group; null: not known.
  @Nullable Long lag() {
    return committed == null || end == null ? null : Math.max(0, end - committed.offset());
  }

  static List<GroupLag> of(
      Group group, Map<TopicPartition, Group.Committed> committed, KafkaReader reader)
      throws IOException {
    SortedSet<TopicPartition> all = new TreeSet<>(committed.keySet());
    group.members().forEach(member -> all.addAll(member.assignment()));
    Map<TopicPartition, Long> ends = ends(all, reader);
    List<GroupLag> lags = new ArrayList<>();
    for (TopicPartition one : all) {
      lags.add(new GroupLag(one, committed.get(one), ends.get(one), group.reader(one)));
    }
    return lags;
  }

  private static Map<TopicPartition, Long> ends(
      SortedSet<TopicPartition> partitions, KafkaReader reader) throws IOException {
    Map<TopicPartition, Long> ends = new TreeMap<>();
    for (KafkaReader.Topic topic : reader.topics()) {
      if (partitions.stream().anyMatch(one -> one.topic().equals(topic.name()))) {
        reader
            .offsets(topic, KafkaReader.LATEST)
            .forEach(
                (partition, end) -> ends.put(new TopicPartition(topic.name(), partition), end));
      }
    }
    return ends;
  }
}
