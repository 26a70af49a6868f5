package io.tributary.front.kafka;

import io.netty.util.concurrent.EventExecutor;
import io.tributary.front.kafka.access.Rights;
import io.tributary.store.Layout;
import io.tributary.store.StoreRefused;
import io.tributary.store.TopicChanged;
import io.tributary.store.TopicName;
import io.tributary.store.TopicStatus;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// One CreatePartitions, from its arrival to its answer, which is given once and waits for the slowest of its topics. What
/// runs here runs on the connection's event loop; the store answers on its own thread. When the client goes meanwhile, the
/// partitions are created all the same, as in Kafka.
final class PartitionCreations {
  private final Catalog catalog;
  private final Rights rights;
  private final Request.CreatePartitions request;

  PartitionCreations(Catalog catalog, Rights rights, Request.CreatePartitions request) {
    this.catalog = catalog;
    this.rights = rights;
    this.request = request;
  }

  void start(EventExecutor loop, Consumer<Answer.CreatePartitions> reply) {
    List<Request.CreatePartitions.Topic> topics = request.topics();
    Gathered<Answer.CreatePartitions.Result> results =
        new Gathered<>(topics.size(), loop, all -> reply.accept(new Answer.CreatePartitions(all)));
    for (int i = 0; i < topics.size(); i++) {
      int index = i;
      create(topics.get(i), result -> results.putLater(index, result));
    }
  }

  private void create(
      Request.CreatePartitions.Topic asked, Consumer<Answer.CreatePartitions.Result> result) {
    String name = asked.name();
    try {
      check(asked);
    } catch (Refused e) {
      result.accept(result(name, e.error(), e.getMessage()));
      return;
    }
    if (request.isDryRun()) {
      result.accept(result(name, KafkaError.NONE, null));
      return;
    }
    catalog
        .store()
        .createPartitions(
            name,
            asked.count(),
            new TopicChanged() {
              @Override
              public void changed(TopicStatus topic) {
                result.accept(result(name, KafkaError.NONE, null));
              }

              @Override
              public void refused(StoreRefused why) {
                result.accept(result(name, KafkaError.ofChange(why), why.getMessage()));
              }
            });
  }

  private void check(Request.CreatePartitions.Topic asked) throws Refused {
    String name = asked.name();
    if (!rights.mayAlter(name)) {
      throw new Refused(KafkaError.TOPIC_AUTHORIZATION_FAILED, "no right to alter the topic");
    }
    TopicStatus topic = catalog.find(TopicRef.named(name));
    if (topic == null) {
      throw new Refused(KafkaError.UNKNOWN_TOPIC_OR_PARTITION, "no such topic");
    }
    if (TopicName.isHubsOwn(name)) {
      throw new Refused(KafkaError.POLICY_VIOLATION, "the hub's own topic has one partition");
    }
    String writer = catalog.writer(name);
    if (writer != null) {
      throw new Refused(
          KafkaError.POLICY_VIOLATION,
          "%s writes the topic, which has as many partitions as its source".formatted(writer));
    }
    if (topic.spec().layout() instanceof Layout.PerEdge) {
      throw new Refused(
          KafkaError.INVALID_PARTITIONS,
          "the topic is laid out per edge: it gets a partition with each new edge by itself");
    }
    int more = asked.count() - topic.partitions();
    if (more <= 0 || asked.count() > Layout.PARTITIONS_MOST) {
      throw new Refused(
          KafkaError.INVALID_PARTITIONS,
          "the topic has %d partitions; it can be given more, up to %d, and not %d"
              .formatted(topic.partitions(), Layout.PARTITIONS_MOST, asked.count()));
    }
    List<List<Integer>> assignments = asked.assignments();
    if (assignments != null) {
      checkAssignments(assignments, more);
    }
  }

  private void checkAssignments(List<List<Integer>> assignments, int more) throws Refused {
    List<Integer> node = List.of(catalog.nodeId());
    if (assignments.size() != more || !assignments.stream().allMatch(node::equals)) {
      throw new Refused(
          KafkaError.INVALID_REPLICA_ASSIGNMENT,
          "each of the %d new partitions lies on broker %d alone"
              .formatted(more, catalog.nodeId()));
    }
  }

  private static Answer.CreatePartitions.Result result(
      String topic, KafkaError error, @Nullable String text) {
    return new Answer.CreatePartitions.Result(topic, error, text);
  }
}
