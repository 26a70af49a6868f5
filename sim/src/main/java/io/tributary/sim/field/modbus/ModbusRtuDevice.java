package io.tributary.sim.field.modbus;

import io.tributary.sim.ExitStatus;
import io.tributary.sim.field.Lifetime;
import io.tributary.sim.field.TerminalPair;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

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

  @Mixin private PlcOptions options = new PlcOptions();

  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws InterruptedException {
    Plcs plcs;
    FaultDice faults;
    try {
      plcs = options.plcs();
      faults = options.faults(Map.of(Fault.CHECKSUM, checksum, Fault.NOISE, noise));
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
    }
    long vanished = 0;
    try (Lifetime life = new Lifetime(options.seconds)) {
      try (SentRecord record = new SentRecord(options.record);
          RtuStation station =
              new RtuStation(
                  new TerminalPair(port), plcs, baud, faults, options.lateNanos(), record)) {
        station.start();
        long vanishNanos =
            options.vanish == 0 ? Long.MAX_VALUE : TimeUnit.SECONDS.toNanos(options.vanish);
        while (life.goesOnFor(vanishNanos)) {
          station.vanish(PlcOptions.VANISHED_NANOS);
          vanished++;
        }
      } catch (IOException e) {
        spec.commandLine().getErr().println("sim device modbus-rtu: " + e.getMessage());
        return ExitStatus.WORLD;
      }
      spec.commandLine()
          .getOut()
          .printf("%s; %s; vanished %d%n", plcs.summary(), faults.summary(), vanished);
      spec.commandLine().getOut().flush();
    }
    return ExitStatus.DONE;
  }
}
