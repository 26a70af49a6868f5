package io.tributary.adapter.mqtt;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Clients that others wrote in other languages, each subscribing and publishing in both versions of MQTT: C (Mosquitto's programs),
/// JavaScript (MQTT.js) and Python (Eclipse Paho).
@Timeout(240)
class ForeignClientsIT {
  private static final Path PROGRAMS = Path.of("src", "test", "clients");
  private static final int MESSAGES = 200;
  private static final String LOCAL = "local: [{filter: 'local/#'}]\n";

  @TempDir private static Path folder;

  private static boolean hasNode;

  enum Client {
    MOSQUITTO("/usr/bin/mosquitto_sub", "mosquitto-clients"),
    MQTT_JS("/usr/bin/node", "nodejs and npm"),
    PAHO_PYTHON("/usr/lib/python3/dist-packages/paho/mqtt/client.py", "python3-paho-mqtt");

    private final Path needs;
    private final String comesWith;

    Client(String needs, String comesWith) {
      this.needs = Path.of(needs);
      this.comesWith = comesWith;
    }

    void assumeInstalled() {
      boolean isThere = Files.exists(needs);
      if (!isThere) {
        System.err.println("NOT TESTED: no " + needs + "; install " + comesWith);
      }
      assumeTrue(isThere, "SKIPPED: no " + needs + "; install " + comesWith);
    }

    /// Prints `ready QOS` and then the next messages, one a line: topic, QoS, retained, payload, user property `unit`.
    List<String> listen(
        int port, int version, String id, String filter, int qos, boolean clean, int count) {
      if (this != MOSQUITTO) {
        List<String> command = program("listen", port, version, id);
        command.addAll(List.of(filter, "" + qos, clean ? "clean" : "kept", "" + count));
        return command;
      }
      List<String> command = new ArrayList<>(List.of("stdbuf", "-oL")); // says at once what it does
      command.addAll(mosquitto("/usr/bin/mosquitto_sub", port, version, id, filter, qos));
      // The user properties come as JSON; without -d nothing says that it has subscribed.
      command.addAll(List.of("-F", "%t %q %r %p %P", "-d", "-W", "60"));
      command.addAll(count > 0 ? List.of("-C", "" + count) : List.of("-E"));
      if (!clean) {
        command.add("-c"); // which asks version 5 for a session that never expires
      }
      return command;
    }

    List<String> send(int port, int version, String topic, int qos, boolean retain, int count) {
      if (this != MOSQUITTO) {
        List<String> command = program("send", port, version, "sender");
        command.addAll(List.of(topic, "" + qos, retain ? "retain" : "-", "" + count));
        return command;
      }
      List<String> command =
          mosquitto("/usr/bin/mosquitto_pub", port, version, "sender", topic, qos);
      command.add("-l");
      if (retain) {
        command.add("-r");
      }
      if (version == 5) {
        command.addAll(List.of("-D", "PUBLISH", "user-property", "unit", "mm"));
      }
      return command;
    }

    private List<String> program(String step, int port, int version, String id) {
      List<String> command =
          new ArrayList<>(
              this == MQTT_JS
                  ? List.of("node", "client.js")
                  : List.of("/usr/bin/python3", "client.py"));
      command.addAll(List.of(step, "" + port, "" + version, id));
      return command;
    }

    private static List<String> mosquitto(
        String program, int port, int version, String id, String topic, int qos) {
      return new ArrayList<>(
          List.of(
              program,
              "-h",
              "127.0.0.1",
              "-p",
              "" + port,
              "-V",
              version == 5 ? "5" : "311",
              "-i",
              id,
              "-t",
              topic,
              "-q",
              "" + qos));
    }
  }

  @BeforeAll
  static void install() throws Exception {
    for (String file :
        List.of(
            "mqttjs/package.json",
            "mqttjs/package-lock.json",
            "mqttjs/client.js",
            "paho-python/client.py")) {
      Path source = PROGRAMS.resolve(file);
      Files.copy(source, folder.resolve(source.getFileName()));
    }
    hasNode = Files.exists(Client.MQTT_JS.needs);
    if (hasNode) {
      run(List.of("npm", "ci", "--no-audit", "--no-fund", "--ignore-scripts"), "");
    }
  }

  @ParameterizedTest
  @EnumSource
  void listensAndSends(Client client) throws Exception {
    client.assumeInstalled();
    try (Bed bed = Bed.of(LOCAL)) {
      for (int version : new int[] {4, 5}) {
        for (int qos = 0; qos <= 2; qos++) {
          roundtrip(client, bed.address().getPort(), version, qos, "t/x");
          roundtrip(client, bed.address().getPort(), version, qos, "local/x");
        }
      }
      assertEquals(6 * MESSAGES, bed.values("t").size());
    }
  }

  private void roundtrip(Client client, int port, int version, int qos, String topic)
      throws Exception {
    List<String> listen =
        client.listen(port, version, "listener", topic.replace("x", "#"), qos, true, MESSAGES);
    try (Running listener = new Running(listen, "")) {
      listener.awaitReady();
      String unit = version == 5 ? "mm" : "-";
      // Not waited for: mosquitto_pub does not always end when its input does.
      List<String> send = client.send(port, version, topic, qos, false, MESSAGES);
      try (Running sender = new Running(send, lines(MESSAGES))) {
        assertEquals(
            IntStream.range(0, MESSAGES)
                .mapToObj(i -> topic + " " + qos + " false value " + i + " " + unit)
                .toList(),
            listener.messages(),
            sender::toString);
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void aSessionThatLastsIsSentWhatCameMeanwhile(Client client) throws Exception {
    client.assumeInstalled();
    try (Bed bed = Bed.of(LOCAL)) {
      int port = bed.address().getPort();
      for (int version : new int[] {4, 5}) {
        for (int qos = 1; qos <= 2; qos++) {
          String id = "keeper-" + version + "-" + qos;
          try (Running first =
              new Running(client.listen(port, version, id, "t/#", qos, false, 0), "")) {
            first.awaitReady();
            first.messages();
          }
          run(client.send(port, version, "t/x", qos, false, 20), lines(20));
          try (Running again =
              new Running(client.listen(port, version, id, "t/#", qos, false, 20), "")) {
            int published = qos;
            String unit = version == 5 ? "mm" : "-";
            assertEquals(
                IntStream.range(0, 20)
                    .mapToObj(i -> "t/x " + published + " false value " + i + " " + unit)
                    .toList(),
                again.messages());
          }
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void theLastRetainedMessageIsSentToLaterSubscribers(Client client) throws Exception {
    client.assumeInstalled();
    try (Bed bed = Bed.of(LOCAL)) {
      int port = bed.address().getPort();
      for (int version : new int[] {4, 5}) {
        String topic = "local/r" + version;
        run(client.send(port, version, topic, 1, true, 3), lines(3));
        try (Running listener =
            new Running(client.listen(port, version, "late", topic, 1, true, 1), "")) {
          String unit = version == 5 ? "mm" : "-";
          assertEquals(List.of(topic + " 1 true value 2 " + unit), listener.messages());
        }
      }
    }
  }

  private static String lines(int count) {
    StringBuilder lines = new StringBuilder();
    for (int i = 0; i < count; i++) {
      lines.append("value ").append(i).append('\n');
    }
    return lines.toString();
  }

  private static void run(List<String> command, String input) throws Exception {
    try (Running running = new Running(command, input)) {
      running.messages();
    }
  }

  /// A program in a process of its own.
  private static final class Running implements AutoCloseable {
    private static final long PATIENCE_SECONDS = 60;

    private final List<String> command;
    private final Path output;
    private final Process process;

    Running(List<String> command, String input) throws IOException {
      this.command = command;
      output = Files.createTempFile(folder, "output", ".txt");
      Path lines = Files.writeString(Files.createTempFile(folder, "input", ".txt"), input);
      process =
          new ProcessBuilder(command)
              .directory(folder.toFile())
              .redirectErrorStream(true)
              .redirectInput(lines.toFile())
              .redirectOutput(output.toFile())
              .start();
    }

    void awaitReady() {
      Bed.eventually(
          command + " subscribes",
          () ->
              printed().stream()
                  .anyMatch(l -> l.startsWith("ready") || l.startsWith("Subscribed")));
    }

    /// The messages that it printed until it ended with success.
    List<String> messages() throws Exception {
      assertTrue(
          process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS), () -> command + ": " + printed());
      assertEquals(0, process.exitValue(), () -> command + ": " + String.join("\n", printed()));
      return printed().stream()
          .filter(line -> line.contains(" value "))
          .map(line -> line.replace("unit:mm", "mm"))
          .map(line -> line.replace(" 1 value", " true value").replace(" 0 value", " false value"))
          .map(line -> line.endsWith(" ") ? line + "-" : line)
          .toList();
    }

    private List<String> printed() {
      try {
        return Files.readAllLines(output, StandardCharsets.UTF_8);
      } catch (IOException e) {
        throw new AssertionError(e);
      }
    }

    @Override
    public void close() {
      process.destroyForcibly();
    }
  }
}
