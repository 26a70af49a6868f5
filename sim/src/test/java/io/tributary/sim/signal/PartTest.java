package io.tributary.sim.signal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tributary.sim.signal.Steps.Level;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

final class PartTest {
  private static final ZoneId VIENNA = ZoneId.of("Europe/Vienna");
  private static final long MINUTE_MS = 60_000;
  private static final long HOUR_MS = 60 * MINUTE_MS;
  private static final long DAY_MS = 24 * HOUR_MS;
  private static final long MONDAY_MS = Instant.parse("2026-03-02T00:00:00Z").toEpochMilli();
  private static final int MANY = 50_000;

  private final SplittableRandom random = new SplittableRandom(7);

  @Test
  void aDayIsHighestAtItsHourOfTheLocalTimeAndComesAgain() {
    Part cycle = new DailyCycle(3, 15, VIENNA);
    long peakMs = Instant.parse("2026-03-02T14:00:00Z").toEpochMilli();
    assertEquals(3, cycle.at(peakMs), 1e-9);
    assertEquals(-3, cycle.at(peakMs + 12 * HOUR_MS), 1e-9);
    assertEquals(0, cycle.at(peakMs + 6 * HOUR_MS), 1e-9);
    assertEquals(3, cycle.at(peakMs + DAY_MS), 1e-9);
    long inSummerMs = Instant.parse("2026-07-06T13:00:00Z").toEpochMilli();
    assertEquals(3, cycle.at(inSummerMs), 1e-9);
  }

  @Test
  void aPlantWorksInShiftsOnWorkdays() {
    Part shifts = new Shifts(VIENNA);
    assertEquals(Shifts.NIGHT, shifts.at(MONDAY_MS + 4 * HOUR_MS));
    assertEquals(Shifts.WORKING, shifts.at(MONDAY_MS + 5 * HOUR_MS));
    assertEquals(Shifts.WORKING, shifts.at(MONDAY_MS + 21 * HOUR_MS - 1));
    assertEquals(Shifts.NIGHT, shifts.at(MONDAY_MS + 21 * HOUR_MS));
    assertEquals(Shifts.WORKING, shifts.at(MONDAY_MS + 4 * DAY_MS + 12 * HOUR_MS));
    assertEquals(Shifts.WEEKEND, shifts.at(MONDAY_MS + 5 * DAY_MS + 12 * HOUR_MS));
    assertEquals(Shifts.WEEKEND, shifts.at(MONDAY_MS + 6 * DAY_MS + 12 * HOUR_MS));
    assertEquals(Shifts.WORKING, shifts.at(MONDAY_MS + 7 * DAY_MS + 12 * HOUR_MS));
  }

  @Test
  void whiteNoiseHasItsDeviationAndNoMemory() {
    double[] values = values(new WhiteNoise(random, 0.5), 1_000);
    assertEquals(0, mean(values), 0.01);
    assertEquals(0.5, Math.sqrt(covariance(values, 0)), 0.01);
    assertEquals(0, covariance(values, 1) / covariance(values, 0), 0.02);
  }

  @Test
  void redNoiseRemembersByTimeAndNotByReading() {
    double correlationMs = 20 * MINUTE_MS;
    double[] often = values(new RedNoise(random, 0.5, correlationMs), MINUTE_MS);
    assertEquals(0.5, Math.sqrt(covariance(often, 0)), 0.03);
    assertEquals(Math.exp(-1 / 20.0), covariance(often, 1) / covariance(often, 0), 0.01);
    assertEquals(Math.exp(-1), covariance(often, 20) / covariance(often, 0), 0.06);
    double[] seldom = values(new RedNoise(random, 0.5, correlationMs), 10 * MINUTE_MS);
    assertEquals(0.5, Math.sqrt(covariance(seldom, 0)), 0.02);
    assertEquals(Math.exp(-0.5), covariance(seldom, 1) / covariance(seldom, 0), 0.02);
  }

