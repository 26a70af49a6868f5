package io.tributary.hub.cli;

import io.tributary.settings.HostAndPort;
import io.tributary.settings.NearestWord;
import java.io.IOException;
import java.util.List;

/// Finds the topic that a command names, or says what there is instead.
final class TopicByName {
  private TopicByName() {}

  static KafkaReader.Topic find(String name, KafkaReader reader, HostAndPort hub)
      throws IOException, Failure {
    List<KafkaReader.Topic> topics = reader.topics();
    for (KafkaReader.Topic topic : topics) {
      if (topic.name().equals(name)) {
        return topic;
      }
    }
    List<String> names = topics.stream().map(KafkaReader.Topic::name).toList();
    String nearest = NearestWord.of(name, names);
    throw new Failure(
        Failure.USAGE,
        "no topic '%s' at %s%s"
            .formatted(
                name,
                hub,
                nearest != null
                    ? ". Did you mean '" + nearest + "'?"
                    : names.isEmpty()
                        ? ", which has none yet"
                        : "; there are " + String.join(", ", names)));
  }

  /// Checks that a topic has a partition.
  static void checkPartition(KafkaReader.Topic topic, int partition) throws Failure {
    if (!topic.leaders().containsKey(partition)) {
      throw new Failure(
          Failure.USAGE,
          "topic %s has no partition %d, it has 0 to %d"
              .formatted(topic.name(), partition, topic.leaders().size() - 1));
    }
  }
}
