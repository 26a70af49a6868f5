package io.tributary.sim.signal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigDecimal;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class SensorTest {
  private static final long START_MS = Instant.parse("2026-03-02T06:00:00Z").toEpochMilli();
  private static final long STEP_MS = 10 * 60_000;
  private static final int DAYS = 100;
  private static final int A_DAY = 144;

  @ParameterizedTest
  @EnumSource(Quantity.class)
  void aSeedGivesTheSameReadingsAndAnotherOneOthers(Quantity quantity) {
    List<String> readings = texts(quantity, 1, 2_000);
    assertEquals(readings, texts(quantity, 1, 2_000));
    assertNotEquals(readings, texts(quantity, 2, 2_000));
    assertTrue(readings.stream().distinct().count() > 1, "it moves");
  }

  @ParameterizedTest
  @EnumSource(Quantity.class)
  void everyReadingIsInTheRangeAndOnAStep(Quantity quantity) {
    Resolution resolution = quantity.resolution();
    Sensor sensor = sensor(quantity, 3);
    for (int i = 0; i < 5_000; i++) {
      double value = read(sensor, i, null).value();
      assertTrue(value >= resolution.least() && value <= resolution.most(), () -> "shows " + value);
      BigDecimal text = new BigDecimal(resolution.text(value));
      assertEquals(0, text.remainder(resolution.step()).signum(), () -> "shows " + text);
      assertEquals(value, text.doubleValue(), 1e-9);
    }
  }

  @Test
  void temperatureHasADayOfSixDegreesThatIsWarmestInTheAfternoon() {
    Sensor sensor = sensor(Quantity.TEMPERATURE, 5);
    double cosine = 0;
    double sine = 0;
    for (int i = 0; i < DAYS * A_DAY; i++) {
      double angle = 2 * Math.PI * (i % A_DAY) / A_DAY;
      double value = read(sensor, i, null).value();
      cosine += value * Math.cos(angle);
      sine += value * Math.sin(angle);
    }
    double amplitude = 2 * Math.hypot(cosine, sine) / (DAYS * A_DAY);
    assertEquals(3, amplitude, 0.5);
    double peakHour = 6 + Math.atan2(sine, cosine) / (2 * Math.PI) * 24;
    assertEquals(15, peakHour, 1);
  }

  @Test
  void aMachineTakesLessAtTheWeekend() {
    Sensor sensor = sensor(Quantity.POWER, 5);
    double work = 0;
    double rest = 0;
    for (int i = 0; i < 70 * A_DAY; i++) {
      int day = i / A_DAY % 7;
      double value = read(sensor, i, null).value();
      work += day < 4 ? value / 4 : 0;
      rest += day == 5 ? value : 0;
    }
    assertTrue(rest < work / 3, "at work " + work + ", at rest " + rest);
  }

  @ParameterizedTest
  @EnumSource(Quantity.class)
  void aStuckSensorShowsItsLastValueAndHoldsItForGood(Quantity quantity) {
    Sensor sensor = sensor(quantity, 1);
    Sample last = read(sensor, 0, null);
    for (int i = 1; i < 500; i++) {
      assertEquals(last, read(sensor, i, Fault.STUCK));
    }
    boolean moves = false;
    for (int i = 500; i < 1_000; i++) {
      moves |= !read(sensor, i, null).equals(last);
    }
    assertTrue(moves);
  }

  @ParameterizedTest
  @EnumSource(Quantity.class)
  void aSpikeIsFarFromTheTruthAndInTheRange(Quantity quantity) {
    Sensor sensor = sensor(quantity, 1);
    Sensor well = sensor(quantity, 1);
    Resolution resolution = quantity.resolution();
    double range = resolution.most() - resolution.least();
    for (int i = 0; i < 500; i++) {
      Sample spike = read(sensor, i, Fault.SPIKE);
      double distance = Math.abs(spike.value() - read(well, i, null).value());
      assertTrue(distance > 0.29 * range, () -> "only " + distance);
      assertTrue(spike.value() >= resolution.least() && spike.value() <= resolution.most());
      assertTrue(spike.isGood());
    }
  }

  @Test
  void aDropoutIsNoReadingAndAnErrorOneThatIsBad() {
    Sensor sensor = sensor(Quantity.LEVEL, 1);
    assertNull(sensor.read(START_MS, Fault.DROPOUT));
    Sample bad = read(sensor, 1, Fault.ERROR);
    assertTrue(Double.isNaN(bad.value()));
    assertFalse(bad.isGood());
    assertEquals("NaN", Quantity.LEVEL.resolution().text(bad.value()));
  }

  @Test
  void faultsStrikeAtTheirRateEachKindAndNeverTwoAtOnce() {
    FaultPlan plan = new FaultPlan(new SplittableRandom(9), EnumSet.allOf(Fault.class), 2);
    Map<Fault, Integer> counts = new EnumMap<>(Fault.class);
    long until = 0;
    double wellMs = 0;
    int strikes = 0;
    for (long runMs = 0; strikes < 2_000; runMs += 100) {
      FaultPlan.Strike strike = plan.strike(runMs);
      if (strike != null) {
        assertTrue(runMs >= until, "one after the other");
        wellMs += runMs - until;
        until = strike.untilMs();
        counts.merge(strike.fault(), 1, Integer::sum);
        strikes++;
      }
    }
    assertEquals(30_000, wellMs / strikes, 3_000);
    for (Fault each : Fault.values()) {
      assertEquals(2_000 / 7, counts.getOrDefault(each, 0), 80, each.word());
    }
  }

  @Test
  void aDeviceThatIsToBeWellIsWell() {
    FaultPlan none = new FaultPlan(new SplittableRandom(9), Set.of(), 60);
    FaultPlan never = new FaultPlan(new SplittableRandom(9), EnumSet.allOf(Fault.class), 0);
    for (long runMs = 0; runMs < 10_000_000; runMs += 1_000) {
      assertNull(none.strike(runMs));
      assertNull(never.strike(runMs));
    }
  }

  private static Sensor sensor(Quantity quantity, long seed) {
    return new Sensor(quantity, new SplittableRandom(seed), ZoneOffset.UTC);
  }

  private static Sample read(Sensor sensor, int number, @Nullable Fault fault) {
    Sample sample = sensor.read(START_MS + number * STEP_MS, fault);
    assertNotNull(sample);
    return sample;
  }

  private static List<String> texts(Quantity quantity, long seed, int count) {
    Sensor sensor = sensor(quantity, seed);
    List<String> texts = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      texts.add(quantity.resolution().text(read(sensor, i, null).value()));
    }
    return texts;
  }
}
