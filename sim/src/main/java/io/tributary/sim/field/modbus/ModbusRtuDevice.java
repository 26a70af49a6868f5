package io.tributary.sim.field.modbus;

import io.tributary.sim.field.DeviceOptions;
import io.tributary.sim.field.TerminalPair;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `sim device modbus-rtu`: PLCs on a serial line of their own.
@Command(
    name = "modbus-rtu",
    description = {
      "PLCs that speak Modbus RTU on a pseudo-terminal, each with a boiler whose temperature, pressure",
      "and counters move, until SIGTERM. Needs socat. Some answers may come late, from another unit,",
      "half, damaged or behind noise, and the line may vanish for a while. sim/README.md has the map",
      "of the registers."
    },
    mixinStandardHelpOptions = true)
public final class ModbusRtuDevice implements Callable<Integer> {
  @Option(
      names = "--port",
      paramLabel = "PATH",
      required = true,
      description = "where the line appears, for the adapter's key `port`")
  private Path port = Path.of("");

  @Option(
      names = "--baud",
      paramLabel = "N",
      defaultValue = "19200",
      description =
          "how long request and answer take on the line; 0: no time (default: ${DEFAULT-VALUE})")
  private int baud;

  @Option(
      names = "--checksum",
      paramLabel = "PERCENT",
      defaultValue = "0",
      description = "of the answers have a bit turned (default: ${DEFAULT-VALUE})")
  private double checksum;

  @Option(
      names = "--noise",
      paramLabel = "PERCENT",
      defaultValue = "0",
      description =
          "of the answers come behind bytes that mean nothing (default: ${DEFAULT-VALUE})")
  private double noise;

  @Mixin private PlcOptions plc = new PlcOptions();

  @Mixin private DeviceOptions options = new DeviceOptions();

  @Override
  public Integer call() throws InterruptedException {
    Plcs plcs = options.made(() -> plc.plcs(options.seed()));
    FaultDice faults =
        options.made(
            () -> plc.faults(options.seed(), Map.of(Fault.CHECKSUM, checksum, Fault.NOISE, noise)));
    return options.live(life -> {
      try (SentRecord record = new SentRecord(options.record());
          RtuStation station =
              new RtuStation(new TerminalPair(port), plcs, baud, faults, plc.lateNanos(), record)) {
        station.start();
        long vanished = options.vanishing(station::vanish, life);
        return "%s; %s; vanished %d".formatted(plcs.summary(), faults.summary(), vanished);
      }
    });
  }
}
