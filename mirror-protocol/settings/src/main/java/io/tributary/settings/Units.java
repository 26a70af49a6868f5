package io.tributary.settings;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// How sizes, durations and percentages are written. A unit is never left out: `30` is not a duration.
final class Units {
  static final String SIZES = "a size such as 512B, 64KiB, 16MiB or 10GB";
  static final String DURATIONS = "a duration such as 250ms, 2s, 5m, 8h or 7d";
  static final String PERCENT = "a percentage such as 80%";

  private static final Pattern NUMBER_AND_UNIT =
      Pattern.compile("([0-9]{1,15}(?:\\.[0-9]{1,6})?) ?([A-Za-z]+)");
  private static final Pattern PERCENTAGE = Pattern.compile("([0-9]{1,3}) ?%");

  private static final Map<String, Long> BYTES = new LinkedHashMap<>();
  private static final Map<String, Long> MILLIS = new LinkedHashMap<>();

  static {
    BYTES.put("TiB", 1L << 40);
    BYTES.put("TB", 1_000_000_000_000L);
    BYTES.put("GiB", 1L << 30);
    BYTES.put("GB", 1_000_000_000L);
    BYTES.put("MiB", 1L << 20);
    BYTES.put("MB", 1_000_000L);
    BYTES.put("KiB", 1L << 10);
    BYTES.put("KB", 1_000L);
    BYTES.put("kB", 1_000L);
    BYTES.put("B", 1L);

    MILLIS.put("d", 86_400_000L);
    MILLIS.put("h", 3_600_000L);
    MILLIS.put("m", 60_000L);
    MILLIS.put("s", 1_000L);
    MILLIS.put("ms", 1L);
  }

  private Units() {}

  /// @throws IllegalArgumentException when it is not a size
  static long parseSize(String text) {
    return parse(text, BYTES);
  }

  /// @throws IllegalArgumentException when it is not a duration
  static Duration parseDuration(String text) {
    return Duration.ofMillis(parse(text, MILLIS));
  }

  /// @throws IllegalArgumentException when it is not a percentage
  static int parsePercent(String text) {
    Matcher matcher = PERCENTAGE.matcher(text);
    if (!matcher.matches()) {
      throw new IllegalArgumentException(text);
    }
    return Integer.parseInt(matcher.group(1));
  }

  static String size(long bytes) {
    return format(bytes, BYTES);
  }

  static String duration(Duration duration) {
    return format(duration.toMillis(), MILLIS);
  }

  private static long parse(String text, Map<String, Long> units) {
    Matcher matcher = NUMBER_AND_UNIT.matcher(text);
    Long unit = matcher.matches() ? units.get(matcher.group(2)) : null;
    if (unit == null) {
      throw new IllegalArgumentException(text);
    }
    try {
      return new BigDecimal(matcher.group(1)).multiply(BigDecimal.valueOf(unit)).longValueExact();
    } catch (ArithmeticException fractionOrOverflow) {
      throw new IllegalArgumentException(text, fractionOrOverflow);
    }
  }

  /// In the largest unit that divides it, so that what is shown can be written back.
  private static String format(long amount, Map<String, Long> units) {
    for (Map.Entry<String, Long> unit : units.entrySet()) {
      if (amount != 0 && amount % unit.getValue() == 0) {
        return amount / unit.getValue() + unit.getKey();
      }
    }
    return amount + (units.containsKey("B") ? "B" : "ms");
  }
}
