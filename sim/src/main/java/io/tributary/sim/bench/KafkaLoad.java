package io.tributary.sim.bench;

import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/// One topic's way through a server: a producer fills it, a consumer reads all of it. Both have the
/// defaults of Kafka's client: `acks=all`, idempotent, batches of 16 KiB after at most 5 ms, no
/// compression; fetches of at most 50 MiB, polls of at most 500 records. Records have no keys, so
/// batches go around the partitions.
///
/// @param size of each record's value, random bytes, the same for every server
record KafkaLoad(String topic, int partitions, int records, int size) {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Duration POLL = Duration.ofMillis(500);
  private static final int QUIET_POLLS = 60;

  /// What one direction took.
  ///
  /// @param cpuSeconds of the server
  /// @param records that came through
  record Pass(double seconds, double cpuSeconds, int records) {}

  /// Creates it and waits until each partition answers: Apache Kafka says that a topic is there
  /// before its broker knows it.
  void createTopic(KafkaServer server) throws IOException, InterruptedException {
    try (Admin admin = Admin.create(client(server))) {
      admin.createTopics(List.of(new NewTopic(topic, partitions, (short) 1))).all().get();
      server.program().awaitUntil("serving " + topic, PATIENCE, () -> areServed(admin));
    } catch (ExecutionException e) {
      throw new IOException(server.name() + " does not create a topic: " + e.getCause(), e);
    }
  }

  private boolean areServed(Admin admin) {
    Map<TopicPartition, OffsetSpec> ends = new HashMap<>();
    all().forEach(p -> ends.put(p, OffsetSpec.latest()));
    try {
      admin.listOffsets(ends).all().get();
      return true;
    } catch (ExecutionException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  void deleteTopic(KafkaServer server) throws IOException, InterruptedException {
    try (Admin admin = Admin.create(client(server))) {
      admin.deleteTopics(List.of(topic)).all().get();
    } catch (ExecutionException e) {
      throw new IOException(server.name() + " does not delete a topic: " + e.getCause(), e);
    }
  }

  /// From the first send until all is acknowledged.
  @SuppressWarnings("FutureReturnValueIgnored") // the callback is told of every failure
  Pass produce(KafkaServer server) throws IOException {
    SplittableRandom random = new SplittableRandom(records);
    byte[] value = new byte[size];
    AtomicReference<Exception> failure = new AtomicReference<>();
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(client(server), new ByteArraySerializer(), new ByteArraySerializer())) {
      producer.partitionsFor(topic);
      double cpuBefore = server.program().cpuSeconds();
      long started = System.nanoTime();
      for (int i = 0; i < records; i++) {
        random.nextBytes(value); // the client copies it before it comes back
        producer.send(
            new ProducerRecord<>(topic, value),
            (metadata, exception) -> {
              if (exception != null) {
                failure.compareAndSet(null, exception);
              }
            });
      }
      producer.flush();
      Pass pass = pass(server, started, cpuBefore, records);
      Exception refused = failure.get();
      if (refused != null) {
        throw new IOException(server.name() + " did not acknowledge all: " + refused, refused);
      }
      return pass;
    }
  }

  /// From the first poll until the last record; fewer records when no more come.
  Pass consume(KafkaServer server) {
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(
            client(server), new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      consumer.assign(all());
      consumer.seekToBeginning(all());
      double cpuBefore = server.program().cpuSeconds();
      long started = System.nanoTime();
      int read = 0;
      for (int quiet = 0; read < records && quiet < QUIET_POLLS; quiet++) {
        int polled = consumer.poll(POLL).count();
        read += polled;
        quiet = polled > 0 ? -1 : quiet;
      }
      return pass(server, started, cpuBefore, read);
    }
  }

  private List<TopicPartition> all() {
    return IntStream.range(0, partitions).mapToObj(p -> new TopicPartition(topic, p)).toList();
  }

  private static Pass pass(KafkaServer server, long startedNanos, double cpuBefore, int records) {
    double seconds = (System.nanoTime() - startedNanos) / 1e9;
    return new Pass(seconds, server.program().cpuSeconds() - cpuBefore, records);
  }

  private static Map<String, Object> client(KafkaServer server) {
    return Map.of(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG, server.bootstrap());
  }
}
