package io.tributary.sim.field.modbus.lines;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.grack.nanojson.JsonParserException;
import io.tributary.sim.field.TopicValues.Timed;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// Two devices, of which the second is dead, a second each, judged from 10,000 ms to 20,000.
final class RhythmTest {
  private static final long BEGIN_MS = 10_000;
  private static final long END_MS = 20_000;

  private final Population population = new Population("rtu", 2, 1_000);
  private final List<Timed> readings = new ArrayList<>();

  @Test
  void aTenthIsDeadAndSpreadOverTheLine() {
    assertEquals(Set.of(6, 17, 27), new Population("rtu", 32, 1_000).dead());
    assertEquals(10, new Population("tcp", 100, 1_000).dead().size());
    assertEquals(Set.of(2), population.dead());
  }

  @Test
  void aReadingMayBeLateByLessThanAnInterval() throws Exception {
    deadTells();
    for (int i = 0; i < 10; i++) {
      good(BEGIN_MS + 1_000 * i + (i % 2 == 0 ? 0 : 900));
    }
    assertEquals(List.of(), rhythm().violations());
  }

  @Test
  void aPollThatWasLeftOutIsMissed() throws Exception {
    deadTells();
    for (int i = 0; i < 10; i++) {
      if (i != 5) {
        good(BEGIN_MS + 1_000 * i + (i == 4 ? 500 : 0)); // 1,500 ms apart at the most
      }
    }
    assertEquals(1, rhythm().violations().size());
  }

  @Test
  void silenceAtEitherEndIsMissed() throws Exception {
    deadTells();
    for (int i = 3; i < 10; i++) {
      good(BEGIN_MS + 1_000 * i);
    }
    assertEquals(1, rhythm().violations().size());
    readings.clear();
    deadTells();
    for (int i = 0; i < 7; i++) {
      good(BEGIN_MS + 1_000 * i);
    }
    assertEquals(1, rhythm().violations().size());
  }

  @Test
  void anErrorOfALivingDeviceIsAMiss() throws Exception {
    deadTells();
    for (int i = 0; i < 10; i++) {
      good(BEGIN_MS + 1_000 * i);
    }
    error(1, BEGIN_MS - 1);
    assertEquals(List.of(), rhythm().violations(), "before");
    error(1, BEGIN_MS + 1);
    assertEquals(1, rhythm().violations().size());
  }

  @Test
  void theDeadMustBeTold() throws Exception {
    for (int i = 0; i < 10; i++) {
      good(BEGIN_MS + 1_000 * i);
    }
    assertTrue(rhythm().violations().getFirst().startsWith("rtu/d2/count is dead"));
    deadTells();
    assertEquals(Set.of("no answer"), rhythm().reasons());
  }

  private Rhythm rhythm() throws JsonParserException {
    return new Rhythm(population, readings, BEGIN_MS, END_MS);
  }

  private void deadTells() {
    error(2, BEGIN_MS - 500);
  }

  private void good(long atMs) {
    readings.add(new Timed(atMs, "{\"source\":\"rtu/d1/count\",\"value\":1,\"quality\":\"good\"}"));
  }

  private void error(int device, long atMs) {
    String text =
        "{\"source\":\"rtu/d%d/count\",\"value\":null,\"quality\":\"error\",\"reason\":\"no answer\"}"
            .formatted(device);
    readings.add(new Timed(atMs, text));
  }
}
