package io.tributary.sim.guests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.grack.nanojson.JsonObject;
import io.tributary.sim.Shipped;
import org.junit.jupiter.api.Test;

/// The programs as they are shipped: an edge whose pipelines are at work is killed twice, and its hub once.
final class PipelineKillsIT {
  @Test
  void theTopicsOfAnEdgesPipelinesAreThoseOfAnUndisturbedRun() throws Exception {
    JsonObject result =
        Shipped.run(
            "sim", "pipeline-kills", "--at", "edge", "--kills", "2", "--records", "4000", "--json");
    assertEquals(1, result.getInt("hubKills"), result::toString);
    assertEquals(4_000, result.getLong("acknowledged"), result::toString);
    assertEquals(0, result.getLong("missing"), result::toString);
    for (Object each : result.getArray("topics")) {
      JsonObject topic = (JsonObject) each;
      assertTrue(topic.isNull("difference"), topic::toString);
      assertEquals(topic.getLong("undisturbed"), topic.getLong("records"), topic::toString);
    }
  }
}
