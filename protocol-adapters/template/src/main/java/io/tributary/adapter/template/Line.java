package io.tributary.adapter.template;

import io.tributary.adapter.Completion;
import io.tributary.adapter.Counts;
import io.tributary.adapter.Refused;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// A line, and what becomes of it. Completed on a journal's thread, which marks it and returns; read by the listener's.
final class Line implements Completion {
  final long number;
  private final String key;
  private final Counts<Counter> counters;
  private volatile @Nullable String answer;
  private volatile boolean isForTheDeviceToKeep;

  Line(String key, long number, Counts<Counter> counters) {
    this.key = key;
    this.number = number;
    this.counters = counters;
  }

  /// A line whose answer is known without a journal.
  static Line answered(String answer, Counts<Counter> counters) {
    Line line = new Line("", 0, counters);
    line.answer = answer;
    return line;
  }

  @Override
  public void durable(long offset) {
    counters.count(Counter.LOGGED);
    answer = "ok " + key + " " + number;
  }

  @Override
  public void refused(Refused reason) {
    String word = reason.name().toLowerCase(Locale.ROOT).replace('_', '-');
    counters.count(Counter.REFUSED, "'" + key + " " + number + "': " + word);
    switch (reason) {
      case TOO_LARGE, QUOTA -> answer = "no " + key + " " + number + " " + word;
      case FAILED, SHUTDOWN -> isForTheDeviceToKeep = true;
    }
  }

  boolean isAnswered() {
    return answer != null;
  }

  String answer() {
    return String.valueOf(answer);
  }

  /// Nothing is said of it and the connection ends, so that the device sends it again.
  boolean isForTheDeviceToKeep() {
    return isForTheDeviceToKeep;
  }
}
