package io.tributary.adapter.file;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// A number as a file writes it: every digit is kept, `21.50` stays `21.50`.
final class WrittenNumber extends Number {
  /// RFC 8259, section 6.
  private static final Pattern JSON_NUMBER =
      Pattern.compile("-?(?:0|[1-9][0-9]*)(?:\\.[0-9]+)?(?:[eE][+-]?[0-9]+)?");

  private final String text;

  private WrittenNumber(String text) {
    this.text = text;
  }

  static boolean isOne(String text) {
    return JSON_NUMBER.matcher(text).matches();
  }

  /// What a field says: nothing, a number, or a text.
  static @Nullable Object orText(String field) {
    return field.isEmpty() ? null : isOne(field) ? new WrittenNumber(field) : field;
  }

  @Override
  public int intValue() {
    return (int) doubleValue();
  }

  @Override
  public long longValue() {
    return (long) doubleValue();
  }

  @Override
  public float floatValue() {
    return Float.parseFloat(text);
  }

  @Override
  public double doubleValue() {
    return Double.parseDouble(text);
  }

  @Override
  public String toString() {
    return text;
  }
}
