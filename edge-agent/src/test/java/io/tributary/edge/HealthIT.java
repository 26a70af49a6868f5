package io.tributary.edge;

import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import io.tributary.log.FileDisk;
import io.tributary.settings.Section;
import io.tributary.settings.Settings;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.eclipse.paho.client.mqttv3.MqttAsyncClient;
import org.eclipse.paho.client.mqttv3.persist.MemoryPersistence;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A whole edge whose journal's thread really stands still, in a force that does not return. Its hub
/// is not there all the while, which is no fault of the edge.
final class HealthIT {
  private static final Duration FOUND_MOST = Duration.ofSeconds(30);
  private static final long POLL_NANOS = 200_000_000L;

  @TempDir private Path directory;

  @Test
  void aFrozenJournalIsFoundWithinThirtySecondsAndForgottenWhenItMoves() throws Exception {
    AtomicReference<@Nullable FreezingDisk> made = new AtomicReference<>();
    int mqttPort;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      mqttPort = socket.getLocalPort();
    }
    Section root =
        Settings.parse(
            "edge.yaml",
            """
            edge: e1
            data-dir: %s
            hub: {address: '127.0.0.1:1'}
            http: {listen: "127.0.0.1:0"}
            adapters:
              mqtt:
                listen: 127.0.0.1:%d
                mappings: [{filter: sensors/+/temperature, topic: temperature}]
            """
                .formatted(directory, mqttPort));
    EdgeConfig config = EdgeConfig.of(root, StartCommand.adapterTypes());
    root.finish();
    try (EdgeNode node =
            EdgeNode.start(
                config,
                path -> {
                  FreezingDisk disk = new FreezingDisk(new FileDisk(path));
                  made.set(disk);
                  return disk;
                },
                bug -> fail(bug));
        MqttAsyncClient client =
            new MqttAsyncClient("tcp://127.0.0.1:" + mqttPort, "test", new MemoryPersistence())) {
      FreezingDisk disk = requireNonNull(made.get());
      client.connect().waitForCompletion();
      assertEquals("ok\n", await(node, 200));
      disk.freeze(true);
      var published =
          client.publish("sensors/m1/temperature", "1".getBytes(StandardCharsets.UTF_8), 1, false);
      String reason = await(node, 503);
      assertTrue(reason.contains("the thread 'journal-normal' stands still"), reason);
      assertTrue(node.status().health().contains("stands still"));
      assertEquals("closed", node.status().connection().state());
      disk.freeze(false);
      published.waitForCompletion(FOUND_MOST.toMillis());
      assertEquals("ok\n", await(node, 200));
      client.disconnect().waitForCompletion();
    }
  }

  /// The body of the first answer that has the code.
  private static String await(EdgeNode node, int code) throws IOException, InterruptedException {
    long deadlineNanos = System.nanoTime() + FOUND_MOST.toNanos();
    try (HttpClient client = HttpClient.newHttpClient()) {
      HttpRequest request =
          HttpRequest.newBuilder(
                  URI.create("http://127.0.0.1:" + node.httpAddress().getPort() + "/healthz"))
              .timeout(Duration.ofSeconds(5))
              .build();
      while (true) {
        HttpResponse<String> answer =
            client.send(request, HttpResponse.BodyHandlers.ofString(StandardCharsets.UTF_8));
        if (answer.statusCode() == code) {
          return answer.body();
        }
        assertTrue(System.nanoTime() < deadlineNanos, "not within the time: " + answer.body());
        LockSupport.parkNanos(POLL_NANOS);
      }
    }
  }
}
