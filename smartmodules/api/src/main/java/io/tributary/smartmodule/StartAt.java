package io.tributary.smartmodule;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import org.jspecify.annotations.Nullable;

/// Where in its source a pipeline begins.
public sealed interface StartAt {
  /// What may be written, for refusals.
  String WORDS = "earliest, latest, or a time such as 2026-11-29T12:00:00Z";

  /// At the first record that is kept.
  record Earliest() implements StartAt {}

  /// Behind the last record.
  record Latest() implements StartAt {}

  /// At the first record that is not older.
  record Time(long atMs) implements StartAt {}

  /// At this offset of every partition, or at the nearest that there is.
  record Offset(long offset) implements StartAt {}

  /// Reads one of {@link #WORDS}, or an offset.
  ///
  /// @return null when it is none
  static @Nullable StartAt of(String text) {
    if (text.equals("earliest")) {
      return new Earliest();
    }
    if (text.equals("latest")) {
      return new Latest();
    }
    try {
      if (!text.isEmpty() && text.chars().allMatch(c -> c >= '0' && c <= '9')) {
        return new Offset(Long.parseLong(text));
      }
      return new Time(
          text.endsWith("Z")
              ? Instant.parse(text).toEpochMilli()
              : OffsetDateTime.parse(text).toInstant().toEpochMilli());
    } catch (DateTimeException | NumberFormatException e) {
      return null;
    }
  }
}
