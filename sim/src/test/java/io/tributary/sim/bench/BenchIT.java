package io.tributary.sim.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.grack.nanojson.JsonObject;
import io.tributary.sim.Shipped;
import org.junit.jupiter.api.Test;

/// The benchmarks that read back what they measured, in small: that they run, and that their books
/// balance. Their figures are no matter of a test.
final class BenchIT {
  @Test
  void countsWhatIsWrittenForEachReadingAndReadsAllBack() throws Exception {
    JsonObject result =
        Shipped.run(
            "bench", "wear", "--profile", "default", "--rate", "50", "--seconds", "2", "--json");
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
        Shipped.run(
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

  @Test
  void readsBackAllThatKafkasProducerGaveTheHub() throws Exception {
    JsonObject result =
        Shipped.run(
            "bench",
            "kafka",
            "--no-peers",
            "--megabytes",
            "2",
            "--runs",
            "2",
            "--sizes",
            "100",
            "--partitions",
            "1,3",
            "--json");
    assertTrue(result.getObject("peakRssMegabytes").getDouble("hub") > 0);
    assertEquals(2, result.getArray("cases").size());
    for (Object each : result.getArray("cases")) {
      JsonObject one = (JsonObject) each;
      JsonObject hub = one.getObject("servers").getObject("hub");
      assertEquals(20_000, one.getInt("records"));
      assertEquals(20_000, hub.getInt("readBack"));
      assertTrue(hub.getObject("produced").getObject("recordsPerSecond").getDouble("min") > 0);
      assertTrue(one.getObject("hubTo").isEmpty(), "there was no peer");
    }
  }

  @Test
  void readsTheMemoryOfAnEdgeWithEachSource() throws Exception {
    JsonObject result =
        Shipped.run(
            "bench",
            "field-memory",
            "--sources",
            "file-renamed,onewire",
            "--runs",
            "1",
            "--seconds",
            "1",
            "--json");
    assertEquals(4, result.getArray("fields").size(), "nobody, the two, and both");
    for (Object each : result.getArray("fields")) {
      assertTrue(((JsonObject) each).getDouble("megabytes") > 0);
    }
  }
}
