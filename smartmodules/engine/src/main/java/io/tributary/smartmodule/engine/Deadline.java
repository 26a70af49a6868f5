package io.tributary.smartmodule.engine;

import org.jspecify.annotations.Nullable;

/// Until when the call under way must have ended. Whoever watches interrupts the guest's thread behind that; the interrupt never
/// reaches what the thread does between calls.
final class Deadline {
  private @Nullable Thread thread;
  private long endNanos;
  private boolean isRunning;
  private boolean hasFired;

  synchronized void runsOn(Thread guests) {
    thread = guests;
  }

  /// A call begins.
  synchronized void begin(long budgetNanos) {
    endNanos = System.nanoTime() + budgetNanos;
    hasFired = false;
    isRunning = true;
  }

  /// The call has ended.
  ///
  /// @return whether it was interrupted
  synchronized boolean end() {
    isRunning = false;
    if (hasFired) {
      Thread.interrupted(); // what comes next is not to blame
    }
    return hasFired;
  }

  /// Interrupts a call that takes too long.
  synchronized void look(long nowNanos) {
    if (isRunning && !hasFired && nowNanos - endNanos > 0 && thread != null) {
      hasFired = true;
      thread.interrupt();
    }
  }
}
