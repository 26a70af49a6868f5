package io.tributary.device.part;

import java.math.BigDecimal;
import java.math.RoundingMode;

/// Numbers as a sensor means them: with the digits that it can tell, and no others.
final class Numbers {
  private Numbers() {}

  static BigDecimal rounded(double value, int decimals) {
    return plain(new BigDecimal(value).setScale(decimals, RoundingMode.HALF_EVEN));
  }

  /// Without an exponent and without zeros at its end.
  static BigDecimal plain(BigDecimal value) {
    BigDecimal stripped = value.stripTrailingZeros();
    return stripped.scale() < 0 ? stripped.setScale(0, RoundingMode.UNNECESSARY) : stripped;
  }
}
