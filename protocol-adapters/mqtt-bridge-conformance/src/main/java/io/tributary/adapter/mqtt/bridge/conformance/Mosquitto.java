package io.tributary.adapter.mqtt.bridge.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// A real Mosquitto on a port of its own, with persistence, that can be ended and started again; and its own publisher.
final class Mosquitto implements AutoCloseable {
  static final Path BROKER = Path.of("/usr/sbin/mosquitto");
  static final Path SUBSCRIBER = Path.of("/usr/bin/mosquitto_sub");
  static final Path PUBLISHER = Path.of("/usr/bin/mosquitto_pub");
  private static final int PATIENCE_SECONDS = 20;

  private final Path directory;
  private final List<String> publisherOptions = new ArrayList<>();
  private final int port = freePort();
  private @Nullable Process process;

  /// @param more lines of its configuration
  Mosquitto(Path directory, String more) throws IOException {
    this.directory = directory;
    Files.createDirectories(directory);
    Files.writeString(
        directory.resolve("mosquitto.conf"),
        """
        user root
        listener %d 127.0.0.1
        %s
        persistence true
        persistence_location %s/
        max_queued_messages 100000
        """
            .formatted(port, more, directory));
  }

  static Mosquitto open(Path directory) throws IOException {
    Mosquitto mosquitto = new Mosquitto(directory, "allow_anonymous true");
    mosquitto.start();
    return mosquitto;
  }

  /// What its publisher needs to be let in.
  Mosquitto publishWith(String... options) {
    publisherOptions.addAll(List.of(options));
    return this;
  }

  String address() {
    return "127.0.0.1:" + port;
  }

  void start() throws IOException {
    process =
        new ProcessBuilder(BROKER.toString(), "-c", directory.resolve("mosquitto.conf").toString())
            .redirectErrorStream(true)
            .redirectOutput(directory.resolve("mosquitto.log").toFile())
            .start();
    BridgeBed.eventually("Mosquitto listens", this::listens);
  }

  private boolean listens() {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1000);
      return true;
    } catch (IOException notYet) {
      return false;
    }
  }

  /// Ends it with SIGTERM, on which it writes down what it has: what it loses beyond that would not be the bridge's.
  void stop() {
    Process running = Objects.requireNonNull(process);
    running.destroy();
    BridgeBed.eventually("Mosquitto ended", () -> !running.isAlive());
  }

  /// Adds to its configuration; counts from the next start.
  void configure(String lines) throws IOException {
    Files.writeString(directory.resolve("mosquitto.conf"), lines + "\n", StandardOpenOption.APPEND);
  }

  /// Reads its files of users and rights again.
  void reload() throws IOException {
    Process running = Objects.requireNonNull(process);
    new ProcessBuilder("kill", "-HUP", String.valueOf(running.pid())).start();
  }

  /// Forgets all sessions. While it is stopped.
  void wipe() throws IOException {
    Files.deleteIfExists(directory.resolve("mosquitto.db"));
  }

  /// Subscribes with a session that lasts, and returns when the broker has the subscription.
  Subscriber subscribe(String filter, int qos) throws IOException {
    Subscriber subscriber =
        new Subscriber(
            List.of(
                "stdbuf",
                "-oL",
                SUBSCRIBER.toString(),
                "-V",
                "5",
                "-h",
                "127.0.0.1",
                "-p",
                String.valueOf(port),
                "-i",
                "subscriber",
                "-c",
                "-x",
                "3600",
                "-t",
                filter,
                "-q",
                String.valueOf(qos),
                "-F",
                "%t|%q|%r|%p|%P",
                "-d"));
    BridgeBed.eventually("it is subscribed", subscriber::isSubscribed);
    return subscriber;
  }

  /// Publishes lines, each as a message, and waits until the broker has them.
  void publish(String topic, int qos, List<String> lines) throws IOException, InterruptedException {
    List<String> command =
        new ArrayList<>(
            List.of(
                PUBLISHER.toString(),
                "-h",
                "127.0.0.1",
                "-p",
                String.valueOf(port),
                "-t",
                topic,
                "-q",
                String.valueOf(qos),
                "-l"));
    command.addAll(publisherOptions);
    Process publisher = new ProcessBuilder(command).redirectErrorStream(true).start();
    try (var in = publisher.outputWriter(StandardCharsets.UTF_8)) {
      in.write(String.join("\n", lines) + "\n");
    }
    assertEquals("", new String(publisher.getInputStream().readAllBytes(), StandardCharsets.UTF_8));
    assertTrue(publisher.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS));
  }

  @Override
  public void close() {
    stop();
  }

  /// Below those that the kernel gives to outgoing connections, so that none takes it between two starts.
  private static int freePort() {
    while (true) {
      int port = ThreadLocalRandom.current().nextInt(20_000, 30_000);
      try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
        return socket.getLocalPort();
      } catch (IOException taken) {
        continue;
      }
    }
  }
}
