package io.tributary.sim.field.kills;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.grack.nanojson.JsonObject;
import io.tributary.sim.Shipped;
import io.tributary.sim.field.source.Sources;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/// The programs as they are shipped: an edge with all its adapters is killed three times.
final class FieldKillsIT {
  private static final Path SOCAT = Path.of("/usr/bin/socat");

  @Test
  void keepsWhatEachSourceWasPromised() throws Exception {
    assumeTrue(Files.isExecutable(SOCAT), "SKIPPED: no socat; install socat");
    JsonObject result =
        Shipped.run("sim", "field-kills", "--kills", "3", "--most-millis", "3000", "--json");
    assertEquals(3, result.getInt("kills"));
    assertTrue(result.getArray("violations").isEmpty());
    assertEquals(Sources.values().length, result.getArray("sources").size());
    for (Object each : result.getArray("sources")) {
      JsonObject source = (JsonObject) each;
      assertTrue(source.getLong("atHub") > 0, source.getString("source"));
      for (String wrong : new String[] {"missing", "twice", "wrong", "disordered"}) {
        assertEquals(0, source.getLong(wrong), source.getString("source") + " " + wrong);
      }
    }
  }
}
