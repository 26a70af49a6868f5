package io.tributary.sim.field.modbus;

import io.tributary.sim.ExitStatus;
import io.tributary.sim.field.Lifetime;
import io.tributary.sim.plant.Plant;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// `sim device modbus-tcp`: PLCs behind one socket.
@Command(
    name = "modbus-tcp",
    description = {
      "PLCs that speak Modbus/TCP, each with a boiler whose temperature, pressure and counters move,",
      "until SIGTERM. Some answers may come late, with a wrong id, from another unit or half, and the",
      "sockets may vanish for a while. sim/README.md has the map of the registers."
    },
    mixinStandardHelpOptions = true)
public final class ModbusTcpDevice implements Callable<Integer> {
  @Option(
      names = "--listen",
      paramLabel = "HOST:PORT",
      defaultValue = "127.0.0.1:1502",
      description = "for the adapter's key `address` (default: ${DEFAULT-VALUE})")
  private String listen = "";

  @Option(
      names = "--wrong-id",
      paramLabel = "PERCENT",
      defaultValue = "0",
      description =
          "of the answers bear the id of another transaction, and wrong values (default: ${DEFAULT-VALUE})")
  private double wrongId;

  @Mixin private PlcOptions options = new PlcOptions();

  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws InterruptedException {
    Plcs plcs;
    FaultDice faults;
    try {
      plcs = options.plcs();
      faults = options.faults(Map.of(Fault.WRONG_ID, wrongId));
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
    }
    long vanished = 0;
    try (Lifetime life = new Lifetime(options.seconds)) {
      try (SentRecord record = new SentRecord(options.record);
          TcpStation station = new TcpStation(faults, options.lateNanos(), record)) {
        var unused = station.add(Plant.address(listen), plcs);
        station.start();
        long vanishNanos =
            options.vanish == 0 ? Long.MAX_VALUE : TimeUnit.SECONDS.toNanos(options.vanish);
        while (life.goesOnFor(vanishNanos)) {
          station.vanish(PlcOptions.VANISHED_NANOS);
          vanished++;
        }
      } catch (IOException e) {
        spec.commandLine().getErr().println("sim device modbus-tcp: " + e.getMessage());
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
