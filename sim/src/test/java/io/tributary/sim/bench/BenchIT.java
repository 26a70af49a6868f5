package io.tributary.sim.bench;

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

/// The benchmarks that read back what they measured, in small: that they run, and that their books
/// balance. Their figures are no matter of a test.
final class BenchIT {
  @TempDir private Path directory;

  @Test
  void countsWhatIsWrittenForEachReadingAndReadsAllBack() throws Exception {
    JsonObject result =
        run("bench", "wear", "--profile", "default", "--rate", "50", "--seconds", "2", "--json");
    assertTrue(result.getInt("readings") > 0);
    assertEquals(0, result.getInt("missing"));
    assertEquals(0, result.getInt("duplicated"));
    assertEquals(0, result.getInt("disordered"));
    assertEquals(result.getInt("rounds"), result.getArray("cases").size());
    assertTrue(result.getLong("batchBytes") > result.getLong("bytesIngested"));
    assertTrue(result.getLong("bytesWritten") > result.getLong("batchBytes"));
  }

  @Test
  void losesNothingButWhatADamageHitAndTellsOfThat() throws Exception {
    JsonObject result =
        run(
            "bench",
            "recovery",
            "--megabytes",
            "40",
            "--topics",
            "2",
            "--runs",
            "1",
            "--no-cold",
            "--json");
    assertEquals(0, result.getInt("duplicated"));
    assertEquals(0, result.getInt("disordered"));
    for (Object each : result.getArray("readBack")) {
      JsonObject account = (JsonObject) each;
      assertEquals(0, account.getLong("missing"));
      assertTrue(account.getLong("lostToDamage") > 0, "the damage hit nothing");
      assertTrue(account.getLong("told") > 0);
    }
    for (Object each : result.getArray("starts")) {
      assertTrue(((JsonObject) each).getDouble("cpuSeconds") > 0);
    }
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
    assertTrue(process.waitFor(10, TimeUnit.MINUTES), "it does not end");
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
