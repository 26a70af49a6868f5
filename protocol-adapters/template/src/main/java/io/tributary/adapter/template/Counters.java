package io.tributary.adapter.template;

import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/// What happened since the start, and an example of what went wrong last. Any thread.
final class Counters {
  enum Counter {
    CONNECTED,
    /// Turned away: there were too many.
    REJECTED,
    /// Connections that ended with an error.
    LOST,
    LOGGED,
    /// Answered, and not logged a second time.
    REPEATED,
    MALFORMED,
    REFUSED,
    /// How often lines began to wait for room in the journal.
    PAUSED
  }

  static final Map<String, Long> NONE = Map.of();

  private static final int EXAMPLE_CHARACTERS = 200;

  private final Map<Counter, LongAdder> counts = new EnumMap<>(Counter.class);
  private volatile @Nullable String example;

  Counters() {
    for (Counter counter : Counter.values()) {
      counts.put(counter, new LongAdder());
    }
  }

  @SuppressWarnings("NullAway") // each has one
  void count(Counter counter) {
    counts.get(counter).increment();
  }

  void count(Counter counter, String whatHappened) {
    count(counter);
    example = whatHappened.substring(0, Math.min(whatHappened.length(), EXAMPLE_CHARACTERS));
  }

  Map<String, Long> shown() {
    Map<String, Long> shown = new LinkedHashMap<>();
    counts.forEach(
        (counter, count) -> shown.put(counter.name().toLowerCase(Locale.ROOT), count.sum()));
    return shown;
  }

  @Nullable String example() {
    return example;
  }
}
