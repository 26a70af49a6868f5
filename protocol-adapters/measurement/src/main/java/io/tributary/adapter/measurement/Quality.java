package io.tributary.adapter.measurement;

import java.util.Locale;

/// What a consumer may do with a value.
public enum Quality {
  /// It is what the source said, or measured, at its time.
  GOOD,
  /// It is the last one known, and older than the configuration allows.
  STALE,
  /// There is none, and the reason says why.
  ERROR;

  /// As in readings.
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
