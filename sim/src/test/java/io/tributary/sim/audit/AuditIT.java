package io.tributary.sim.audit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.grack.nanojson.JsonObject;
import io.tributary.sim.Shipped;
import org.junit.jupiter.api.Test;

/// The programs as they are shipped: `hub audit` names what was done to a hub's files, and no more.
final class AuditIT {
  @Test
  void namesEachFlippedBitEachRemovedBatchAndEachLostFileByItsRange() throws Exception {
    JsonObject result =
        Shipped.run("sim", "audit", "--rounds", "2", "--readings", "400", "--seed", "1", "--json");
    assertTrue(result.getInt("flips") > 0, result::toString);
    assertTrue(result.getInt("removals") > 0, result::toString);
    assertEquals(2, result.getInt("files"), result::toString);
    assertTrue(result.getInt("named") > 0, result::toString);
    assertEquals(0, result.getInt("differences"), result::toString);
    assertEquals(0, result.getInt("missing"));
    assertEquals(0, result.getInt("duplicated"));
    assertEquals(0, result.getInt("disordered"));
  }
}
