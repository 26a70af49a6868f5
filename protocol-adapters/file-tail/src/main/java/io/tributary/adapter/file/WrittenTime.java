package io.tributary.adapter.file;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.format.ResolverStyle;
import java.time.temporal.ChronoField;
import java.time.temporal.TemporalAccessor;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// How a column writes times: `iso`, `epoch-s`, `epoch-ms`, or a pattern of java.time.
final class WrittenTime {
  private static final Instant EARLIEST = Instant.EPOCH;
  private static final Instant LATEST = Instant.parse("9999-12-31T23:59:59.999999999Z");

  /// Of either unit; 18 digits and 9 behind the point are more than any clock has.
  private static final Pattern EPOCH = Pattern.compile("[0-9]{1,18}(?:\\.[0-9]{1,9})?");

  private final int nanosDigits;
  private final @Nullable DateTimeFormatter formatter;
  private final ZoneId zone;

  private WrittenTime(int nanosDigits, @Nullable DateTimeFormatter formatter, ZoneId zone) {
    this.nanosDigits = nanosDigits;
    this.formatter = formatter;
    this.zone = zone;
  }

  /// @param zone of times that name none
  /// @throws IllegalArgumentException when the format is neither of the words nor a pattern
  static WrittenTime of(String format, ZoneId zone) {
    return switch (format) {
      case "iso" -> new WrittenTime(0, DateTimeFormatter.ISO_DATE_TIME, zone);
      case "epoch-s" -> new WrittenTime(9, null, zone);
      case "epoch-ms" -> new WrittenTime(6, null, zone);
      default -> new WrittenTime(0, pattern(format), zone);
    };
  }

  /// Strict, since the lenient way makes 31 February the 28th; the era is given, for strict years of `yyyy` need one.
  private static DateTimeFormatter pattern(String pattern) {
    return new DateTimeFormatterBuilder()
        .appendPattern(pattern)
        .parseDefaulting(ChronoField.ERA, 1)
        .toFormatter(Locale.ROOT)
        .withResolverStyle(ResolverStyle.STRICT);
  }

  /// Reads a time.
  ///
  /// @throws DateTimeException when it is none, or not of 1970 to 9999
  Instant read(String text) {
    return check(formatter == null ? epoch(text) : local(formatter, text));
  }

  static Instant check(Instant time) {
    if (time.isBefore(EARLIEST) || time.isAfter(LATEST)) {
      throw new DateTimeException(time + " is not of 1970 to 9999");
    }
    return time;
  }

  private Instant epoch(String text) {
    if (!EPOCH.matcher(text).matches()) {
      throw new DateTimeException("it must be digits, perhaps with a fraction");
    }
    BigDecimal nanos = new BigDecimal(text).movePointRight(nanosDigits);
    BigDecimal[] parts = nanos.divideAndRemainder(BigDecimal.TEN.pow(9));
    return Instant.ofEpochSecond(
        parts[0].longValueExact(), parts[1].setScale(0, RoundingMode.DOWN).longValueExact());
  }

  /// A time of day that a zone leaves out in spring is none; one that comes twice in autumn is the first.
  private Instant local(DateTimeFormatter format, String text) {
    TemporalAccessor parsed =
        format.parseBest(text, ZonedDateTime::from, LocalDateTime::from, LocalDate::from);
    return switch (parsed) {
      case ZonedDateTime zoned -> zoned.toInstant();
      case LocalDateTime local when zone.getRules().getValidOffsets(local).isEmpty() ->
          throw new DateTimeException("the clocks of " + zone + " leave it out");
      case LocalDateTime local -> local.atZone(zone).toInstant();
      case LocalDate day -> day.atStartOfDay(zone).toInstant();
      default -> throw new DateTimeException(text);
    };
  }
}
