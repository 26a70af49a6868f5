package io.tributary.sim.field.modbus;

import java.util.EnumMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// What the devices on sockets and on lines are told alike, beside {@link io.tributary.sim.field.DeviceOptions}.
final class PlcOptions {
  private static final String OF_ANSWERS = "of the answers";

  @Option(
      names = "--units",
      paramLabel = "IDS",
      defaultValue = "1",
      description = "which units there are, as 1-32 or 1,5 (default: ${DEFAULT-VALUE})")
  String units = "";

  @Option(
      names = "--dead",
      paramLabel = "IDS",
      description = "which of them say nothing (default: none)")
  @Nullable String dead;

  @Option(
      names = "--late",
      paramLabel = "PERCENT",
      defaultValue = "0",
      description = OF_ANSWERS + " come late (default: ${DEFAULT-VALUE})")
  double late;

  @Option(
      names = "--late-by",
      paramLabel = "MS",
      defaultValue = "1500",
      description = "how late (default: ${DEFAULT-VALUE})")
  long lateMs;

  @Option(
      names = "--other-unit",
      paramLabel = "PERCENT",
      defaultValue = "0",
      description =
          OF_ANSWERS + " are another unit's, with wrong values (default: ${DEFAULT-VALUE})")
  double otherUnit;

  @Option(
      names = "--half",
      paramLabel = "PERCENT",
      defaultValue = "0",
      description = OF_ANSWERS + " end in the middle (default: ${DEFAULT-VALUE})")
  double half;

  Plcs plcs(long seed) {
    return new Plcs(
        Units.of(units), dead == null ? Set.of() : Units.of(dead), seed, System.nanoTime());
  }

  /// The faults that both have, and those that only one can have.
  FaultDice faults(long seed, Map<Fault, Double> more) {
    Map<Fault, Double> percents = new EnumMap<>(Fault.class);
    percents.putAll(Map.of(Fault.LATE, late, Fault.OTHER_UNIT, otherUnit, Fault.HALF, half));
    percents.putAll(more);
    return new FaultDice(seed, percents);
  }

  long lateNanos() {
    return TimeUnit.MILLISECONDS.toNanos(lateMs);
  }
}
