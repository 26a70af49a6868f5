package io.tributary.hub.cli;

import io.tributary.record.Limits;
import io.tributary.settings.HostAndPort;
import java.io.IOException;
import java.io.InputStream;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Carries out a {@link ProducePlan}: lines of an input become records of a topic.
///
/// ```
/// input --blocks--> lines --key, value--> batches by partition --five ahead--> leaders
/// ```
///
/// While the input has more, batches fill up; when nothing came for a few milliseconds, what has gathered is sent: a typed
/// line leaves at once, a file in large batches.
final class Production {
  /// How long an incomplete batch waits for more: less than a person notices, more than a pipe's pauses.
  private static final long LINGER_MS = 5;

  /// With its request no larger than what a hub reads (4 MiB), whatever the topic would take.
  private static final int BATCH_BYTES_MOST = 4 * 1024 * 1024 - 4 * 1024;

  private static final String MAX_MESSAGE_BYTES = "max.message.bytes";

  private final Dialer dialer;
  private final HostAndPort hub;
  private final ProducePlan plan;
  private final Notices notices;
  private final @Nullable Progress progress;
  private Produced produced = new Produced();

  /// @param progress null: nobody watches
  Production(
      Dialer dialer,
      HostAndPort hub,
      ProducePlan plan,
      Notices notices,
      @Nullable Progress progress) {
    this.dialer = dialer;
    this.hub = hub;
    this.plan = plan;
    this.notices = notices;
    this.progress = progress;
  }

  /// What was acknowledged, also when it ended early.
  Produced produced() {
    return produced;
  }

  /// Returns when the input has ended and all of it is acknowledged.
  void run(InputStream in) throws Failure {
    try (Producer producer = new Producer(dialer, hub, plan, notices);
        InputBlocks input = InputBlocks.start(in)) {
      produced = producer.produced();
      if (plan.partition() != null) {
        TopicByName.checkPartition(producer.topic(), plan.partition());
      }
      int batchBytesMost = batchBytesMost(producer.topic());
      Gathering gathering = new Gathering(producer, plan, batchBytesMost);
      try {
        read(input, new Lines(plan.whole(), batchBytesMost), gathering, producer);
      } catch (LineRefused e) {
        gathering.flush(); // the lines before it stand
        producer.settle();
        throw e;
      }
      gathering.flush();
      producer.settle();
    }
  }

  private void read(InputBlocks input, Lines lines, Gathering gathering, Producer producer)
      throws Failure {
    long readBytes = 0;
    while (true) {
      InputBlocks.Block block = input.poll(LINGER_MS);
      if (block == null) {
        gathering.flush();
        producer.settle();
        block = input.take();
      }
      Lines.Sink sink = sink(gathering, System.currentTimeMillis());
      switch (block) {
        case InputBlocks.Block.Bytes more -> {
          lines.split(more.bytes(), more.length(), sink);
          readBytes += more.length();
          if (progress != null) {
            progress.at(readBytes, produced.records(), System.nanoTime());
          }
        }
        case InputBlocks.Block.Broken broken ->
            throw new LineRefused(
                Failure.WORLD, "the input cannot be read: " + broken.why().getMessage());
        case InputBlocks.Block.End end -> {
          lines.end(sink);
          return;
        }
      }
    }
  }

  private Lines.Sink sink(Gathering gathering, long nowMs) {
    LineForm form = plan.form();
    return (number, line, from, to) -> {
      int valueAt = form.valueAt(line, from, to);
      if (valueAt < 0) {
        throw new LineRefused(
            Failure.CHECK,
            "line %d has no key: the separator (--key-separator) does not occur in it"
                .formatted(number));
      }
      gathering.add(number, nowMs, form.key(line, from, valueAt), form.value(line, valueAt, to));
    };
  }

  private int batchBytesMost(KafkaReader.Topic topic) throws Failure {
    try (KafkaReader reader = new KafkaReader(dialer, hub)) {
      Map<String, String> settings = reader.settings(topic.name());
      String most = settings.get(MAX_MESSAGE_BYTES);
      return most == null
          ? Limits.MAX_MESSAGE_BYTES
          : Math.clamp(Long.parseLong(most), Limits.BATCH_BYTES_LEAST, BATCH_BYTES_MOST);
    } catch (IOException e) {
      throw Failure.of(e);
    } catch (NumberFormatException e) {
      throw new Failure(Failure.WORLD, hub + " says no number for " + MAX_MESSAGE_BYTES, e);
    }
  }
}
