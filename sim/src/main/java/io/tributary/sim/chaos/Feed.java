package io.tributary.sim.chaos;

import io.tributary.sim.device.Publisher;
import io.tributary.sim.oracle.Ledger;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.eclipse.paho.client.mqttv3.MqttException;

/// One device: publishes numbered readings into one topic of one edge, which is one stream. What it
/// publishes it keeps trying until it is acknowledged, so every number ends up in its ledger.
///
/// A reading is `{"ts":…,"seq":…,"dev":"…","n":…,"pad":"…"}`. The pad is `n` characters that follow
/// from the number; the ledger keeps the reading without it.
final class Feed implements AutoCloseable {
  private static final int WINDOW = 50;
  private static final int PAD_USUAL = 120;
  private static final int PAD_BURST = 2_000;
  private static final double BURST_FACTOR = 6;
  private static final long POLL_MS = 5;

  private final String device;
  private final String edge;
  private final String topic;
  private final int qos;
  private final double rate;
  private final Path file;
  private final Publisher publisher;
  private final Thread thread;
  private volatile boolean held;
  private volatile boolean atGate;
  private volatile boolean burst;
  private volatile boolean closed;

  /// @param topic at the hub; the device's own name is its MQTT topic and the record's key
  Feed(String mqtt, String edge, String topic, int qos, double rate, Path directory)
      throws IOException, MqttException {
    this.device = "chaos/" + edge + "/" + topic;
    this.edge = edge;
    this.topic = topic;
    this.qos = qos;
    this.rate = rate;
    this.file = directory.resolve(edge + "-" + topic + ".ledger");
    String client = edge + "-" + topic;
    this.publisher =
        new Publisher(
            mqtt, client, device, qos, WINDOW, new Ledger.Recorder(file, device, client, qos));
    this.thread = Thread.ofPlatform().name(client).daemon().start(this::run);
  }

  String device() {
    return device;
  }

  String edge() {
    return edge;
  }

  String topic() {
    return topic;
  }

  int qos() {
    return qos;
  }

  Ledger ledger() throws IOException {
    return Ledger.read(file);
  }

  long acknowledged() {
    return publisher.acknowledged();
  }

  long reconnects() {
    return publisher.reconnects();
  }

  /// Many large readings, to fill a quota while the link is down.
  void burst(boolean on) {
    burst = on;
  }

  void release() {
    held = false;
  }

  void hold() {
    held = true;
  }

  /// Waits until this held device has all that it published acknowledged; false if it does not
  /// happen.
  boolean settle(Duration patience) throws InterruptedException {
    long deadline = System.nanoTime() + patience.toNanos();
    while (!atGate) {
      if (System.nanoTime() > deadline) {
        return false;
      }
      TimeUnit.MILLISECONDS.sleep(POLL_MS);
    }
    return publisher.settle(Duration.ofNanos(Math.max(1, deadline - System.nanoTime())));
  }

  private void run() {
    try {
      long due = System.nanoTime();
      for (long seq = 0; !closed; seq++) {
        while (held && !closed) {
          atGate = true;
          TimeUnit.MILLISECONDS.sleep(POLL_MS);
        }
        atGate = false;
        due = Math.max(due + (long) (1e9 / (burst ? rate * BURST_FACTOR : rate)), now() - LAG);
        LockSupport.parkNanos(due - now());
        int pad = burst ? PAD_BURST : PAD_USUAL;
        String noted = noted(System.currentTimeMillis(), seq, device, pad);
        publisher.publish(seq, payload(noted, seq, pad), noted);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (MqttException e) {
      if (!closed) {
        throw new IllegalStateException(device + " cannot publish", e);
      }
    }
  }

  /// What a device that was held up does not catch up with.
  private static final long LAG = TimeUnit.SECONDS.toNanos(1);

  private static long now() {
    return System.nanoTime();
  }

  private static String noted(long ts, long seq, String device, int pad) {
    return "{\"ts\":" + ts + ",\"seq\":" + seq + ",\"dev\":\"" + device + "\",\"n\":" + pad + "}";
  }

  /// The whole reading that belongs to a line of the ledger.
  static String payload(String noted, long seq, int pad) {
    String unit = Long.toString(seq, Character.MAX_RADIX) + ".";
    return noted.substring(0, noted.length() - 1)
        + ",\"pad\":\""
        + unit.repeat(pad / unit.length() + 1).substring(0, pad)
        + "\"}";
  }

  @Override
  public void close() throws IOException {
    closed = true;
    thread.interrupt();
    publisher.close();
  }
}
