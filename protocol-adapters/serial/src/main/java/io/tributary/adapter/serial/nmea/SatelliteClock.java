package io.tributary.adapter.serial.nmea;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// The time of a line's sentences. RMC and ZDA have a date; what has a time of day alone is of the day that brings it nearest to the
/// last one that had both, so midnight is no trap. Before the first date there is no time.
final class SatelliteClock {
  private static final Pattern TIME =
      Pattern.compile("([0-9]{2})([0-9]{2})([0-9]{2})(?:\\.([0-9]{1,9}))?");
  private static final Pattern DATE = Pattern.compile("([0-9]{2})([0-9]{2})([0-9]{2})");
  private static final Duration HALF_A_DAY = Duration.ofHours(12);

  /// Two digits of a year below it are of this century; the first receivers are of 1980.
  private static final int CENTURY_TURNS = 80;

  private static final int HOURS = 24;
  private static final int MINUTES = 60;

  /// A leap second has number 60.
  private static final int SECONDS = 61;

  private @Nullable Instant latest;

  /// The time that a sentence says; null when it says none, or no date is known yet.
  ///
  /// @throws FieldRefused when it says one that there is not
  @Nullable Instant read(Sentence sentence) throws FieldRefused {
    return switch (sentence.type()) {
      case "RMC" -> dated(sentence.field(1), ofDigits(sentence.field(9)));
      case "ZDA" -> dated(sentence.field(1), ofFields(sentence));
      case "GGA", "GNS", "GST", "GBS" -> ofDay(sentence.field(1));
      case "GLL" -> ofDay(sentence.field(5));
      default -> null;
    };
  }

  private @Nullable Instant dated(String time, @Nullable LocalDate date) throws FieldRefused {
    Duration sinceMidnight = time(time);
    if (sinceMidnight == null || date == null) {
      return null;
    }
    latest = date.atStartOfDay().toInstant(ZoneOffset.UTC).plus(sinceMidnight);
    return latest;
  }

  private @Nullable Instant ofDay(String time) throws FieldRefused {
    Duration sinceMidnight = time(time);
    Instant near = latest;
    if (sinceMidnight == null || near == null) {
      return null;
    }
    Instant same =
        near.atOffset(ZoneOffset.UTC)
            .toLocalDate()
            .atStartOfDay()
            .toInstant(ZoneOffset.UTC)
            .plus(sinceMidnight);
    Duration ahead = Duration.between(near, same);
    if (ahead.compareTo(HALF_A_DAY) > 0) {
      return same.minus(Duration.ofDays(1));
    }
    return ahead.compareTo(HALF_A_DAY.negated()) < 0 ? same.plus(Duration.ofDays(1)) : same;
  }

  private static @Nullable Duration time(String text) throws FieldRefused {
    if (text.isEmpty()) {
      return null;
    }
    Matcher parts = TIME.matcher(text);
    if (!parts.matches()) {
      throw new FieldRefused("time is '" + text + "', which is no hhmmss");
    }
    int hours = Integer.parseInt(parts.group(1));
    int minutes = Integer.parseInt(parts.group(2));
    int seconds = Integer.parseInt(parts.group(3));
    if (hours >= HOURS || minutes >= MINUTES || seconds >= SECONDS) {
      throw new FieldRefused("time is '" + text + "', which is on no clock");
    }
    String fraction = parts.group(4) == null ? "" : parts.group(4);
    return Duration.ofHours(hours)
        .plusMinutes(minutes)
        .plusSeconds(seconds)
        .plusNanos(Long.parseLong((fraction + "000000000").substring(0, 9)));
  }

  private static @Nullable LocalDate ofDigits(String text) throws FieldRefused {
    if (text.isEmpty()) {
      return null;
    }
    Matcher parts = DATE.matcher(text);
    if (!parts.matches()) {
      throw new FieldRefused("date is '" + text + "', which is no ddmmyy");
    }
    int year = Integer.parseInt(parts.group(3));
    return date(
        year + (year < CENTURY_TURNS ? 2000 : 1900),
        Integer.parseInt(parts.group(2)),
        Integer.parseInt(parts.group(1)));
  }

  private static @Nullable LocalDate ofFields(Sentence sentence) throws FieldRefused {
    if (sentence.field(2).isEmpty() || sentence.field(3).isEmpty() || sentence.field(4).isEmpty()) {
      return null;
    }
    return date(
        Fields.integer(sentence.field(4), "year"),
        Fields.integer(sentence.field(3), "month"),
        Fields.integer(sentence.field(2), "day"));
  }

  private static LocalDate date(long year, long month, long day) throws FieldRefused {
    try {
      return LocalDate.of(Math.toIntExact(year), Math.toIntExact(month), Math.toIntExact(day));
    } catch (DateTimeException | ArithmeticException e) {
      throw new FieldRefused("date is in no calendar: " + year + "-" + month + "-" + day);
    }
  }
}
