package io.tributary.sim.hostile;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.grack.nanojson.JsonObject;
import io.tributary.sim.Shipped;
import org.junit.jupiter.api.Test;

/// The programs as they are shipped, under a small attack of each kind that needs no timeout.
final class HostileIT {
  @Test
  void everyHostilePeerIsThrownOutAndTheHonestLoseNothing() throws Exception {
    JsonObject result = Shipped.run("sim", "hostile", "--quick", "--connections", "100", "--json");
    assertTrue(result.getInt("readings") > 0);
    assertEquals(0, result.getInt("missing"));
    assertEquals(0, result.getInt("duplicated"));
    assertEquals(0, result.getInt("disordered"));
  }
}
