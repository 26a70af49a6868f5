package io.tributary.adapter;

import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/// What an adapter counts, and its last example of what went wrong. Any thread.
///
/// @param <C> the names: `TOO_LARGE` is shown as `tooLarge`
public final class Counts<C extends Enum<C>> {
  /// Of an example: what a source sends may be long.
  private static final int EXAMPLE_CHARACTERS = 300;

  private final Map<C, AtomicLong> values;
  private volatile @Nullable String lastError;

  public Counts(Class<C> names) {
    values = new EnumMap<>(names);
    for (C name : names.getEnumConstants()) {
      values.put(name, new AtomicLong());
    }
  }

  public void count(C name) {
    count(name, 1);
  }

  public void count(C name, long amount) {
    AtomicLong value = values.get(name);
    if (value != null) {
      value.getAndAdd(amount);
    }
  }

  /// Counts something that went wrong, and keeps it as the example.
  public void count(C name, String whatHappened) {
    count(name);
    example(whatHappened);
  }

  public void example(String text) {
    lastError = text.length() > EXAMPLE_CHARACTERS ? text.substring(0, EXAMPLE_CHARACTERS) : text;
  }

  public @Nullable String lastError() {
    return lastError;
  }

  /// All of them, in the order of their names, as {@link AdapterStatus#counters} has them.
  public Map<String, Long> shown() {
    Map<String, Long> all = new LinkedHashMap<>();
    values.forEach((name, value) -> all.put(camelCase(name), value.get()));
    return all;
  }

  private String camelCase(C name) {
    StringBuilder shown = new StringBuilder();
    for (String word : name.name().toLowerCase(Locale.ROOT).split("_", -1)) {
      shown.append(
          shown.isEmpty()
              ? word
              : word.substring(0, 1).toUpperCase(Locale.ROOT) + word.substring(1));
    }
    return shown.toString();
  }
}
