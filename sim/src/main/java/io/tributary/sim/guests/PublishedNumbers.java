package io.tributary.sim.guests;

import io.tributary.sim.device.Publisher;
import io.tributary.sim.oracle.Ledger;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.eclipse.paho.client.mqttv3.MqttException;
import org.jspecify.annotations.Nullable;

/// A device that publishes numbers at QoS 1, and again what was not acknowledged when its connection broke.
///
/// MQTT topic: `numbers/SOURCE/N`, where N counts readings from 0. Value: a whole number below 1,000; now and then no number, a short
/// JSON array, or one of a few long ones.
final class PublishedNumbers implements AutoCloseable {
  private static final String CLIENT = "numbers";
  private static final int QOS = 1;
  private static final int WINDOW = 500;
  private static final long PAUSE_NANOS = TimeUnit.SECONDS.toNanos(1) / 2_500;
  private static final Duration SETTLE = Duration.ofMinutes(2);

  private static final int SOURCES = 5;
  private static final int ELEMENTS_MOST = 3_000;

  private final Publisher publisher;
  private final Path ledger;
  private final long count;
  private final SplittableRandom random;
  private final Thread device = Thread.ofPlatform().name(CLIENT).daemon().unstarted(this::publish);
  private final AtomicReference<@Nullable Exception> failure = new AtomicReference<>();

  /// @param mqtt where the edge listens
  /// @param directory for the ledger
  /// @param count how many readings
  PublishedNumbers(String mqtt, Path directory, long count, long seed)
      throws IOException, MqttException {
    this.ledger = directory.resolve("numbers.ledger");
    this.publisher =
        new Publisher(
            mqtt, CLIENT, CLIENT, QOS, WINDOW, new Ledger.Recorder(ledger, CLIENT, CLIENT, QOS));
    this.count = count;
    this.random = new SplittableRandom(seed);
    device.start();
  }

  private void publish() {
    long nextNanos = System.nanoTime();
    try {
      for (long seq = 0; seq < count; seq++) {
        String topic = "numbers/source-%d/%d".formatted(random.nextInt(SOURCES), seq);
        publisher.publish(seq, topic, value(), "");
        nextNanos = Math.max(nextNanos + PAUSE_NANOS, System.nanoTime());
        TimeUnit.NANOSECONDS.sleep(nextNanos - System.nanoTime());
      }
    } catch (MqttException | InterruptedException | RuntimeException e) {
      failure.set(e);
    }
  }

  private String value() {
    int number = random.nextInt(1_000);
    return switch (random.nextInt(1_500)) {
      case 0, 1, 2, 3, 4 -> "none";
      case 5, 6, 7, 8, 9, 10 -> "[%d,%d]".formatted(number % 4, number % 3);
      case 11, 12 -> "[" + "1,".repeat(ELEMENTS_MOST - number % 2) + "1]";
      default -> Integer.toString(number);
    };
  }

  /// How many were handed to the client.
  long published() throws IOException {
    Exception failed = failure.get();
    if (failed != null) {
      throw new IOException("the device failed: " + failed, failed);
    }
    return publisher.published();
  }

  /// Waits until all is published and acknowledged.
  ///
  /// @return the numbers of the readings that were acknowledged
  Set<Long> finish() throws IOException, InterruptedException {
    device.join(SETTLE.toMillis());
    if (published() < count || !publisher.settle(SETTLE)) {
      throw new IOException("not everything was acknowledged within " + SETTLE.toSeconds() + " s");
    }
    publisher.close();
    return Ledger.read(ledger).acked().keySet();
  }

  @Override
  public void close() throws IOException {
    publisher.close();
  }
}
