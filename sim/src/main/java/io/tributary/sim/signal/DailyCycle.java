package io.tributary.sim.signal;

import java.time.ZoneId;

/// A cosine of a day's length that is highest at an hour of the local time. Any thread.
final class DailyCycle implements Part {
  private static final double HOURS = 24;

  private final double amplitude;
  private final double peakHour;
  private final LocalTime time;

  /// @param peakHour 0 to 24
  DailyCycle(double amplitude, double peakHour, ZoneId zone) {
    this.amplitude = amplitude;
    this.peakHour = peakHour;
    this.time = new LocalTime(zone);
  }

  @Override
  public double at(long timeMs) {
    return amplitude * Math.cos(2 * Math.PI * (time.hour(timeMs) - peakHour) / HOURS);
  }
}
