package io.tributary.adapter.mqtt.hivemq;

import static io.tributary.adapter.mqtt.hivemq.Heard.eventually;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.tributary.adapter.mqtt.bridge.Departure;
import io.tributary.adapter.mqtt.bridge.Subscription;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What is published reaches a subscriber of Mosquitto's in order, and each has one answer.
class DeparturesIT {
  private static final Path BROKER = Path.of("/usr/sbin/mosquitto");
  private static final int MESSAGES = 300;

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2})
  void comeInOrderAndAreAnswered(int qos) throws Exception {
    assumeTrue(Files.isExecutable(BROKER), "SKIPPED: no mosquitto; install mosquitto");
    int port = freePort();
    Process broker = new ProcessBuilder(BROKER.toString(), "-p", String.valueOf(port)).start();
    Heard in = new Heard();
    Heard out = new Heard();
    try (HivemqClient subscriber =
            new HivemqClient(Heard.plan(port, "in", List.of(new Subscription("t", 2))), in);
        HivemqClient publisher = new HivemqClient(Heard.plan(port, "out", List.of()), out)) {
      eventually("Mosquitto listens", () -> listens(port));
      subscriber.dial();
      publisher.dial();
      eventually("both are connected", () -> in.welcome != null && out.welcome != null);
      subscriber.subscribe();
      eventually("it is subscribed", () -> in.isSubscribed);
      for (int i = 0; i < MESSAGES; i++) {
        byte[] payload = ("line-" + i).getBytes(StandardCharsets.UTF_8);
        publisher.publish(new Departure(i, "t", payload, qos, false, List.of()));
      }
      publisher.publish(
          new Departure(MESSAGES, "not/#/a/topic", new byte[1], qos, false, List.of()));
      eventually("all are answered", () -> out.reasons.size() == MESSAGES + 1);
      for (int i = 0; i < MESSAGES; i++) {
        assertEquals(0, out.reasons.get((long) i));
      }
      assertTrue(out.reasons.get((long) MESSAGES) >= 0x80);
      eventually("all came", () -> in.payloads.size() >= MESSAGES);
      assertEquals(IntStream.range(0, MESSAGES).mapToObj(i -> "line-" + i).toList(), in.payloads);
    } finally {
      broker.destroy();
      broker.waitFor();
    }
  }

  private static boolean listens(int port) {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      return socket.isConnected();
    } catch (IOException notYet) {
      return false;
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }
}
