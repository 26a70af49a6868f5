package io.tributary.sim.bench;

import io.tributary.sim.plant.Plant;
import io.tributary.sim.plant.Plant.Edge;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/// From the start of an edge's process to its first PUBACK, as a device sees it that tries again and
/// again.
final class FirstAck {
  private static final int PAUSE_MS = 2;

  /// A shared machine may be that slow; the figure tells.
  private static final Duration PATIENCE = Duration.ofMinutes(5);

  private FirstAck() {}

  /// Starts the edge; milliseconds until it has acknowledged one reading.
  static double afterStart(Edge edge, String topic, byte[] value)
      throws IOException, InterruptedException {
    long started = System.nanoTime();
    edge.program().start();
    InetSocketAddress address = Plant.address(edge.mqtt());
    while (true) {
      try (MqttLoad probe = new MqttLoad(address, "probe", topic, 1)) {
        probe.publish(value, System.nanoTime());
        probe.awaitAck();
        return (System.nanoTime() - started) / 1e6;
      } catch (IOException e) {
        if (!edge.program().isAlive() || System.nanoTime() - started > PATIENCE.toNanos()) {
          throw new IOException(
              "no acknowledgement from " + edge.id() + ":\n" + edge.program().endOfLog(), e);
        }
        TimeUnit.MILLISECONDS.sleep(PAUSE_MS);
      }
    }
  }
}
