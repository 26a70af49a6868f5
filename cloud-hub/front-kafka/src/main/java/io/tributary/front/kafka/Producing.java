package io.tributary.front.kafka;

import io.netty.util.concurrent.EventExecutor;
import io.tributary.front.kafka.access.Rights;
import io.tributary.store.Partition;
import io.tributary.store.ProduceReply;
import io.tributary.store.StoreRefused;
import io.tributary.store.TopicName;
import io.tributary.store.TopicStatus;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/// One Produce, from its arrival to its answer, which is given once and waits for the slowest of its partitions. What runs
/// here runs on the connection's event loop; the store answers on its own thread, when the batch is on disk. When the client
/// goes meanwhile, its batches are written all the same, as in Kafka.
final class Producing {
  private final Catalog catalog;
  private final Rights rights;
  private final Request.Produce request;
  private final EventExecutor loop;
  private final Consumer<Answer.Produce> reply;

  /// @param rights of the client
  Producing(
      Catalog catalog,
      Rights rights,
      Request.Produce request,
      EventExecutor loop,
      Consumer<Answer.Produce> reply) {
    this.catalog = catalog;
    this.rights = rights;
    this.request = request;
    this.loop = loop;
    this.reply = reply;
  }

  /// Has read all of the request when it returns.
  void start(ProducedBatch check) {
    int count = request.topics().stream().mapToInt(topic -> topic.batches().size()).sum();
    Gathered<Answer.Produce.Partition> results = new Gathered<>(count, loop, this::finish);
    int index = 0;
    for (Request.Produce.Topic topic : request.topics()) {
      for (Request.Produce.Batch batch : topic.batches()) {
        produce(index, topic.topic(), batch, check, results);
        index++;
      }
    }
  }

  private void produce(
      int index,
      TopicRef ref,
      Request.Produce.Batch asked,
      ProducedBatch check,
      Gathered<Answer.Produce.Partition> results) {
    int number = asked.partition();
    TopicStatus topic = catalog.find(ref);
    Partition partition = topic == null ? null : catalog.partition(topic.name(), number);
    ByteBuffer batch;
    try {
      checkAsked();
      String name = topic == null ? ref.name() : topic.name();
      if (name != null && !rights.mayWrite(name)) {
        throw new Refused(Catalog.denied(ref, topic, rights), "no right to write this topic");
      }
      if (topic == null || partition == null) {
        throw new Refused(Catalog.notFound(ref), "no such partition");
      }
      if (TopicName.isHubsOwn(topic.name()) || !topic.spec().takesProducers()) {
        throw new Refused(
            KafkaError.POLICY_VIOLATION,
            topic.spec().mirrored()
                ? "topic " + topic.name() + " is a mirror: only edges write to it"
                : "only the hub writes to topic " + topic.name());
      }
      String writer = catalog.writer(topic.name());
      if (writer != null) {
        throw new Refused(
            KafkaError.POLICY_VIOLATION, "only " + writer + " writes to topic " + topic.name());
      }
      batch =
          check.copyOf(
              asked.bytes(),
              topic.spec().limits().maxMessageBytes(),
              topic.spec().limits().cleanup().compacts());
    } catch (Refused e) {
      results.put(
          index,
          Answer.Produce.Partition.refused(number, e.error(), String.valueOf(e.getMessage())));
      return;
    }
    catalog.produce(
        topic.name(),
        number,
        batch,
        new ProduceReply() {
          @Override
          public void durable(long baseOffset) {
            results.putLater(index, written(number, partition, baseOffset));
          }

          @Override
          public void refused(StoreRefused why) {
            KafkaError error = KafkaError.ofProduce(why);
            String text = String.valueOf(why.getMessage());
            results.putLater(index, Answer.Produce.Partition.refused(number, error, text));
          }
        });
  }

  private void checkAsked() throws Refused {
    if (request.acks() < -1 || request.acks() > 1) {
      throw new Refused(
          KafkaError.INVALID_REQUIRED_ACKS, "acks is 0, 1 or -1 (all), not " + request.acks());
    }
    if (request.isTransactional()) {
      throw new Refused(
          KafkaError.TRANSACTIONAL_ID_AUTHORIZATION_FAILED,
          "an embedded hub has no transactions; a cluster has");
    }
  }

  private static Answer.Produce.Partition written(
      int number, Partition partition, long baseOffset) {
    long startOffset;
    try {
      startOffset = partition.startOffset();
    } catch (StoreRefused deletedSince) {
      startOffset = -1;
    }
    return new Answer.Produce.Partition(number, KafkaError.NONE, baseOffset, startOffset, null);
  }

  private void finish(List<Answer.Produce.Partition> partitions) {
    List<Answer.Produce.Topic> topics = new ArrayList<>();
    int from = 0;
    for (Request.Produce.Topic topic : request.topics()) {
      int to = from + topic.batches().size();
      topics.add(new Answer.Produce.Topic(topic.topic(), partitions.subList(from, to)));
      from = to;
    }
    reply.accept(new Answer.Produce(topics));
  }
}
