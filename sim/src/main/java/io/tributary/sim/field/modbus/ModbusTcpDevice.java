package io.tributary.sim.field.modbus;

import io.tributary.sim.field.DeviceOptions;
import io.tributary.sim.plant.Plant;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

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

  @Mixin private PlcOptions plc = new PlcOptions();

  @Mixin private DeviceOptions options = new DeviceOptions();

  @Override
  public Integer call() throws InterruptedException {
    Plcs plcs = options.made(() -> plc.plcs(options.seed()));
    FaultDice faults =
        options.made(() -> plc.faults(options.seed(), Map.of(Fault.WRONG_ID, wrongId)));
    return options.live(life -> {
      try (SentRecord record = new SentRecord(options.record());
          TcpStation station = new TcpStation(faults, plc.lateNanos(), record)) {
        var unused = station.add(Plant.address(listen), plcs);
        station.start();
        long vanished = options.vanishing(station::vanish, life);
        return "%s; %s; vanished %d".formatted(plcs.summary(), faults.summary(), vanished);
      }
    });
  }
}
