package io.tributary.front.kafka;

import io.netty.util.concurrent.EventExecutor;
import io.tributary.store.StoreRefused;
import io.tributary.store.TopicDeleted;
import io.tributary.store.TopicStatus;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// One DeleteTopics, from its arrival to its answer, which is given once and waits for the slowest of its topics. What
/// runs here runs on the connection's event loop; the store answers on its own thread. When the client goes meanwhile,
/// the topics are deleted all the same, as in Kafka.
final class TopicDeletions {
  private final Catalog catalog;
  private final Request.DeleteTopics request;
  private final Answer.DeleteTopics.@Nullable Result[] results;
  private int unanswered;

  TopicDeletions(Catalog catalog, Request.DeleteTopics request) {
    this.catalog = catalog;
    this.request = request;
    this.results = new Answer.DeleteTopics.Result[request.topics().size()];
    this.unanswered = results.length;
  }

  void start(EventExecutor loop, Consumer<Answer.DeleteTopics> reply) {
    if (unanswered == 0) {
      reply.accept(new Answer.DeleteTopics(List.of()));
    }
    List<TopicRef> topics = request.topics();
    for (int i = 0; i < topics.size(); i++) {
      int index = i;
      delete(topics.get(i), result -> onLoop(loop, () -> answered(index, result, reply)));
    }
  }

  private void delete(TopicRef asked, Consumer<Answer.DeleteTopics.Result> result) {
    TopicStatus topic = catalog.find(asked);
    if (topic == null) {
      result.accept(
          new Answer.DeleteTopics.Result(Catalog.notFound(asked), asked, "no such topic"));
      return;
    }
    TopicRef named = new TopicRef(topic.name(), topic.topicId());
    catalog.deleteTopic(
        topic.name(),
        new TopicDeleted() {
          @Override
          public void deleted(TopicStatus gone) {
            TopicRef ref = new TopicRef(gone.name(), gone.topicId());
            result.accept(new Answer.DeleteTopics.Result(KafkaError.NONE, ref, null));
          }

          @Override
          public void refused(StoreRefused why) {
            result.accept(
                new Answer.DeleteTopics.Result(
                    KafkaError.ofDeletion(why), named, why.getMessage()));
          }
        });
  }

  private void answered(
      int index, Answer.DeleteTopics.Result result, Consumer<Answer.DeleteTopics> reply) {
    results[index] = result;
    unanswered--;
    if (unanswered == 0) {
      reply.accept(
          new Answer.DeleteTopics(Arrays.stream(results).map(Objects::requireNonNull).toList()));
    }
  }

  private static void onLoop(EventExecutor loop, Runnable task) {
    try {
      loop.execute(task);
    } catch (RejectedExecutionException stopping) {
      // The event loop is shutting down, and this connection with it.
    }
  }
}
