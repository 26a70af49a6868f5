package io.tributary.adapter.measurement;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// One value of one source. Made by {@link #good} or {@link #error}, and refined by the methods that answer a copy.
///
/// @param source which instrument, register or pin: the key of the reading
/// @param value a Boolean, a finite Number, a String, a List or a Map of such; null where there is none
/// @param unit of measure, as its owner or its standard writes it
/// @param reason why the quality is not good
/// @param time the source's own, where it has one
/// @param raw what the source sent, before anybody understood it; empty where it sent nothing
@SuppressWarnings("ArrayRecordComponent") // nobody compares measurements
public record Measurement(
    String source,
    @Nullable Object value,
    @Nullable String unit,
    Quality quality,
    @Nullable String reason,
    @Nullable Instant time,
    byte[] raw) {
  private static final byte[] NOTHING = {};

  public Measurement {
    Objects.requireNonNull(source, "source");
    Objects.requireNonNull(quality, "quality");
    Objects.requireNonNull(raw, "raw");
    checkValue(value);
    if ((quality == Quality.GOOD) != (reason == null)) {
      throw new IllegalArgumentException("good has no reason, anything else has one: " + reason);
    }
  }

  private static void checkValue(@Nullable Object value) {
    switch (value) {
      case null -> {}
      case Boolean flag -> {}
      case String text -> {}
      case Number number -> {
        if (!Double.isFinite(number.doubleValue()) && !isExact(number)) {
          throw new IllegalArgumentException(
              number + " has no form in JSON: it is no value, but an error with a reason");
        }
      }
      case List<?> list -> list.forEach(Measurement::checkValue);
      case Map<?, ?> map -> map.values().forEach(Measurement::checkValue);
      default -> throw new IllegalArgumentException(value.getClass().getName());
    }
  }

  /// Whether it is finite though a double cannot hold it.
  private static boolean isExact(Number number) {
    return !(number instanceof Double) && !(number instanceof Float);
  }

  public static Measurement good(String source, @Nullable Object value) {
    return new Measurement(source, value, null, Quality.GOOD, null, null, NOTHING);
  }

  /// No value, and why.
  public static Measurement error(String source, String reason) {
    return new Measurement(source, null, null, Quality.ERROR, reason, null, NOTHING);
  }

  public Measurement from(String newSource) {
    return new Measurement(newSource, value, unit, quality, reason, time, raw);
  }

  public Measurement in(@Nullable String newUnit) {
    return new Measurement(source, value, newUnit, quality, reason, time, raw);
  }

  public Measurement at(@Nullable Instant newTime) {
    return new Measurement(source, value, unit, quality, reason, newTime, raw);
  }

  public Measurement of(byte[] newRaw) {
    return new Measurement(source, value, unit, quality, reason, time, newRaw);
  }

  /// The same value, too old by now.
  public Measurement stale(String why) {
    return new Measurement(source, value, unit, Quality.STALE, why, time, raw);
  }
}
