package io.tributary.sim.signal;

import java.time.ZoneId;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/// One sensor: its signal, what it can show of it, and how it fails. One thread.
public final class Sensor {
  /// A spike goes this far, in parts of the range.
  private static final double SPIKE_LEAST = 0.3;

  private static final double SPIKE_MOST = 0.8;

  private final Quantity quantity;
  private final Part part;
  private final SplittableRandom random;
  private double shown = Double.NaN;

  /// @param random its own, of which nothing else takes numbers
  public Sensor(Quantity quantity, SplittableRandom random, ZoneId zone) {
    this.quantity = quantity;
    this.part = quantity.part(random.split(), zone);
    this.random = random;
  }

  /// Takes a reading.
  ///
  /// @param fault what it suffers from; null for a sensor that is well
  /// @return null where there is no reading
  public @Nullable Sample read(long timeMs, @Nullable Fault fault) {
    double truth = quantity.resolution().quantise(part.at(timeMs));
    if (fault == null || !fault.isOfSensor()) {
      shown = truth;
      return new Sample(truth, true);
    }
    return switch (fault) {
      case STUCK -> {
        shown = Double.isNaN(shown) ? truth : shown;
        yield new Sample(shown, true);
      }
      case SPIKE -> new Sample(spike(truth), true);
      case ERROR -> new Sample(Double.NaN, false);
      case DROPOUT, REBOOT, CLOCK, AWAY -> null;
    };
  }

  /// The device around it starts anew.
  public void restart() {
    part.restart();
  }

  /// Away from the nearer end of the range, so that it is seen and not cut off.
  private double spike(double truth) {
    Resolution resolution = quantity.resolution();
    double range = resolution.most() - resolution.least();
    double size = range * random.nextDouble(SPIKE_LEAST, SPIKE_MOST);
    boolean up = truth - resolution.least() < range / 2;
    double value = resolution.quantise(up ? truth + size : truth - size);
    return value == truth
        ? resolution.quantise(up ? resolution.most() : resolution.least())
        : value;
  }
}
