package io.tributary.device.simulated;

import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// One pin, and the kernel's debounce behind it: a level is believed when it has lasted. The board's lock guards it.
final class SimulatedPin {
  /// Told of each change that is believed.
  interface Listener {
    void changed(int pin, boolean isActive, long timeNanos);
  }

  private final int number;
  private boolean isHigh;
  private boolean isActiveLow;
  private long debounceMicros;
  private boolean believedHigh;
  private @Nullable Listener listener;
  private @Nullable ScheduledFuture<?> doubt;

  SimulatedPin(int number) {
    this.number = number;
  }

  /// Somebody asks for it.
  void watch(boolean newActiveLow, long newDebounceMicros, Listener newListener) {
    isActiveLow = newActiveLow;
    debounceMicros = newDebounceMicros;
    believedHigh = isHigh;
    listener = newListener;
  }

  void forget(Listener of) {
    if (of.equals(listener)) {
      listener = null;
    }
  }

  /// Its voltage changes.
  ///
  /// @param lock which guards it, for the moment when a level is believed
  void drive(boolean high, long nowNanos, Object lock, ScheduledExecutorService clock) {
    isHigh = high;
    if (doubt != null) {
      doubt.cancel(false);
      doubt = null;
    }
    if (high == believedHigh) {
      return;
    }
    if (debounceMicros == 0) {
      believe(nowNanos);
      return;
    }
    doubt =
        clock.schedule(
            () -> {
              synchronized (lock) {
                if (isHigh != believedHigh) {
                  believe(nowNanos + TimeUnit.MICROSECONDS.toNanos(debounceMicros));
                }
              }
            },
            debounceMicros,
            TimeUnit.MICROSECONDS);
  }

  private void believe(long timeNanos) {
    believedHigh = isHigh;
    if (listener != null) {
      listener.changed(number, isActive(), timeNanos);
    }
  }

  /// An edge sets it.
  void set(boolean active) {
    isHigh = active != isActiveLow;
    believedHigh = isHigh;
  }

  boolean isActive() {
    return believedHigh != isActiveLow;
  }

  boolean isHigh() {
    return isHigh;
  }
}
