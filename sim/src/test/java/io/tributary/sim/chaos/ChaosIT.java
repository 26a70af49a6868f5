package io.tributary.sim.chaos;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.grack.nanojson.JsonObject;
import io.tributary.sim.Shipped;
import org.junit.jupiter.api.Test;

/// The programs as they are shipped, under a short chaos of a fixed seed, and an MQTT client whose
/// connections end everywhere.
final class ChaosIT {
  @Test
  void keepsThePromiseUnderAShortChaos() throws Exception {
    JsonObject result = Shipped.run("sim", "chaos", "--minutes", "0.5", "--seed", "7", "--json");
    assertTrue(result.getInt("readings") > 0);
    assertTrue(result.getInt("kills") > 0);
    assertEquals(0, result.getInt("broken"));
    assertEquals(0, result.getInt("unaccounted"));
    holds(result);
  }

  @Test
  void storesAReadingOnceWhereverAnMqttConnectionEnds() throws Exception {
    JsonObject result =
        Shipped.run(
            "sim", "mqtt-cuts", "--reconnects", "40", "--kills", "1", "--seed", "3", "--json");
    assertEquals(CutClient.Cut.values().length, result.getObject("cuts").size());
    holds(result);
  }

  private static void holds(JsonObject result) {
    assertEquals(0, result.getInt("missing"));
    assertEquals(0, result.getInt("duplicated"));
    assertEquals(0, result.getInt("disordered"));
    assertEquals(0, result.getInt("altered"));
  }
}
