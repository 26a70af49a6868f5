package io.tributary.adapter.mqtt.mapping;

import java.time.DateTimeException;
import java.time.OffsetDateTime;
import java.time.format.DateTimeFormatter;

/// Reads a time that a device wrote: milliseconds since 1970 as a number, or ISO 8601 with an offset.
final class Timestamps {
  static final long INVALID = -1;

  /// The last millisecond of the year 9999: what is later is a unit other than milliseconds.
  private static final long MAX_MS = 253_402_300_799_999L;

  private static final int MAX_TEXT = 40;

  private Timestamps() {}

  /// Milliseconds since 1970, or {@link #INVALID}. A time without an offset is not taken: nobody knows where it was written.
  static long parse(String text) {
    if (text.isEmpty() || text.length() > MAX_TEXT) {
      return INVALID;
    }
    long ms = digits(text);
    if (ms == INVALID) {
      ms = text.indexOf('T') > 0 || text.indexOf('t') > 0 ? iso(text) : decimal(text);
    }
    return ms >= 0 && ms <= MAX_MS ? ms : INVALID;
  }

  private static long digits(String text) {
    if (text.length() > 15) {
      return INVALID;
    }
    long value = 0;
    for (int i = 0; i < text.length(); i++) {
      int digit = text.charAt(i) - '0';
      if (digit < 0 || digit > 9) {
        return INVALID;
      }
      value = value * 10 + digit;
    }
    return value;
  }

  private static long decimal(String text) {
    for (int i = 0; i < text.length(); i++) {
      if ("0123456789+-.eE".indexOf(text.charAt(i)) < 0) {
        return INVALID;
      }
    }
    try {
      return (long) Double.parseDouble(text);
    } catch (NumberFormatException e) {
      return INVALID;
    }
  }

  private static long iso(String text) {
    try {
      return OffsetDateTime.parse(text, DateTimeFormatter.ISO_OFFSET_DATE_TIME)
          .toInstant()
          .toEpochMilli();
    } catch (DateTimeException | ArithmeticException e) {
      return INVALID;
    }
  }
}
