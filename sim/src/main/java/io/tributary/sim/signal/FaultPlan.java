package io.tributary.sim.signal;

import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/// When which fault strikes one device: at random, about a rate, one after the other. Counts in the running time of the simulation, not
/// in the signal's. One thread.
public final class FaultPlan {
  private static final double MS_PER_MINUTE = 60_000;

  private final SplittableRandom random;
  private final List<Fault> kinds;
  private final double perMinute;
  private double nextMs;

  /// @param untilMs the running time at which it is over
  public record Strike(Fault fault, long untilMs) {}

  /// @param kinds those that strike; none for a device that is always well
  /// @param perMinute how many a minute on average while it is well; 0 for none
  public FaultPlan(SplittableRandom random, Set<Fault> kinds, double perMinute) {
    this.random = random;
    this.kinds = kinds.stream().sorted().toList();
    this.perMinute = kinds.isEmpty() ? 0 : perMinute;
    this.nextMs = gapMs();
  }

  /// What strikes by now; null if nothing does.
  ///
  /// @param runMs since the start of the simulation
  public @Nullable Strike strike(long runMs) {
    if (runMs < nextMs) {
      return null;
    }
    Fault fault = kinds.get(random.nextInt(kinds.size()));
    long untilMs = runMs + 1000L * random.nextInt(fault.leastSeconds(), fault.mostSeconds() + 1);
    nextMs = untilMs + gapMs();
    return new Strike(fault, untilMs);
  }

  private double gapMs() {
    return perMinute > 0
        ? -Math.log(1 - random.nextDouble()) * MS_PER_MINUTE / perMinute
        : Double.POSITIVE_INFINITY;
  }
}
