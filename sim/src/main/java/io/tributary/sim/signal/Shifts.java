package io.tributary.sim.signal;

import java.time.ZoneId;

/// How much of a plant runs: all of it in the two shifts from 6 to 22 on workdays, some at night, little at the weekend. A factor from 0
/// to 1. Any thread.
final class Shifts implements Part {
  static final double WORKING = 1;
  static final double NIGHT = 0.35;
  static final double WEEKEND = 0.12;
  private static final double FROM_HOUR = 6;
  private static final double TO_HOUR = 22;

  private final LocalTime time;

  Shifts(ZoneId zone) {
    this.time = new LocalTime(zone);
  }

  @Override
  public double at(long timeMs) {
    if (time.isWeekend(timeMs)) {
      return WEEKEND;
    }
    double hour = time.hour(timeMs);
    return hour >= FROM_HOUR && hour < TO_HOUR ? WORKING : NIGHT;
  }
}
