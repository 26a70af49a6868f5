package io.tributary.sim.clients;

import java.io.IOException;
import java.io.PrintWriter;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

/// Seconds since its making, and what is said of them.
final class Watch {
  private static final int SAY_EVERY_S = 10;
  private static final int LOOK_EVERY_MS = 20;

  private final long startNanos = System.nanoTime();
  private final PrintWriter err;
  private double sayAt = SAY_EVERY_S;

  Watch(PrintWriter err) {
    this.err = err;
  }

  double seconds() {
    return (System.nanoTime() - startNanos) / 1e9;
  }

  void say(String what) {
    err.printf("%6.1f s  %s%n", seconds(), what);
    err.flush();
  }

  /// Waits until so many seconds are over.
  ///
  /// @throws IOException when the tool ends before
  void until(double moment, Tool tool, String verb, LongSupplier done)
      throws IOException, InterruptedException {
    until(moment, tool, verb, done, () -> false);
  }

  /// Waits until so many seconds are over, or something has come true.
  void until(double moment, Tool tool, String verb, LongSupplier done, BooleanSupplier enough)
      throws IOException, InterruptedException {
    while (seconds() < moment && !enough.getAsBoolean()) {
      if (!tool.isAlive()) {
        throw new IOException("Kafka's tool has ended by itself; it said: " + tool.said());
      }
      if (seconds() > sayAt) {
        say("%,d %s".formatted(done.getAsLong(), verb));
        sayAt += SAY_EVERY_S;
      }
      TimeUnit.MILLISECONDS.sleep(LOOK_EVERY_MS);
    }
  }
}
