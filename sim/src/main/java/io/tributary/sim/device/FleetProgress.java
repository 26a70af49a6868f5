package io.tributary.sim.device;

import java.io.PrintWriter;

/// Shows on a terminal what a fleet does, in one line that is written anew; silent where nobody looks. On the fleet's thread.
final class FleetProgress {
  private final PrintWriter err;

  // Null on Java 25 when input or output is no terminal; only on 22 to 24 it never was.
  @SuppressWarnings("SystemConsoleNull")
  private final boolean isShown = System.console() != null;

  FleetProgress(PrintWriter err) {
    this.err = err;
  }

  void at(FleetFigures figures) {
    if (isShown) {
      err.print("\r\u001b[K" + figures.line());
      err.flush();
    }
  }

  void done() {
    if (isShown) {
      err.print("\r\u001b[K");
      err.flush();
    }
  }
}
