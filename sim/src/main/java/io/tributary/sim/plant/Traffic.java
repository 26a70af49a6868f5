package io.tributary.sim.plant;

import io.tributary.sim.device.Publisher;
import io.tributary.sim.oracle.HubReader;
import io.tributary.sim.oracle.Ledger;
import io.tributary.sim.oracle.Verdict;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.eclipse.paho.client.mqttv3.MqttException;
import org.jspecify.annotations.Nullable;

/// One honest device beside whatever else goes on: publishes with QoS 2 from the start to
/// [#finish], and lets the oracle judge what became of it.
public final class Traffic implements AutoCloseable {
  private static final Duration SETTLE = Duration.ofMinutes(2);
  private static final int QOS = 2;
  private static final int WINDOW = 200;

  private final Publisher publisher;
  private final Path ledger;
  private final String topic;
  private final Thread device;
  private final AtomicReference<@Nullable Exception> failure = new AtomicReference<>();
  private volatile boolean ending;

  private Traffic(Publisher publisher, Path ledger, String topic, int perSecond) {
    this.publisher = publisher;
    this.ledger = ledger;
    this.topic = topic;
    this.device = Thread.ofPlatform().name("traffic").daemon().unstarted(() -> publish(perSecond));
  }

  /// @param mqtt where the edge listens
  /// @param topic of the edge's configuration, to which everything is mapped
  /// @param directory for the ledger
  public static Traffic start(String mqtt, String topic, Path directory, int perSecond)
      throws IOException, MqttException {
    Path ledger = directory.resolve(topic + ".ledger");
    String mqttTopic = topic + "/traffic";
    Traffic traffic =
        new Traffic(
            new Publisher(
                mqtt,
                topic + "-traffic",
                mqttTopic,
                QOS,
                WINDOW,
                new Ledger.Recorder(ledger, mqttTopic, topic + "-traffic", QOS)),
            ledger,
            topic,
            perSecond);
    traffic.device.start();
    return traffic;
  }

  private void publish(int perSecond) {
    long pauseNanos = TimeUnit.SECONDS.toNanos(1) / perSecond;
    long nextNanos = System.nanoTime();
    try {
      for (long seq = 0; !ending; seq++) {
        long nowMs = System.currentTimeMillis();
        publisher.publish(seq, "{\"seq\":" + seq + ",\"ts\":" + nowMs + "}");
        nextNanos = Math.max(nextNanos + pauseNanos, System.nanoTime());
        TimeUnit.NANOSECONDS.sleep(nextNanos - System.nanoTime());
      }
    } catch (MqttException | InterruptedException | RuntimeException e) {
      failure.set(e);
    }
  }

  public long acknowledged() {
    return publisher.acknowledged();
  }

  /// Ends the publishing, waits for every acknowledgement, and reads all of it at the hub.
  ///
  /// @throws IOException when the device failed, or its readings were not acknowledged in time
  public Verdict finish(String kafka, Duration patience)
      throws IOException, MqttException, InterruptedException {
    ending = true;
    device.join(SETTLE.toMillis());
    Exception failed = failure.get();
    if (failed != null) {
      throw new IOException("the device of the traffic failed", failed);
    }
    if (!publisher.settle(SETTLE)) {
      throw new IOException("not everything was acknowledged within " + SETTLE.toSeconds() + " s");
    }
    publisher.close();
    Verdict verdict = new Verdict(List.of(Ledger.read(ledger)));
    try (HubReader reader = new HubReader(kafka, topic)) {
      reader.read(verdict, patience);
    }
    return verdict;
  }

  @Override
  public void close() throws IOException {
    ending = true;
    publisher.close();
  }
}
