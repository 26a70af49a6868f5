package io.tributary.device.sensor;

/// What the adapter counts beside its {@link io.tributary.adapter.measurement.Feed}.
enum Counter {
  /// Measurements of a part, whatever came of them.
  MEASURED,
  /// Those of which nothing came, since the part did not answer, or is not what it should be.
  FAILED,
  /// Values that the part itself calls doubtful.
  DOUBTFUL,
  /// Turns that were left out since the ones before took too long.
  SKIPPED
}
