package io.tributary.sim.chaos;

import java.io.PrintWriter;
import java.util.Locale;

/// What was done when, on the error stream, so that a run can be followed and told again.
final class Timeline {
  private final PrintWriter err;
  private final long startNanos = System.nanoTime();

  Timeline(PrintWriter err) {
    this.err = err;
  }

  synchronized void say(String text) {
    err.printf(Locale.ROOT, "%8.2f  %s%n", seconds(), text);
    err.flush();
  }

  double seconds() {
    return (System.nanoTime() - startNanos) / 1e9;
  }
}
