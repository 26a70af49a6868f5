package io.tributary.sim.signal;

import io.tributary.sim.signal.Steps.Level;
import java.time.ZoneId;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;

/// What is measured: its unit, what a usual sensor for it can show, and which parts make up its signal.
public enum Quantity {
  /// A hall: warmest at three in the afternoon, heated to set points.
  TEMPERATURE("°C", Resolution.of(-40, 125, "0.1")) {
    @Override
    Part part(SplittableRandom random, ZoneId zone) {
      return Part.sum(
          Part.constant(random.nextDouble(-1.5, 1.5)),
          new Steps(random.split(), levels(6, 18, 20, 22)),
          new DailyCycle(3, 15, zone),
          new RedNoise(random.split(), 0.4, minutes(20)),
          new WhiteNoise(random.split(), 0.08),
          new Drift(random.split(), 0.05, 2));
    }
  },

  /// Of the air: lowest when it is warmest.
  HUMIDITY("%", Resolution.of(0, 100, "0.5")) {
    @Override
    Part part(SplittableRandom random, ZoneId zone) {
      return Part.sum(
          Part.constant(random.nextDouble(45, 60)),
          new DailyCycle(9, 4, zone),
          new RedNoise(random.split(), 3, minutes(45)),
          new WhiteNoise(random.split(), 0.4),
          new Drift(random.split(), 0.2, 5));
    }
  },

  /// Of a bearing, root mean square: with the load of the shifts.
  VIBRATION("mm/s", Resolution.of(0, 50, "0.01")) {
    @Override
    Part part(SplittableRandom random, ZoneId zone) {
      Part running =
          Part.sum(
              Part.constant(random.nextDouble(1.8, 3.2)),
              new RedNoise(random.split(), 0.35, minutes(2)),
              new Drift(random.split(), 0.08, 3));
      return Part.sum(
          Part.constant(0.15),
          new Scaled(running, new Shifts(zone)),
          new WhiteNoise(random.split(), 0.05));
    }
  },

  /// Active power of a machine: set points, in shifts.
  POWER("kW", Resolution.of(0, 250, "0.05")) {
    @Override
    Part part(SplittableRandom random, ZoneId zone) {
      Part load =
          Part.sum(
              new Steps(random.split(), levels(0.5, 35, 60, 85, 110)),
              new RedNoise(random.split(), 3, minutes(3)));
      return Part.sum(
          Part.constant(4),
          new Scaled(load, new Shifts(zone)),
          new WhiteNoise(random.split(), 0.2));
    }
  },

  /// Of a tank.
  LEVEL("%", Resolution.of(0, 100, "0.1")) {
    @Override
    Part part(SplittableRandom random, ZoneId zone) {
      return Part.sum(
          new Tank(random.split(), 6, new Shifts(zone)), new WhiteNoise(random.split(), 0.15));
    }
  },

  /// Pieces, in a register of 16 bits.
  COUNTER("1", Resolution.of(0, 65_535, "1")) {
    @Override
    Part part(SplittableRandom random, ZoneId zone) {
      return new Counter(random.split(), 1_800, 65_536, new Shifts(zone));
    }
  },

  /// Of a door or a valve: 0 closed, 1 open.
  STATE("1", Resolution.of(0, 1, "1")) {
    @Override
    Part part(SplittableRandom random, ZoneId zone) {
      return new Steps(random.split(), new Level(0, minutes(12)), new Level(1, minutes(1.5)));
    }
  };

  private final String unit;

  @SuppressWarnings("ImmutableEnumChecker") // a record of numbers
  private final Resolution resolution;

  Quantity(String unit, Resolution resolution) {
    this.unit = unit;
    this.resolution = resolution;
  }

  /// Its signal at one place: another one for each seed.
  abstract Part part(SplittableRandom random, ZoneId zone);

  /// As UCUM writes it, but for the degree; `1` where there is none.
  public String unit() {
    return unit;
  }

  public Resolution resolution() {
    return resolution;
  }

  /// As options and topics write it.
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  private static Level[] levels(double holdHours, double... values) {
    Level[] levels = new Level[values.length];
    for (int i = 0; i < values.length; i++) {
      levels[i] = new Level(values[i], holdHours * minutes(60));
    }
    return levels;
  }

  private static double minutes(double minutes) {
    return minutes * TimeUnit.MINUTES.toMillis(1);
  }
}
