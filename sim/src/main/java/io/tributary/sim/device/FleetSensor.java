package io.tributary.sim.device;

import io.tributary.sim.signal.Fault;
import io.tributary.sim.signal.FaultPlan;
import io.tributary.sim.signal.FaultPlan.Strike;
import io.tributary.sim.signal.Quantity;
import io.tributary.sim.signal.Sample;
import io.tributary.sim.signal.Sensor;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/// What one device of a fleet reads, one reading after the other, and what strikes it meanwhile. Knows no clock: reading `n` belongs to
/// an instant that the plan says, so a seed gives the same readings whatever the network does. One thread.
final class FleetSensor {
  private static final double MS_PER_SECOND = 1_000;
  private static final long CLOCK_WRONG_MS = 2 * 3_600_000L;
  private static final double CLOCK_DRIFT = 0.001;

  private final FleetPlan plan;
  private final Quantity quantity;
  private final Sensor sensor;
  private final FaultPlan faults;
  private final SplittableRandom random;
  private final double phaseMs;
  private long next;
  private long seq;
  private @Nullable Strike current;
  private long clockOffsetMs;
  private double clockDrift;
  private long clockSinceMs;

  /// What came of a step.
  ///
  /// @param struck what begins with it; null for nothing
  /// @param reading null where none was taken
  record Step(@Nullable Strike struck, @Nullable Kept reading) {}

  /// @param number of the device, from 0
  FleetSensor(FleetPlan plan, int number, SplittableRandom random) {
    this.plan = plan;
    this.quantity = plan.quantity(number);
    this.sensor = new Sensor(quantity, random.split(), plan.signals().zone());
    this.faults =
        new FaultPlan(random.split(), plan.signals().faults(), plan.signals().faultsPerMinute());
    this.random = random.split();
    this.phaseMs = random.nextDouble(MS_PER_SECOND / plan.publishing().rate());
  }

  /// When the next reading is due, in milliseconds of running time.
  double dueMs() {
    return phaseMs + next * MS_PER_SECOND / plan.publishing().rate();
  }

  /// Takes the reading that is due.
  Step step() {
    long runMs = (long) dueMs();
    next++;
    if (current != null && runMs >= current.untilMs()) {
      current = null;
    }
    Strike struck = null;
    if (current == null) {
      struck = faults.strike(runMs);
      current = struck;
      if (struck != null) {
        begin(struck.fault(), runMs);
      }
    }
    Fault fault = current == null ? null : current.fault();
    if (fault == Fault.SPIKE) {
      current = null; // one reading long
    }
    if (fault == Fault.REBOOT) {
      return new Step(struck, null);
    }
    long timeMs = plan.signals().startMs() + (long) (runMs * plan.signals().speedup());
    Sample sample = sensor.read(timeMs, fault);
    if (sample == null) {
      return new Step(struck, null);
    }
    long toldMs = fault == Fault.CLOCK ? told(timeMs) : timeMs;
    String text = plan.publishing().payload().text(quantity, sample, toldMs, seq);
    return new Step(struck, new Kept(seq++, MqttWire.utf8(text)));
  }

  private void begin(Fault fault, long runMs) {
    switch (fault) {
      case REBOOT -> sensor.restart();
      case CLOCK -> {
        clockOffsetMs = random.nextLong(-CLOCK_WRONG_MS, CLOCK_WRONG_MS);
        clockDrift = random.nextDouble(-CLOCK_DRIFT, CLOCK_DRIFT);
        clockSinceMs = plan.signals().startMs() + (long) (runMs * plan.signals().speedup());
      }
      case STUCK, SPIKE, DROPOUT, ERROR, AWAY -> {}
    }
  }

  private long told(long timeMs) {
    return Math.max(0, timeMs + clockOffsetMs + (long) (clockDrift * (timeMs - clockSinceMs)));
  }
}
