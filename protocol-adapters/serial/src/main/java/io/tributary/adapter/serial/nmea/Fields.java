package io.tributary.adapter.serial.nmea;

import java.math.BigDecimal;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Reads single fields. An empty one has no value; one that is none is refused, never guessed.
final class Fields {
  private static final Pattern NUMBER =
      Pattern.compile("[+-]?[0-9]{1,12}(\\.[0-9]{0,12})?|[+-]?\\.[0-9]{1,12}");
  private static final Pattern ANGLE = Pattern.compile("([0-9]{1,3})([0-9]{2}(?:\\.[0-9]{0,12})?)");
  private static final BigDecimal SIXTY = BigDecimal.valueOf(60);

  /// Of a degree: a tenth of a millimetre.
  private static final int ANGLE_DIGITS = 9;

  private static final int POLE = 90;
  private static final int ANTIMERIDIAN = 180;

  private Fields() {}

  static @Nullable Object read(Sentence sentence, Column column) throws FieldRefused {
    String text = sentence.field(column.number());
    String next = sentence.field(column.number() + 1);
    if (text.isEmpty()) {
      return null;
    }
    return switch (column.kind()) {
      case TEXT -> text;
      case INTEGER -> integer(text, column.name());
      case DECIMAL -> decimal(text, column.name());
      case LATITUDE -> angle(text, next, "N", "S", POLE, column.name());
      case LONGITUDE -> angle(text, next, "E", "W", ANTIMERIDIAN, column.name());
      case EAST -> signed(text, next, column.name());
    };
  }

  static BigDecimal decimal(String text, String name) throws FieldRefused {
    if (!NUMBER.matcher(text).matches()) {
      throw new FieldRefused(name + " is '" + text + "', which is no number");
    }
    return new BigDecimal(text.endsWith(".") ? text.substring(0, text.length() - 1) : text);
  }

  static long integer(String text, String name) throws FieldRefused {
    BigDecimal number = decimal(text, name);
    try {
      return number.longValueExact();
    } catch (ArithmeticException e) {
      throw new FieldRefused(name + " is '" + text + "', which is no whole number");
    }
  }

  private static BigDecimal signed(String text, String next, String name) throws FieldRefused {
    BigDecimal number = decimal(text, name);
    return switch (next) {
      case "E" -> number;
      case "W" -> number.negate();
      default -> throw new FieldRefused(name + " is neither E nor W: '" + next + "'");
    };
  }

  /// Degrees with minutes behind them, as degrees.
  private static BigDecimal angle(
      String text, String next, String plus, String minus, int most, String name)
      throws FieldRefused {
    var parts = ANGLE.matcher(text);
    if (!parts.matches()) {
      throw new FieldRefused(name + " is '" + text + "', which is no angle in degrees and minutes");
    }
    BigDecimal minutes =
        new BigDecimal(parts.group(2).endsWith(".") ? parts.group(2) + "0" : parts.group(2));
    BigDecimal degrees =
        new BigDecimal(parts.group(1))
            .add(minutes.divide(SIXTY, ANGLE_DIGITS, java.math.RoundingMode.HALF_EVEN));
    if (minutes.compareTo(SIXTY) >= 0 || degrees.compareTo(BigDecimal.valueOf(most)) > 0) {
      throw new FieldRefused(name + " is '" + text + "', which is beyond " + most + " degrees");
    }
    if (next.equals(plus)) {
      return degrees;
    }
    if (next.equals(minus)) {
      return degrees.negate();
    }
    throw new FieldRefused(name + " is neither " + plus + " nor " + minus + ": '" + next + "'");
  }
}
