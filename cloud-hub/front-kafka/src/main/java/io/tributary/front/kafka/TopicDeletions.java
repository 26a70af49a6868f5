package io.tributary.front.kafka;

import io.netty.util.concurrent.EventExecutor;
import io.tributary.front.kafka.access.Rights;
import io.tributary.store.StoreRefused;
import io.tributary.store.TopicDeleted;
import io.tributary.store.TopicStatus;
import java.util.List;
import java.util.function.Consumer;

/// One DeleteTopics, from its arrival to its answer, which is given once and waits for the slowest of its topics. What
/// runs here runs on the connection's event loop; the store answers on its own thread. When the client goes meanwhile,
/// the topics are deleted all the same, as in Kafka.
final class TopicDeletions {
  private final Catalog catalog;
  private final Rights rights;
  private final Request.DeleteTopics request;

  /// @param rights of the client
  TopicDeletions(Catalog catalog, Rights rights, Request.DeleteTopics request) {
    this.catalog = catalog;
    this.rights = rights;
    this.request = request;
  }

  void start(EventExecutor loop, Consumer<Answer.DeleteTopics> reply) {
    List<TopicRef> topics = request.topics();
    Gathered<Answer.DeleteTopics.Result> results =
        new Gathered<>(topics.size(), loop, all -> reply.accept(new Answer.DeleteTopics(all)));
    for (int i = 0; i < topics.size(); i++) {
      int index = i;
      delete(topics.get(i), result -> results.putLater(index, result));
    }
  }

  private void delete(TopicRef asked, Consumer<Answer.DeleteTopics.Result> result) {
    TopicStatus topic = catalog.find(asked);
    String name = topic == null ? asked.name() : topic.name();
    if (name != null && !rights.mayDelete(name)) {
      result.accept(
          new Answer.DeleteTopics.Result(
              Catalog.denied(asked, topic, rights), asked, "no right to delete this topic"));
      return;
    }
    if (topic == null) {
      result.accept(
          new Answer.DeleteTopics.Result(Catalog.notFound(asked), asked, "no such topic"));
      return;
    }
    String writer = catalog.writer(topic.name());
    if (writer != null) {
      result.accept(
          new Answer.DeleteTopics.Result(
              KafkaError.POLICY_VIOLATION,
              asked,
              "%s writes the topic %s: take it out of hub.yaml first"
                  .formatted(writer, topic.name())));
      return;
    }
    TopicRef named = new TopicRef(topic.name(), topic.topicId());
    catalog.deleteTopic(
        topic.name(),
        new TopicDeleted() {
          @Override
          public void deleted(TopicStatus gone) {
            TopicRef ref = new TopicRef(gone.name(), gone.topicId());
            // Nobody may find in a new topic of this name what was committed of the old one.
            var unused =
                catalog
                    .tellGroups()
                    .thenRun(() ->
                        result.accept(new Answer.DeleteTopics.Result(KafkaError.NONE, ref, null)));
          }

          @Override
          public void refused(StoreRefused why) {
            result.accept(
                new Answer.DeleteTopics.Result(
                    KafkaError.ofDeletion(why), named, why.getMessage()));
          }
        });
  }
}
