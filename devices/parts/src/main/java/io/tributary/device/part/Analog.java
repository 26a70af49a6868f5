package io.tributary.device.part;

import io.tributary.adapter.measurement.Measurement;
import io.tributary.settings.Section;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import org.jspecify.annotations.Nullable;

/// What a voltage stands for: a tank's level behind a resistor, a battery behind a divider.
///
/// @param unit null: V, when nothing is scaled
record Analog(String name, BigDecimal scale, BigDecimal offset, @Nullable String unit) {
  private static final int DIGITS = 7;

  /// Takes the keys `scale`, `offset` and `unit` of an input.
  static Analog read(Section section, String name) {
    BigDecimal scale = section.decimal("scale", BigDecimal.ONE, null, null);
    BigDecimal offset = section.decimal("offset", BigDecimal.ZERO, null, null);
    boolean isPlain = scale.compareTo(BigDecimal.ONE) == 0 && offset.signum() == 0;
    return new Analog(name, scale, offset, section.string("unit", isPlain ? "V" : ""));
  }

  /// @param volts exact
  Measurement of(BigDecimal volts, byte[] raw) {
    BigDecimal value =
        volts.multiply(scale).add(offset).round(new MathContext(DIGITS, RoundingMode.HALF_EVEN));
    return Measurement.good(name, Numbers.plain(value))
        .in(unit == null || unit.isEmpty() ? null : unit)
        .of(raw);
  }
}
