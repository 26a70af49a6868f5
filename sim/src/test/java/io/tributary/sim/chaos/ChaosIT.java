package io.tributary.sim.chaos;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.grack.nanojson.JsonObject;
import com.grack.nanojson.JsonParser;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The programs as they are shipped, under a short chaos of a fixed seed, and an MQTT client whose
/// connections end everywhere.
final class ChaosIT {
  @TempDir private Path directory;

  @Test
  void keepsThePromiseUnderAShortChaos() throws Exception {
    JsonObject result = run("sim", "chaos", "--minutes", "0.5", "--seed", "7", "--json");
    assertTrue(result.getInt("readings") > 0);
    assertTrue(result.getInt("kills") > 0);
    assertEquals(0, result.getInt("broken"));
    assertEquals(0, result.getInt("unaccounted"));
    holds(result);
  }

  @Test
  void storesAReadingOnceWhereverAnMqttConnectionEnds() throws Exception {
    JsonObject result =
        run("sim", "mqtt-cuts", "--reconnects", "40", "--kills", "1", "--seed", "3", "--json");
    assertEquals(CutClient.Cut.values().length, result.getObject("cuts").size());
    holds(result);
  }

  private static void holds(JsonObject result) {
    assertEquals(0, result.getInt("missing"));
    assertEquals(0, result.getInt("duplicated"));
    assertEquals(0, result.getInt("disordered"));
    assertEquals(0, result.getInt("altered"));
  }

  private JsonObject run(String... arguments) throws Exception {
    Path output = directory.resolve("output");
    List<String> command = new ArrayList<>(List.of(launcher().toString()));
    command.addAll(List.of(arguments));
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile());
    builder.environment().put("TRIBUTARY_NO_BUILD", "1");
    Process process = builder.start();
    process.getOutputStream().close();
    assertTrue(process.waitFor(5, TimeUnit.MINUTES), "it does not end");
    List<String> lines = Files.readAllLines(output, StandardCharsets.UTF_8);
    assertEquals(0, process.exitValue(), () -> String.join("\n", lines));
    return JsonParser.object().from(lines.get(lines.size() - 1));
  }

  private static Path launcher() {
    Path repository = Path.of("").toAbsolutePath();
    while (!Files.exists(repository.resolve("tributary"))) {
      repository = repository.getParent();
      assertNotNull(repository, "no launcher above the working directory");
    }
    return repository.resolve("tributary");
  }
}
