package io.tributary.adapter.mqtt;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
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

  private static String output(Process process) throws IOException, InterruptedException {
    byte[] output = process.getInputStream().readAllBytes();
    if (!process.waitFor(Bed.PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
      process.destroyForcibly();
    }
    return new String(output, StandardCharsets.UTF_8);
  }
}
