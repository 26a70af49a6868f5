package io.tributary.sim.device;

import java.io.PrintWriter;

/// Shows on a terminal how far long work has come, four times a second; silent where nobody looks.
public final class Progress {
  private static final long EVERY_NANOS = 250_000_000L;

  private final PrintWriter err;
  private final String verb;
  private final long total;

  // Null on Java 25 when input or output is no terminal; only on 22 to 24 it never was.
  @SuppressWarnings("SystemConsoleNull")
  private final boolean shown = System.console() != null;

  private long lastNanos;

  public Progress(PrintWriter err, String verb, long total) {
    this.err = err;
    this.verb = verb;
    this.total = total;
  }

  public void at(long done) {
    long now = System.nanoTime();
    if (shown && now - lastNanos > EVERY_NANOS) {
      lastNanos = now;
      err.print("\r" + done + " of " + total + " " + verb + " ");
      err.flush();
    }
  }

  public void done() {
    if (shown) {
      err.print("\r\u001b[K");
      err.flush();
    }
  }
}
