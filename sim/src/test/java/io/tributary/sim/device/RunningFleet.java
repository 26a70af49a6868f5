package io.tributary.sim.device;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tributary.sim.oracle.FleetLedger;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/// A fleet on a thread of its own, while a test does things to its broker.
final class RunningFleet {
  private static final long POLL_NANOS = TimeUnit.MILLISECONDS.toNanos(20);
  private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(60);

  private final FleetFigures figures;
  private final Fleet fleet;
  private final FutureTask<Long> left;
  private volatile long acknowledged;
  private volatile long published;
  private volatile int connected;

  RunningFleet(FleetPlan plan, Path ledger) throws Exception {
    figures = new FleetFigures(plan.devices());
    fleet = new Fleet(plan, figures, new FleetLedger(ledger, plan.publishing().qos()));
    Callable<Long> run =
        () -> {
          try (fleet) {
            return fleet.run(this::note);
          }
        };
    left = new FutureTask<>(run);
    Thread.ofPlatform().name("fleet").start(left);
  }

  private void note(FleetFigures now) {
    acknowledged = now.acknowledged;
    published = now.published;
    connected = now.connected;
  }

  long acknowledged() {
    return acknowledged;
  }

  /// Published and not acknowledged.
  long underWay() {
    return published - acknowledged;
  }

  int connected() {
    return connected;
  }

  /// Ends the readings, and waits until everything is acknowledged.
  ///
  /// @return what was not
  long settle() throws Exception {
    fleet.stop();
    return left.get(FleetPlans.PATIENCE.toSeconds() * 2, TimeUnit.SECONDS);
  }

  /// After the end.
  FleetFigures figures() {
    return figures;
  }

  static void eventually(String what, BooleanSupplier holds) {
    long end = System.nanoTime() + PATIENCE_NANOS;
    boolean isSo = holds.getAsBoolean();
    while (!isSo && System.nanoTime() < end) {
      LockSupport.parkNanos(POLL_NANOS);
      isSo = holds.getAsBoolean();
    }
    assertTrue(isSo, what);
  }
}
