package io.tributary.adapter.mqtt.bridge;

import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// What an adapter counts, and its last example of what went wrong. One thread counts, any thread reads.
///
/// @param <C> the names
final class Counts<C extends Enum<C>> {
  private final Map<C, AtomicLong> values;
  private volatile @Nullable String lastError;

  Counts(Class<C> names) {
    values = new EnumMap<>(names);
    for (C name : names.getEnumConstants()) {
      values.put(name, new AtomicLong());
    }
  }

  void count(C name) {
    count(name, 1);
  }

  void count(C name, long amount) {
    AtomicLong value = values.get(name);
    if (value != null) {
      value.getAndAdd(amount);
    }
  }

  void example(String text) {
    lastError =
        text.length() > Bounds.EXAMPLE_CHARACTERS
            ? text.substring(0, Bounds.EXAMPLE_CHARACTERS)
            : text;
  }

  @Nullable String lastError() {
    return lastError;
  }

  /// All of them, under the names that a status shows.
  Map<String, Long> shown(Function<C, String> name) {
    Map<String, Long> all = new LinkedHashMap<>();
    values.forEach((each, value) -> all.put(name.apply(each), value.get()));
    return all;
  }
}
