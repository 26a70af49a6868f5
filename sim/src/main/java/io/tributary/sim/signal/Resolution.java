package io.tributary.sim.signal;

import java.math.BigDecimal;

/// What a sensor can show: a range, in steps. Any thread.
///
/// @param step the smallest difference, a decimal
public record Resolution(double least, double most, BigDecimal step) {
  public Resolution {
    if (least >= most || step.signum() <= 0) {
      throw new IllegalArgumentException("a range of " + least + " to " + most + " by " + step);
    }
  }

  static Resolution of(double least, double most, String step) {
    return new Resolution(least, most, new BigDecimal(step));
  }

  /// The nearest value that the sensor can show.
  public double quantise(double value) {
    double size = step.doubleValue();
    return Math.round(Math.clamp(value, least, most) / size) * size;
  }

  /// A value as the sensor writes it, with the decimals of its step; `NaN` where there is none.
  public String text(double value) {
    if (Double.isNaN(value)) {
      return "NaN";
    }
    long steps = Math.round(value / step.doubleValue());
    return BigDecimal.valueOf(steps * step.unscaledValue().longValueExact(), step.scale())
        .toPlainString();
  }
}