  @Test
  void driftGoesOneWayAtOneRateAndStopsAtItsBound() {
    Drift drift = new Drift(random, 1, 2);
    assertEquals(0, drift.at(MONDAY_MS), 1e-9);
    double day = drift.at(MONDAY_MS + DAY_MS);
    assertTrue(day != 0 && Math.abs(day) <= 1, () -> "drifts " + day);
    assertEquals(2 * day, drift.at(MONDAY_MS + 2 * DAY_MS), 1e-9);
    assertEquals(2 * Math.signum(day), drift.at(MONDAY_MS + 10_000 * DAY_MS), 1e-9);
  }

  @Test
  void stepsHoldTheirLevelsForTheirTimes() {
    Steps steps = new Steps(random, new Level(0, 10 * MINUTE_MS), new Level(1, 2 * MINUTE_MS));
    double[] values = values(steps, 1_000);
    int changes = 0;
    double open = 0;
    for (int i = 0; i < values.length; i++) {
      assertTrue(values[i] == 0 || values[i] == 1);
      changes += i > 0 && values[i] != values[i - 1] ? 1 : 0;
      open += values[i];
    }
    assertEquals(2.0 / 12, open / values.length, 0.05);
    double cycles = values.length / 60.0 / (12 * 1.05);
    assertEquals(2 * cycles, changes, 0.3 * 2 * cycles);
  }

  @Test
  void aCounterOnlyGoesUpUntilItWrapsOrItsDeviceReboots() {
    Counter counter = new Counter(random, 600, 1_000, Part.constant(1));
    double[] values = values(counter, MINUTE_MS);
    int wraps = 0;
    for (int i = 1; i < values.length; i++) {
      assertTrue(values[i] >= 0 && values[i] < 1_000 && values[i] == Math.rint(values[i]));
      wraps += values[i] < values[i - 1] ? 1 : 0;
    }
    assertEquals(MANY * 10 / 1_000.0, wraps, 0.35 * MANY * 10 / 1_000.0);
    long afterMs = MONDAY_MS + MANY * MINUTE_MS;
    assertNotEquals(0, counter.at(afterMs));
    counter.restart();
    assertEquals(0, counter.at(afterMs));
  }

  @Test
  void aTankIsUsedUpAndFilledAgain() {
    double[] values = values(new Tank(random, 6, new Shifts(ZoneOffset.UTC)), MINUTE_MS);
    int fillings = 0;
    for (int i = 2; i < values.length; i++) {
      assertTrue(values[i] > 5 && values[i] <= 95, "a level in the tank");
      fillings += values[i] > values[i - 1] && values[i - 1] <= values[i - 2] ? 1 : 0;
    }
    assertTrue(fillings > 10 && fillings < 60, "filled " + fillings + " times in five weeks");
  }

  @Test
  void aSumAddsAndPassesARebootOn() {
    Counter counter = new Counter(random, 600, 1_000, Part.constant(1));
    Part sum = Part.sum(Part.constant(1_000), new Scaled(counter, Part.constant(2)));
    assertTrue(sum.at(MONDAY_MS) > 1_000);
    sum.restart();
    assertEquals(1_000, sum.at(MONDAY_MS));
  }

  private static double[] values(Part part, long stepMs) {
    double[] values = new double[MANY];
    for (int i = 0; i < MANY; i++) {
      values[i] = part.at(MONDAY_MS + i * stepMs);
    }
    return values;
  }

  private static double mean(double[] values) {
    double sum = 0;
    for (double value : values) {
      sum += value;
    }
    return sum / values.length;
  }

  private static double covariance(double[] values, int lag) {
    double mean = mean(values);
    double sum = 0;
    for (int i = lag; i < values.length; i++) {
      sum += (values[i] - mean) * (values[i - lag] - mean);
    }
    return sum / (values.length - lag);
  }
}
