package io.tributary.hub.cli;

import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/// What a group has committed: Kafka's OffsetFetch and OffsetCommit, both in version 5.
final class OffsetsApi {
  static final short OFFSET_COMMIT = 8;
  static final short OFFSET_COMMIT_VERSION = 5;
  static final short OFFSET_FETCH = 9;
  static final short OFFSET_FETCH_VERSION = 5;

  /// Not as a member: allowed while a group has none.
  private static final int NO_GENERATION = -1;

  private OffsetsApi() {}

  static void writeFetch(DataOutputStream out, String group) throws IOException {
    RequestFields.string(out, group);
    out.writeInt(-1); // all partitions
  }

  record Fetched(short error, SortedMap<TopicPartition, Group.Committed> offsets) {}

  static Fetched readFetch(ByteBuffer in) {
    SortedMap<TopicPartition, Group.Committed> offsets = new TreeMap<>();
    short failed = KafkaErrors.NONE;
    in.getInt(); // throttle time
    for (int i = AnswerFields.count(in); i > 0; i--) {
      String topic = AnswerFields.string(in);
      for (int j = AnswerFields.count(in); j > 0; j--) {
        TopicPartition partition = new TopicPartition(topic, in.getInt());
        long offset = in.getLong();
        in.getInt(); // leader epoch
        String metadata = AnswerFields.string(in);
        short error = in.getShort();
        if (error != KafkaErrors.NONE) {
          failed = error;
        } else if (offset >= 0) {
          offsets.put(partition, new Group.Committed(offset, metadata));
        }
      }
    }
    short error = in.getShort();
    return new Fetched(error == KafkaErrors.NONE ? failed : error, offsets);
  }

  static void writeCommit(DataOutputStream out, String group, Map<TopicPartition, Long> offsets)
      throws IOException {
    RequestFields.string(out, group);
    out.writeInt(NO_GENERATION);
    RequestFields.string(out, ""); // member
    Map<String, List<Integer>> topics = Group.byTopic(offsets.keySet());
    out.writeInt(topics.size());
    for (Map.Entry<String, List<Integer>> topic : topics.entrySet()) {
      RequestFields.string(out, topic.getKey());
      out.writeInt(topic.getValue().size());
      for (int partition : topic.getValue()) {
        out.writeInt(partition);
        out.writeLong(offsets.getOrDefault(new TopicPartition(topic.getKey(), partition), 0L));
        RequestFields.string(out, ""); // metadata
      }
    }
  }

  /// The first error among the partitions, or NONE.
  static short readCommit(ByteBuffer in) {
    short first = KafkaErrors.NONE;
    in.getInt(); // throttle time
    for (int i = AnswerFields.count(in); i > 0; i--) {
      AnswerFields.string(in); // topic
      for (int j = AnswerFields.count(in); j > 0; j--) {
        in.getInt(); // partition
        short error = in.getShort();
        first = first == KafkaErrors.NONE ? error : first;
      }
    }
    return first;
  }
}
