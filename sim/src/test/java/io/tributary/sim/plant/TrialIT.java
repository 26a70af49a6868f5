package io.tributary.sim.plant;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.grack.nanojson.JsonObject;
import com.grack.nanojson.JsonParser;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The programs as they are shipped, started by the launcher: a trace goes through while the edge is
/// killed twice, the hub once, and the link is cut twice.
final class TrialIT {
  private static final int ROWS = 6_000;

  @TempDir private Path directory;

  @ParameterizedTest
  @CsvSource({"2, partitions", "1, per-edge"})
  void losesDoublesAndReordersNothing(int qos, String layout) throws Exception {
    StringBuilder trace = new StringBuilder("timestamp,value\n");
    for (int i = 0; i < ROWS; i++) {
      trace.append(
          String.format(
              Locale.ROOT,
              "2024-01-01 %02d:%02d:%02d,%.3f%n",
              i / 3600,
              i / 60 % 60,
              i % 60,
              Math.sin(i / 50.0)));
    }
    Path csv = directory.resolve("trace.csv");
    Files.writeString(csv, trace);
    Path output = directory.resolve("output");
    ProcessBuilder builder =
        new ProcessBuilder(
                launcher().toString(),
                "sim",
                "trial",
                csv.toString(),
                "--rate",
                "1000",
                "--qos",
                Integer.toString(qos),
                "--layout",
                layout,
                "--json")
            .redirectErrorStream(true)
            .redirectOutput(output.toFile());
    builder.environment().put("TRIBUTARY_NO_BUILD", "1");
    Process process = builder.start();
    process.getOutputStream().close();
    assertTrue(process.waitFor(5, TimeUnit.MINUTES), "the trial does not end");
    List<String> lines = Files.readAllLines(output, StandardCharsets.UTF_8);
    assertEquals(0, process.exitValue(), () -> String.join("\n", lines));
    JsonObject result = JsonParser.object().from(lines.get(lines.size() - 1));
    assertEquals(ROWS, result.getInt("readings"));
    assertEquals(0, result.getInt("missing"));
    assertEquals(0, result.getInt("duplicated"));
    assertEquals(0, result.getInt("disordered"));
    assertEquals(0, result.getInt("altered"));
    assertEquals(3, result.getInt("kills"));
    assertEquals(2, result.getInt("cuts"));
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
