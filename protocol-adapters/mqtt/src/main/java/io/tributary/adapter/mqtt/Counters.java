package io.tributary.adapter.mqtt;

import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/// What happened how often, and the last trouble in words. Counts on the event loop, or on a journal's thread for what nobody
/// waits for; read by anyone.
final class Counters {
  private final Map<Counter, AtomicLong> counts = new EnumMap<>(Counter.class);
  private volatile @Nullable String lastExample;

  Counters() {
    for (Counter counter : Counter.values()) {
      counts.put(counter, new AtomicLong());
    }
  }

  void count(Counter counter) {
    count(counter, 1);
  }

  void count(Counter counter, long amount) {
    counter(counter).getAndAdd(amount);
  }

  /// Says what was counted last, for whoever looks why.
  void example(String text) {
    lastExample =
        text.length() > Bounds.EXAMPLE_CHARACTERS
            ? text.substring(0, Bounds.EXAMPLE_CHARACTERS)
            : text;
  }

  /// Null while there was none.
  @Nullable String lastExample() {
    return lastExample;
  }

  long of(Counter counter) {
    return counter(counter).get();
  }

  Map<String, Long> all() {
    Map<String, Long> all = new LinkedHashMap<>();
    counts.forEach((counter, count) -> all.put(counter.shown, count.get()));
    return all;
  }

  private AtomicLong counter(Counter counter) {
    AtomicLong count = counts.get(counter);
    if (count == null) {
      throw new IllegalStateException("every counter is there from the start");
    }
    return count;
  }
}
