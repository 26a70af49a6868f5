package io.tributary.sim.guests;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/// Stateful pipelines of a hub, a producer that writes what they read, and a consumer that reads what they write.
final class PipelinesUnderTest implements AutoCloseable {
  private static final String SOURCE = "numbers";
  private static final List<String> NAMES = List.of("sums", "news", "once", "windows");

  private static final long FIRST_MS = 1_790_000_000_000L;
  private static final int RECORDS_UNDER_WAY = 500;
  private static final Duration POLL = Duration.ofMillis(500);

  /// Pipelines that have written nothing for so long are done.
  private static final long STILL_NANOS = 10_000_000_000L;

  private final String kafka;
  private final int partitions;
  private final int records;
  private final SplittableRandom random;
  private final KafkaProducer<byte[], byte[]> producer;
  private final List<Future<RecordMetadata>> underWay = new ArrayList<>();
  private long written;

  PipelinesUnderTest(String kafka, int partitions, int records, long seed) {
    this.kafka = kafka;
    this.partitions = partitions;
    this.records = records;
    this.random = new SplittableRandom(seed);
    Properties settings = new Properties();
    settings.put("bootstrap.servers", kafka);
    settings.put("acks", "all");
    settings.put("enable.idempotence", "true");
    settings.put("delivery.timeout.ms", "600000");
    settings.put("max.block.ms", "600000");
    settings.put("request.timeout.ms", "5000");
    settings.put("reconnect.backoff.max.ms", "200");
    settings.put("linger.ms", "5");
    this.producer =
        new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer());
  }

  /// What the hub's configuration says of topics and pipelines.
  static String yaml(int partitions) throws IOException {
    Path sums = SampleGuest.directory().resolve("aggregate-as.wasm");
    return """
    topics:
      numbers: {mirrored: false, partitions: %d}
    pipelines:
      sums:
        from: numbers
        to: sums
        transforms: [{%s}]
      news:
        from: numbers
        to: news
        transforms: [{uses: deadband, with: {band: 300}}]
      once:
        from: numbers
        to: once
        transforms: [{uses: dedup, with: {by: value, count: 200}}]
      windows:
        from: numbers
        to: windows
        transforms: [{uses: window, with: {length: 10s}}]
    """
        .formatted(partitions, SampleGuest.uses(sums));
  }

  long written() {
    return written;
  }

  /// Writes on until so many records are handed to the producer, some of which may still be on their way.
  void writeTo(long count) throws InterruptedException, IOException {
    for (; written < count; written++) {
      int partition = (int) (written % partitions);
      // One in a few hundred is no number, so that there are dead letters.
      String value = random.nextInt(300) == 0 ? "none" : Integer.toString(random.nextInt(1_000));
      String key = "source-" + random.nextInt(5);
      underWay.add(
          producer.send(
              new ProducerRecord<>(
                  SOURCE,
                  partition,
                  FIRST_MS + written * 10,
                  key.getBytes(UTF_8),
                  value.getBytes(UTF_8))));
      if (underWay.size() >= RECORDS_UNDER_WAY) {
        awaitFirst();
      }
    }
  }

  /// Waits for the older half of what is on its way, so that the pipelines keep up with the producer.
  private void awaitFirst() throws InterruptedException, IOException {
    List<Future<RecordMetadata>> older = underWay.subList(0, underWay.size() / 2);
    for (Future<RecordMetadata> one : older) {
      try {
        one.get();
      } catch (ExecutionException e) {
        throw new IOException("the producer gave up: " + e.getCause(), e);
      }
    }
    older.clear();
  }

  /// What the pipelines have written when they have nothing left to do.
  List<TopicDigest> digests() throws IOException {
    producer.flush();
    awaitStillness();
    List<TopicDigest> digests = new ArrayList<>();
    for (String name : NAMES) {
      for (String topic : List.of(name, name + ".dead-letters")) {
        for (int partition = 0; partition < partitions; partition++) {
          digests.add(digest(topic, partition));
        }
      }
    }
    for (int partition = 0; partition < partitions; partition++) {
      digests.add(digest(SOURCE, partition));
    }
    long sums =
        digests.stream()
            .filter(one -> one.topic().startsWith("sums"))
            .mapToLong(TopicDigest::records)
            .sum();
    if (sums != records) {
      throw new IOException(
          "of %d records %d are among the sums and their dead letters".formatted(records, sums));
    }
    return digests;
  }

  private void awaitStillness() {
    List<TopicPartition> all = new ArrayList<>();
    for (String name : NAMES) {
      for (int partition = 0; partition < partitions; partition++) {
        all.add(new TopicPartition(name, partition));
        all.add(new TopicPartition(name + ".dead-letters", partition));
      }
    }
    try (KafkaConsumer<byte[], byte[]> consumer = consumer()) {
      Map<TopicPartition, Long> ends = Map.of();
      long movedNanos = System.nanoTime();
      while (System.nanoTime() - movedNanos < STILL_NANOS) {
        Map<TopicPartition, Long> now = consumer.endOffsets(all);
        if (!now.equals(ends)) {
          ends = now;
          movedNanos = System.nanoTime();
        }
        LockSupport.parkNanos(POLL.toNanos());
      }
    }
  }

  private KafkaConsumer<byte[], byte[]> consumer() {
    Map<String, Object> settings =
        Map.of("bootstrap.servers", kafka, "allow.auto.create.topics", "false");
    return new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
  }

  private TopicDigest digest(String topic, int partition) {
    TopicDigest.Sum sum = new TopicDigest.Sum();
    TopicPartition of = new TopicPartition(topic, partition);
    try (KafkaConsumer<byte[], byte[]> consumer = consumer()) {
      consumer.assign(List.of(of));
      consumer.seekToBeginning(List.of(of));
      long end = consumer.endOffsets(List.of(of)).getOrDefault(of, 0L);
      while (consumer.position(of) < end) {
        consumer.poll(POLL).forEach(sum::add);
      }
    }
    return sum.of(topic, partition);
  }

  @Override
  public void close() {
    producer.close(Duration.ZERO);
  }
}
