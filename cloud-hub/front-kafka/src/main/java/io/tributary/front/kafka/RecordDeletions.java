package io.tributary.front.kafka;

import io.netty.util.concurrent.EventExecutor;
import io.tributary.front.kafka.access.Rights;
import io.tributary.store.RecordsDeleted;
import io.tributary.store.StoreRefused;
import io.tributary.store.TopicName;
import io.tributary.store.TopicStatus;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/// One DeleteRecords, from its arrival to its answer, which is given once and waits for the slowest of its partitions. What
/// runs here runs on the connection's event loop; the store answers on its own thread. When the client goes meanwhile, the
/// records are deleted all the same, as in Kafka.
final class RecordDeletions {
  private final Catalog catalog;
  private final Rights rights;
  private final Request.DeleteRecords request;

  RecordDeletions(Catalog catalog, Rights rights, Request.DeleteRecords request) {
    this.catalog = catalog;
    this.rights = rights;
    this.request = request;
  }

  void start(EventExecutor loop, Consumer<Answer.DeleteRecords> reply) {
    int count = request.topics().stream().mapToInt(topic -> topic.bounds().size()).sum();
    Gathered<Answer.DeleteRecords.Result> results =
        new Gathered<>(count, loop, all -> reply.accept(answer(all)));
    int index = 0;
    for (Request.DeleteRecords.Topic topic : request.topics()) {
      for (Request.DeleteRecords.Bound bound : topic.bounds()) {
        int at = index;
        delete(topic.name(), bound, result -> results.putLater(at, result));
        index++;
      }
    }
  }

  private void delete(
      String topic,
      Request.DeleteRecords.Bound bound,
      Consumer<Answer.DeleteRecords.Result> result) {
    int partition = bound.partition();
    if (!rights.mayAlter(topic)) {
      KafkaError denied = KafkaError.TOPIC_AUTHORIZATION_FAILED;
      result.accept(new Answer.DeleteRecords.Result(partition, denied, -1));
      return;
    }
    if (isKept(topic)) {
      result.accept(new Answer.DeleteRecords.Result(partition, KafkaError.POLICY_VIOLATION, -1));
      return;
    }
    catalog
        .store()
        .deleteRecords(
            topic,
            partition,
            bound.offset(), // Kafka's -1 is the store's END
            new RecordsDeleted() {
              @Override
              public void deleted(long startOffset) {
                result.accept(
                    new Answer.DeleteRecords.Result(partition, KafkaError.NONE, startOffset));
              }

              @Override
              public void refused(StoreRefused why) {
                result.accept(
                    new Answer.DeleteRecords.Result(partition, KafkaError.ofRecords(why), -1));
              }
            });
  }

  /// As in Kafka: what is only compacted keeps the newest record of every key.
  private boolean isKept(String name) {
    TopicStatus topic = catalog.find(TopicRef.named(name));
    return topic != null
        && (TopicName.isHubsOwn(name) || !topic.spec().limits().cleanup().deletes());
  }

  private Answer.DeleteRecords answer(List<Answer.DeleteRecords.Result> results) {
    List<Answer.DeleteRecords.Topic> topics = new ArrayList<>();
    int from = 0;
    for (Request.DeleteRecords.Topic topic : request.topics()) {
      int to = from + topic.bounds().size();
      topics.add(new Answer.DeleteRecords.Topic(topic.name(), results.subList(from, to)));
      from = to;
    }
    return new Answer.DeleteRecords(topics);
  }
}
