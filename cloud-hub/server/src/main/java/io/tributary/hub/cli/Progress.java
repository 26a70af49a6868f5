package io.tributary.hub.cli;

import java.io.PrintStream;
import java.util.concurrent.TimeUnit;

/// One line on a terminal that says how far a long file is, written over and over.
final class Progress {
  private static final long EVERY_MS = 500;

  private final PrintStream to;
  private final long totalBytes;
  private final long startNanos;
  private long shownNanos;
  private boolean isShown;

  Progress(PrintStream to, long totalBytes, long nowNanos) {
    this.to = to;
    this.totalBytes = totalBytes;
    this.startNanos = nowNanos;
    this.shownNanos = nowNanos;
  }

  /// Shows it when it is time to.
  ///
  /// @param readBytes of the file
  /// @param records that are acknowledged
  void at(long readBytes, long records, long nowNanos) {
    if (TimeUnit.NANOSECONDS.toMillis(nowNanos - shownNanos) < EVERY_MS) {
      return;
    }
    shownNanos = nowNanos;
    isShown = true;
    long ms = Math.max(1, TimeUnit.NANOSECONDS.toMillis(nowNanos - startNanos));
    to.printf(
        "\r%3d %%  %,d records  %,d/s ",
        totalBytes == 0 ? 100 : Math.min(100, readBytes * 100 / totalBytes),
        records,
        records * 1_000 / ms);
    to.flush();
  }

  /// Leaves the line, so that what follows begins a new one.
  void end() {
    if (isShown) {
      to.println();
    }
  }
}
