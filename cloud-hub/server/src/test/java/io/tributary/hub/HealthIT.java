package io.tributary.hub;

import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.grack.nanojson.JsonParser;
import io.tributary.link.LinkConfig;
import io.tributary.link.LinkKind;
import io.tributary.log.FileDisk;
import io.tributary.session.frame.Ack;
import io.tributary.settings.Section;
import io.tributary.settings.Settings;
import io.tributary.store.conformance.PretendStream;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A whole hub whose store's thread really stands still, in a force that does not return.
final class HealthIT {
  private static final Duration FOUND_MOST = Duration.ofSeconds(30);
  private static final long POLL_NANOS = 200_000_000L;

  @TempDir private Path data;

  @Test
  void aFrozenStoreIsFoundWithinThirtySecondsAndForgottenWhenItMoves() throws Exception {
    AtomicReference<@Nullable FreezingDisk> made = new AtomicReference<>();
    Section root =
        Settings.parse(
            "hub.yaml",
            """
            data-dir: %s/hub
            mirror: {listen: '127.0.0.1:0'}
            kafka: {listen: '127.0.0.1:0'}
            http: {listen: '127.0.0.1:0'}
            """
                .formatted(data));
    HubConfig config = HubConfig.of(root);
    root.finish();
    PretendStream stream = new PretendStream("press-7", "temperature", 42);
    try (HubServer hub =
            HubServer.start(
                config,
                directory -> {
                  FreezingDisk disk = new FreezingDisk(new FileDisk(directory));
                  made.set(disk);
                  return disk;
                },
                bug -> {
                  throw new AssertionError(bug);
                });
        TestEdge edge =
            new TestEdge(
                LinkConfig.plain(
                    InetSocketAddress.createUnresolved("127.0.0.1", hub.mirrorAddress().getPort()),
                    false,
                    LinkKind.LAN))) {
      FreezingDisk disk = requireNonNull(made.get());
      edge.greet("press-7", new UUID(1, 2), new UUID(3, 4));
      edge.open(0, stream);
      assertEquals("ok\n", await(hub, 200));
      disk.freeze(true);
      edge.send(0, stream.batch(10));
      String reason = await(hub, 503);
      assertTrue(reason.contains("the thread 'store' stands still"), reason);
      String status = get(hub, "/status").body();
      assertTrue(JsonParser.object().from(status).getString("health").contains("stands still"));
      disk.freeze(false);
      assertEquals(10, edge.take(Ack.class).end());
      assertEquals("ok\n", await(hub, 200));
    }
  }

  /// The body of the first answer that has the code.
  private static String await(HubServer hub, int code) throws Exception {
    long deadlineNanos = System.nanoTime() + FOUND_MOST.toNanos();
    while (true) {
      HttpResponse<String> answer = get(hub, "/healthz");
      if (answer.statusCode() == code) {
        return answer.body();
      }
      assertTrue(System.nanoTime() < deadlineNanos, "not within the time: " + answer.body());
      LockSupport.parkNanos(POLL_NANOS);
    }
  }

  private static HttpResponse<String> get(HubServer hub, String path) throws Exception {
    try (HttpClient client = HttpClient.newHttpClient()) {
      return client.send(
          HttpRequest.newBuilder(URI.create("http://" + HubServer.text(hub.httpAddress()) + path))
              .timeout(Duration.ofSeconds(5))
              .build(),
          HttpResponse.BodyHandlers.ofString(StandardCharsets.UTF_8));
    }
  }
}
