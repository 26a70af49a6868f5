package io.tributary.front.kafka;

import io.netty.util.concurrent.EventExecutor;
import io.tributary.front.kafka.access.Rights;
import io.tributary.store.Layout;
import io.tributary.store.StoreRefused;
import io.tributary.store.TopicCreated;
import io.tributary.store.TopicLimits;
import io.tributary.store.TopicName;
import io.tributary.store.TopicSpec;
import io.tributary.store.TopicStatus;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// One CreateTopics, from its arrival to its answer, which is given once and waits for the slowest of its topics. What runs
/// here runs on the connection's event loop; the store answers on its own thread. When the client goes meanwhile, the topics
/// are created all the same, as in Kafka.
final class TopicCreations {
  private final Catalog catalog;
  private final Rights rights;
  private final Request.CreateTopics request;
  private final Gathered<Answer.CreateTopics.Result> results;

  /// @param rights of the client
  TopicCreations(
      Catalog catalog,
      Rights rights,
      Request.CreateTopics request,
      EventExecutor loop,
      Consumer<Answer.CreateTopics> reply) {
    this.catalog = catalog;
    this.rights = rights;
    this.request = request;
    this.results =
        new Gathered<>(
            request.topics().size(), loop, all -> reply.accept(new Answer.CreateTopics(all)));
  }

  void start() {
    List<Request.CreateTopics.Topic> topics = request.topics();
    for (int i = 0; i < topics.size(); i++) {
      create(i, topics.get(i));
    }
  }

  private void create(int index, Request.CreateTopics.Topic asked) {
    TopicRef ref = TopicRef.named(asked.name());
    TopicSpec spec;
    try {
      spec = specOf(asked);
    } catch (Refused e) {
      results.put(index, refused(ref, e.error(), e.getMessage()));
      return;
    }
    if (request.isDryRun()) {
      int partitions = ((Layout.Partitions) spec.layout()).count();
      results.put(index, created(new TopicStatus(spec, Catalog.NO_ID, partitions)));
      return;
    }
    catalog.createTopic(
        spec,
        new TopicCreated() {
          @Override
          public void created(TopicStatus topic) {
            var unused = catalog.tellGroups(); // nobody waits
            results.putLater(index, TopicCreations.created(topic));
          }

          @Override
          public void refused(StoreRefused why) {
            KafkaError error = KafkaError.ofCreation(why);
            results.putLater(index, TopicCreations.refused(ref, error, why.getMessage()));
          }
        });
  }

  private TopicSpec specOf(Request.CreateTopics.Topic asked) throws Refused {
    String objection = TopicName.objection(asked.name());
    if (objection != null) {
      throw new Refused(KafkaError.INVALID_TOPIC_EXCEPTION, objection);
    }
    if (!rights.mayCreate(asked.name())) {
      throw new Refused(
          KafkaError.TOPIC_AUTHORIZATION_FAILED, "no right to create a topic of that name");
    }
    if (catalog.find(TopicRef.named(asked.name())) != null) {
      throw new Refused(KafkaError.TOPIC_ALREADY_EXISTS, "the topic exists already");
    }
    if (TopicName.isHubsOwn(asked.name())) {
      throw new Refused(
          KafkaError.INVALID_TOPIC_EXCEPTION, "the hub creates its own topics itself");
    }
    Layout layout = new Layout.Partitions(partitionsOf(asked));
    return new TopicSpec(asked.name(), layout, false, limitsOf(asked.settings()));
  }

  private int partitionsOf(Request.CreateTopics.Topic asked) throws Refused {
    Map<Integer, List<Integer>> assignments = asked.assignments();
    int partitions = asked.partitions();
    if (!assignments.isEmpty()) {
      List<Integer> node = List.of(catalog.nodeId());
      for (int i = 0; i < assignments.size(); i++) {
        if (!node.equals(assignments.get(i))) {
          throw new Refused(
              KafkaError.INVALID_REPLICA_ASSIGNMENT,
              "every partition from 0 on lies on broker " + catalog.nodeId() + " alone");
        }
      }
      return assignments.size();
    }
    if (asked.replicas() != 1 && asked.replicas() != -1) {
      throw new Refused(
          KafkaError.INVALID_REPLICATION_FACTOR,
          "an embedded hub keeps one replica, not " + asked.replicas());
    }
    if (partitions == -1) {
      return catalog.partitionsByDefault();
    }
    if (partitions < 1 || partitions > Layout.PARTITIONS_MOST) {
      throw new Refused(
          KafkaError.INVALID_PARTITIONS,
          "a topic has 1 to " + Layout.PARTITIONS_MOST + " partitions, not " + partitions);
    }
    return partitions;
  }

  private TopicLimits limitsOf(Map<String, String> settings) throws Refused {
    try {
      return TopicConfigs.apply(settings, catalog.limitsByDefault());
    } catch (IllegalArgumentException e) {
      throw new Refused(KafkaError.INVALID_CONFIG, String.valueOf(e.getMessage()));
    }
  }

  private static Answer.CreateTopics.Result created(TopicStatus topic) {
    return new Answer.CreateTopics.Result(
        KafkaError.NONE,
        new TopicRef(topic.name(), topic.topicId()),
        topic.partitions(),
        TopicConfigs.of(topic),
        null);
  }

  private static Answer.CreateTopics.Result refused(
      TopicRef topic, KafkaError error, @Nullable String text) {
    return new Answer.CreateTopics.Result(error, topic, -1, List.of(), text);
  }
}
