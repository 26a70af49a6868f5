package io.tributary.smartmodule;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// Which earlier records a guest is shown before its first batch.
///
/// @param last how many of them at most; with an age, 0 means all of that age
/// @param age how old they are at most, counted from the newest; null: any
public record Lookback(long last, @Nullable Duration age) {
  public Lookback {
    if (last < 0 || (last == 0 && age == null)) {
      throw new IllegalArgumentException("a look back has a count or an age: " + last);
    }
  }
}
