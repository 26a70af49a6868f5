package io.tributary.sim.field.modbus.lines;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.grack.nanojson.JsonObject;
import io.tributary.sim.Shipped;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/// The programs as they are shipped: a serial line and addresses with dead devices among them. The intervals are long, so that a busy machine
/// has no part in the judgement.
final class LinesTrialIT {
  private static final Path SOCAT = Path.of("/usr/bin/socat");

  @Test
  void theLivingKeepTheirIntervalsAndTheDeadAreTold() throws Exception {
    assumeTrue(Files.isExecutable(SOCAT), "SKIPPED: no socat; install socat");
    JsonObject result =
        Shipped.run(
            "sim",
            "modbus-lines",
            "--seconds",
            "10",
            "--rtu",
            "10",
            "--tcp",
            "20",
            "--rtu-interval",
            "3000",
            "--tcp-interval",
            "3000",
            "--json");
    assertEquals(0, result.getLong("skipped"));
    assertEquals(2, result.getArray("lines").size());
    for (Object each : result.getArray("lines")) {
      JsonObject line = (JsonObject) each;
      assertTrue(line.getArray("violations").isEmpty());
      assertTrue(line.getLong("readings") >= 3L * (line.getInt("devices") - line.getInt("dead")));
      assertTrue(line.getLong("deadErrors") >= line.getInt("dead"));
    }
  }
}
