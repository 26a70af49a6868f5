package io.tributary.adapter.mqtt;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.tributary.adapter.mqtt.users.PasswordHash;
import io.tributary.adapter.mqtt.users.User;
import io.tributary.adapter.mqtt.users.UserFile;
import io.tributary.certificates.CertificateAuthority;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Mosquitto's own publisher against the endpoint; Debian has it as mosquitto-clients.
class MosquittoIT {
  private static final Path PUBLISHER = Path.of("/usr/bin/mosquitto_pub");
  private static final int LINES = 500;

  @BeforeEach
  void needsMosquitto() {
    assumeTrue(
        Files.isExecutable(PUBLISHER), "SKIPPED: no mosquitto_pub; install mosquitto-clients");
  }

  @ParameterizedTest(name = "MQTT {0}, QoS {1}")
  @CsvSource({"311,0", "311,1", "311,2", "5,0", "5,1", "5,2"})
  void linesArriveInOrder(String version, String qos) throws Exception {
    try (Bed bed = Bed.of("")) {
      List<String> lines = new ArrayList<>();
      for (int i = 0; i < LINES; i++) {
        lines.add("line " + i);
      }
      String port = String.valueOf(bed.address().getPort());
      Process publisher =
          new ProcessBuilder(
                  PUBLISHER.toString(),
                  "-h",
                  "127.0.0.1",
                  "-p",
                  port,
                  "-V",
                  version,
                  "-q",
                  qos,
                  "-i",
                  "mosquitto",
                  "-t",
                  "t/lines",
                  "-l")
              .redirectErrorStream(true)
              .start();
      try (var in = publisher.outputWriter(StandardCharsets.UTF_8)) {
        in.write(String.join("\n", lines) + "\n");
      }
      assertEquals("", output(publisher));
      assertEquals(0, publisher.exitValue());
      Bed.eventually("all came", () -> bed.values("t").size() == LINES);
      assertEquals(lines, bed.values("t"));
    }
  }

  @Test
  void mosquittoComesOverTlsWithAPasswordAndDoesWhatItMay(@TempDir Path directory)
      throws Exception {
    CertificateAuthority.writeAll(directory, List.of());
    Path users = directory.resolve("users");
    new UserFile(users).change(before -> before.with(new User("press", PasswordHash.of("s3cret"))));
    try (Bed bed =
        Bed.of(
            """
            anonymous: false
            users-file: %1$s/users
            listeners: [{address: '127.0.0.1:0', tls: {certificate: %1$s/hub.pem, key: %1$s/hub-key.pem}}]
            rights: [{user: press, publish: ["t/%%u/#"], subscribe: ["t/%%u/#"]}]
            """
                .formatted(directory))) {
      String port = String.valueOf(bed.endpoint.addresses().get(1).getPort());
      List<String> common =
          List.of(
              "-h",
              "localhost",
              "-p",
              port,
              "-V",
              "5",
              "-q",
              "1",
              "-u",
              "press",
              "--cafile",
              directory.resolve("ca.pem").toString());
      Process subscriber =
          mosquitto(
              "mosquitto_sub", common, "-P", "s3cret", "-t", "t/press/#", "-C", "1", "-W", "20");
      Bed.eventually(
          "it has subscribed", () -> bed.endpoint.server().broker().subscriptions() == 1);
      Process allowed =
          mosquitto("mosquitto_pub", common, "-P", "s3cret", "-t", "t/press/x", "-m", "hot");
      assertEquals("", output(allowed));
      assertEquals("hot", output(subscriber).strip());
      assertEquals(List.of("hot"), bed.values("t"));

      Process forbidden =
          mosquitto("mosquitto_pub", common, "-P", "s3cret", "-t", "t/other", "-m", "no");
      assertSays("not authorized", output(forbidden));
      Process wrong = mosquitto("mosquitto_pub", common, "-P", "no", "-t", "t/press/x", "-m", "no");
      assertSays("bad user name or password", output(wrong));
      Process wide =
          mosquitto("mosquitto_sub", common, "-P", "s3cret", "-t", "#", "-C", "1", "-W", "20");
      assertSays("denied", output(wide));
      assertEquals(1, bed.count(Counter.SUBSCRIPTIONS_NOT_AUTHORIZED));
      assertEquals(List.of("hot"), bed.values("t"));
    }
  }

  private static void assertSays(String words, String output) {
    assertTrue(output.toLowerCase(Locale.ROOT).contains(words), output);
  }

  private static Process mosquitto(String program, List<String> common, String... more)
      throws IOException {
    List<String> command = new ArrayList<>();
    command.add(PUBLISHER.resolveSibling(program).toString());
    command.addAll(common);
    command.addAll(List.of(more));
    return new ProcessBuilder(command).redirectErrorStream(true).start();
  }

  private static String output(Process process) throws IOException, InterruptedException {
    byte[] output = process.getInputStream().readAllBytes();
    if (!process.waitFor(Bed.PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
      process.destroyForcibly();
    }
    return new String(output, StandardCharsets.UTF_8);
  }
}
