package io.tributary.sim.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.grack.nanojson.JsonObject;
import com.grack.nanojson.JsonParser;
import com.grack.nanojson.JsonStringWriter;
import com.grack.nanojson.JsonWriter;
import io.tributary.sim.bench.KafkaLoad.Pass;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

final class KafkaFiguresTest {
  private static final int RECORDS = 2_000_000;

  /// Of 1, 2 and 4 seconds; one that was disturbed.
  private final KafkaFigures quick =
      new KafkaFigures(100, passes(1, 2, 4), List.of(new Pass(4, 1, RECORDS), new Pass(1, 1, 7)));

  private final KafkaFigures slow = new KafkaFigures(100, passes(8, 4, 32), passes(8, 8, 8));

  /// Each takes half of its time from the server's processor.
  private static List<Pass> passes(double... seconds) {
    return Arrays.stream(seconds).mapToObj(s -> new Pass(s, s / 2, RECORDS)).toList();
  }

  @Test
  void tellsTheMiddleRunAndTheSpread() throws Exception {
    JsonStringWriter json = JsonWriter.string().object();
    quick.write(json);
    JsonObject produced = JsonParser.object().from(json.end().done()).getObject("produced");
    JsonObject records = produced.getObject("recordsPerSecond");
    assertEquals(1_000_000, records.getDouble("median"));
    assertEquals(500_000, records.getDouble("min"));
    assertEquals(2_000_000, records.getDouble("max"));
    assertEquals(100, produced.getObject("megabytesPerSecond").getDouble("median"));
    assertEquals(0.5, produced.getObject("cpuSecondsPerMillion").getDouble("median"));
  }

  @Test
  void countsTheRunThatReadLeastBack() {
    assertEquals(7, quick.readBack());
    assertEquals(RECORDS, slow.readBack());
  }

  @Test
  void dividesMediansByThoseOfAPeer() throws Exception {
    JsonStringWriter json = JsonWriter.string().object();
    quick.writeRatios(json, slow);
    JsonObject ratios = JsonParser.object().from(json.end().done());
    assertEquals(4, ratios.getDouble("producedPerSecond"));
    assertEquals(0.25, ratios.getDouble("producedCpu"));
  }
}
