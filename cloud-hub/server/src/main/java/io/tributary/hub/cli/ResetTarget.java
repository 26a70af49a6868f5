package io.tributary.hub.cli;

import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.util.Map;

/// Where `group reset` puts a group.
sealed interface ResetTarget {
  /// At the oldest record that is kept.
  record Earliest() implements ResetTarget {}

  /// Behind the newest record.
  record Latest() implements ResetTarget {}

  /// At an offset of each partition.
  record At(long offset) implements ResetTarget {}

  /// At the first record that is as old, or younger; at the end when there is none.
  record Time(long timestampMs) implements ResetTarget {}

  /// So many offsets on, or back, from what is committed.
  record Shift(long by) implements ResetTarget {}

  /// The offset of a partition, within its start and its end.
  ///
  /// @param byTime the offset of a {@link Time}, by partition; no entry where no record is as young
  /// @param committed what is committed; the start where nothing is
  default long offset(
      int partition, long start, long end, long committed, Map<Integer, Long> byTime) {
    long wished =
        switch (this) {
          case Earliest earliest -> start;
          case Latest latest -> end;
          case At at -> at.offset();
          case Time time -> byTime.getOrDefault(partition, end);
          case Shift shift -> shifted(committed, shift.by());
        };
    return Math.clamp(wished, start, end);
  }

  private static long shifted(long committed, long by) {
    long sum = committed + by;
    boolean isOver = ((committed ^ sum) & (by ^ sum)) < 0;
    return isOver ? (by > 0 ? Long.MAX_VALUE : 0) : sum;
  }

  /// Reads a time as people and scripts write it: `1764300000000` (milliseconds since 1970), `2026-11-28T03:00:00Z`,
  /// `2026-11-28T03:00:00+01:00`; without an offset it is UTC, as in Kafka's own tools.
  ///
  /// @throws IllegalArgumentException for anything else
  static Time time(String text) {
    if (!text.isEmpty() && text.chars().allMatch(c -> c >= '0' && c <= '9')) {
      return new Time(Long.parseLong(text));
    }
    try {
      return new Time(OffsetDateTime.parse(text).toInstant().toEpochMilli());
    } catch (DateTimeParseException noOffset) {
      try {
        Instant instant = LocalDateTime.parse(text).toInstant(ZoneOffset.UTC);
        return new Time(instant.toEpochMilli());
      } catch (DateTimeParseException e) {
        throw new IllegalArgumentException(
            "'" + text + "' is no time; write 2026-11-28T03:00:00Z or milliseconds since 1970", e);
      }
    }
  }
}
