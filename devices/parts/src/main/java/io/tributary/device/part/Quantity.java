package io.tributary.device.part;

import io.tributary.adapter.measurement.Measurement;

/// What a part measures, and how far.
///
/// @param decimals that it can tell apart
record Quantity(String source, String unit, int decimals, double lowest, double highest) {
  /// A value that the part cannot have measured is an error.
  Measurement of(double value, byte[] raw) {
    if (value >= lowest && value <= highest) {
      return Measurement.good(source, Numbers.rounded(value, decimals)).in(unit).of(raw);
    }
    return Measurement.error(
            source,
            "%.1f %s is beyond what the part measures, %.0f to %.0f"
                .formatted(value, unit, lowest, highest))
        .of(raw);
  }
}
