package io.tributary.hub.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeMap;

/// A consumer group as its coordinator describes it.
///
/// @param type `classic`, whose members make their assignment, or `consumer`, whose coordinator does (KIP-848)
/// @param state Kafka's name of it: Empty, PreparingRebalance, CompletingRebalance, Stable, Assigning, Reconciling, Dead
/// @param assignor who says which member reads what; empty: nobody at the moment
record Group(String name, String type, String state, String assignor, List<Member> members) {
  static final String CLASSIC = "classic";
  static final String CONSUMER = "consumer";

  /// @param host where it connected from, as the coordinator writes it
  record Member(String id, String clientId, String host, SortedSet<TopicPartition> assignment) {}

  /// What a group has committed of one partition: the offset that it reads next.
  record Committed(long offset, String metadata) {}

  /// A group in a list.
  ///
  /// @param protocolType `consumer` for those of Kafka's consumers
  record Listed(String name, String protocolType, String state) {}

  /// Who reads which partition, by its client id.
  String reader(TopicPartition partition) {
    for (Member member : members) {
      if (member.assignment().contains(partition)) {
        return member.clientId();
      }
    }
    return "";
  }

  /// Partitions as a person writes them: `orders:0,1 bills:2`.
  static String words(SortedSet<TopicPartition> partitions) {
    StringBuilder words = new StringBuilder();
    String topic = "";
    for (TopicPartition one : partitions) {
      if (one.topic().equals(topic)) {
        words.append(',');
      } else {
        words.append(words.isEmpty() ? "" : " ").append(one.topic()).append(':');
        topic = one.topic();
      }
      words.append(one.partition());
    }
    return words.toString();
  }

  /// The partitions of each topic.
  static Map<String, List<Integer>> byTopic(Iterable<TopicPartition> partitions) {
    Map<String, List<Integer>> topics = new TreeMap<>();
    for (TopicPartition one : partitions) {
      topics.computeIfAbsent(one.topic(), none -> new ArrayList<>()).add(one.partition());
    }
    return topics;
  }
}
