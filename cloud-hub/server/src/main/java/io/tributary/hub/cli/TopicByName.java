package io.tributary.hub.cli;

import io.tributary.settings.HostAndPort;
import io.tributary.settings.NearestWord;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

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
    List<String> names = shown(topics);
    throw missing(name, names, NearestWord.of(name, names), hub, "");
  }

  /// As above, but lets the hub create the topic on its first use; not where another name is so near that this one may be
  /// mistyped.
  static KafkaReader.Topic findOrCreate(String name, KafkaReader reader, HostAndPort hub)
      throws IOException, Failure {
    List<KafkaReader.Topic> topics = reader.topics();
    List<String> names = shown(topics);
    boolean isThere = topics.stream().anyMatch(topic -> topic.name().equals(name));
    String nearest = isThere ? null : NearestWord.of(name, names);
    List<KafkaReader.Topic> created = nearest == null ? reader.topicOnFirstUse(name) : List.of();
    if (created.isEmpty()) {
      throw missing(name, names, nearest, hub, " 'topic create " + name + "' creates it");
    }
    return created.getFirst();
  }

  /// Without those that Kafka keeps for itself, and so does a hub.
  private static List<String> shown(List<KafkaReader.Topic> topics) {
    return topics.stream()
        .map(KafkaReader.Topic::name)
        .filter(name -> !name.startsWith("__"))
        .toList();
  }

  private static Failure missing(
      String name, List<String> names, @Nullable String nearest, HostAndPort hub, String orElse) {
    return new Failure(
        Failure.USAGE,
        "no topic '%s' at %s%s"
            .formatted(
                name,
                hub,
                nearest != null
                    ? ". Did you mean '" + nearest + "'?" + orElse
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
