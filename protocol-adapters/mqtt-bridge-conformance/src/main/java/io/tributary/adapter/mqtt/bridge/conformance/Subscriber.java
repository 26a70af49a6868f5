package io.tributary.adapter.mqtt.bridge.conformance;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/// Mosquitto's own subscriber, and what it has got. It connects again by itself.
final class Subscriber implements AutoCloseable {
  private final Process process;
  private final List<Got> got = new CopyOnWriteArrayList<>();
  private volatile boolean subscribed;

  /// @param properties as mosquitto_sub shows them
  record Got(String topic, int qos, boolean retained, String payload, String properties) {}

  Subscriber(List<String> command) throws IOException {
    process = new ProcessBuilder(command).redirectErrorStream(true).start();
    Thread.ofVirtual().name("subscriber").start(this::read);
  }

  private void read() {
    try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        String[] parts = line.split("\\|", -1);
        if (parts.length == 5) {
          got.add(
              new Got(
                  parts[0], Integer.parseInt(parts[1]), parts[2].equals("1"), parts[3], parts[4]));
        } else if (line.contains("SUBACK") || line.startsWith("Subscribed")) {
          subscribed = true;
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  boolean isSubscribed() {
    return subscribed;
  }

  List<Got> got() {
    return got;
  }

  List<String> payloads() {
    return got.stream().map(Got::payload).toList();
  }

  @Override
  public void close() {
    process.destroy();
    BridgeBed.eventually("the subscriber ended", () -> !process.isAlive());
  }
}
