package io.tributary.hub.cli;

import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Map;

/// How a topic is altered: Kafka's IncrementalAlterConfigs in version 0 and CreatePartitions in version 1, one topic a
/// request.
final class AlterTopicApi {
  static final short CREATE_PARTITIONS = 37;
  static final short CREATE_PARTITIONS_VERSION = 1;
  static final short INCREMENTAL_ALTER_CONFIGS = 44;
  static final short INCREMENTAL_ALTER_CONFIGS_VERSION = 0;

  private static final int TOPIC_RESOURCE = 2;
  private static final int SET = 0;
  private static final int BY_THE_BROKER = -1; // no assignment of replicas

  private AlterTopicApi() {}

  /// @param text empty: none
  record Answer(short error, String text) {}

  static void writeConfigs(
      DataOutputStream out, String topic, Map<String, String> settings, boolean dryRun)
      throws IOException {
    out.writeInt(1);
    out.writeByte(TOPIC_RESOURCE);
    RequestFields.string(out, topic);
    out.writeInt(settings.size());
    for (Map.Entry<String, String> setting : settings.entrySet()) {
      RequestFields.string(out, setting.getKey());
      out.writeByte(SET);
      RequestFields.string(out, setting.getValue());
    }
    out.writeBoolean(dryRun);
  }

  static Answer readConfigs(ByteBuffer in) {
    in.getInt(); // throttle time
    one(AnswerFields.count(in));
    return new Answer(in.getShort(), AnswerFields.string(in));
  }

  /// @param partitions how many there are to be, with those that there are
  static void writePartitions(
      DataOutputStream out, String topic, int partitions, int timeoutMs, boolean dryRun)
      throws IOException {
    out.writeInt(1);
    RequestFields.string(out, topic);
    out.writeInt(partitions);
    out.writeInt(BY_THE_BROKER);
    out.writeInt(timeoutMs);
    out.writeBoolean(dryRun);
  }

  static Answer readPartitions(ByteBuffer in) {
    in.getInt(); // throttle time
    one(AnswerFields.count(in));
    AnswerFields.string(in); // the topic
    return new Answer(in.getShort(), AnswerFields.string(in));
  }

  private static void one(int count) {
    if (count != 1) {
      throw new IllegalArgumentException(count + " topics");
    }
  }
}
