package io.tributary.sim.plant;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.grack.nanojson.JsonObject;
import io.tributary.sim.Shipped;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
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
    JsonObject result =
        Shipped.run(
            "sim",
            "trial",
            csv.toString(),
            "--rate",
            "1000",
            "--qos",
            Integer.toString(qos),
            "--layout",
            layout,
            "--json");
    assertEquals(ROWS, result.getInt("readings"));
    assertEquals(0, result.getInt("missing"));
    assertEquals(0, result.getInt("duplicated"));
    assertEquals(0, result.getInt("disordered"));
    assertEquals(0, result.getInt("altered"));
    assertEquals(3, result.getInt("kills"));
    assertEquals(2, result.getInt("cuts"));
  }
}
