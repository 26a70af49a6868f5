package io.tributary.sim.signal;

import java.time.DayOfWeek;
import java.time.Instant;
import java.time.ZoneId;

/// What a clock on the wall shows where the sensors are. Any thread.
///
/// @param zone of the plant
record LocalTime(ZoneId zone) {
  private static final double MS_PER_HOUR = 3_600_000;
  private static final long MS_PER_DAY = 86_400_000;
  private static final int DAYS_OF_WEEK = 7;

  /// 1970 began on a Thursday.
  private static final int FIRST_DAY = DayOfWeek.THURSDAY.getValue();

  /// 0 to 24, with its fraction.
  double hour(long timeMs) {
    return Math.floorMod(local(timeMs), MS_PER_DAY) / MS_PER_HOUR;
  }

  boolean isWeekend(long timeMs) {
    long day = Math.floorDiv(local(timeMs), MS_PER_DAY);
    int dayOfWeek = Math.floorMod(day + FIRST_DAY - 1, DAYS_OF_WEEK) + 1; // Monday is 1
    return dayOfWeek >= DayOfWeek.SATURDAY.getValue();
  }

  private long local(long timeMs) {
    return timeMs
        + zone.getRules().getOffset(Instant.ofEpochMilli(timeMs)).getTotalSeconds() * 1000L;
  }
}
