package io.tributary.sim;

import io.tributary.sim.audit.AuditCommand;
import io.tributary.sim.bench.EdgeBench;
import io.tributary.sim.bench.FieldMemoryBench;
import io.tributary.sim.bench.IdleBench;
import io.tributary.sim.bench.IngestBench;
import io.tributary.sim.bench.KafkaBench;
import io.tributary.sim.bench.MirrorBench;
import io.tributary.sim.bench.RecoveryBench;
import io.tributary.sim.bench.SmartModuleBench;
import io.tributary.sim.bench.WearBench;
import io.tributary.sim.chaos.BridgeKillsCommand;
import io.tributary.sim.chaos.ChaosCommand;
import io.tributary.sim.chaos.MqttCutsCommand;
import io.tributary.sim.chaos.MqttKillsCommand;
import io.tributary.sim.clients.GroupKillsCommand;
import io.tributary.sim.clients.HubKillsCommand;
import io.tributary.sim.device.DeviceCommand;
import io.tributary.sim.device.ReplayCommand;
import io.tributary.sim.field.KernelTrial;
import io.tributary.sim.field.gateway.GatewayCommand;
import io.tributary.sim.field.kills.FieldKillsCommand;
import io.tributary.sim.field.modbus.capture.CaptureTrial;
import io.tributary.sim.field.modbus.lines.LinesTrial;
import io.tributary.sim.field.serial.NmeaTrial;
import io.tributary.sim.field.serial.P1Trial;
import io.tributary.sim.freeze.FreezeCommand;
import io.tributary.sim.guests.ArmTrial;
import io.tributary.sim.guests.HostileGuestsTrial;
import io.tributary.sim.guests.PipelineKillsTrial;
import io.tributary.sim.hostile.HostileCommand;
import io.tributary.sim.link.ProxyCommand;
import io.tributary.sim.lte.LteCommand;
import io.tributary.sim.mutation.MutationsCommand;
import io.tributary.sim.oracle.VerifyCommand;
import io.tributary.sim.plant.DemoCommand;
import io.tributary.sim.plant.TrialCommand;
import io.tributary.sim.promise.PromiseCommand;
import io.tributary.sim.world.WorldCommand;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/// The command lines of `sim`, `demo` and `bench`; the launcher keeps the word.
@Command(
    name = "tributary",
    description = "Simulates devices, links and worlds, and judges what becomes of their readings.",
    version = "tributary 0.1.0-SNAPSHOT",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {DemoCommand.class, Main.Sim.class, Main.Bench.class})
public final class Main {
  @Command(
      name = "sim",
      description = "Simulated devices, links and worlds, and the ledger that judges them.",
      mixinStandardHelpOptions = true,
      synopsisSubcommandLabel = "COMMAND",
      subcommands = {
        DeviceCommand.class,
        ReplayCommand.class,
        ProxyCommand.class,
        VerifyCommand.class,
        TrialCommand.class,
        ChaosCommand.class,
        MqttCutsCommand.class,
        BridgeKillsCommand.class,
        MqttKillsCommand.class,
        HubKillsCommand.class,
        GroupKillsCommand.class,
        GatewayCommand.class,
        NmeaTrial.class,
        P1Trial.class,
        KernelTrial.class,
        FieldKillsCommand.class,
        CaptureTrial.class,
        LinesTrial.class,
        ArmTrial.class,
        LteCommand.class,
        PromiseCommand.class,
        FreezeCommand.class,
        HostileCommand.class,
        HostileGuestsTrial.class,
        PipelineKillsTrial.class,
        AuditCommand.class,
        WorldCommand.class,
        MutationsCommand.class
      })
  static final class Sim {}

  @Command(
      name = "bench",
      description = "Measures the real programs; each result is one JSON object.",
      mixinStandardHelpOptions = true,
      synopsisSubcommandLabel = "COMMAND",
      subcommands = {
        EdgeBench.class,
        FieldMemoryBench.class,
        IdleBench.class,
        IngestBench.class,
        KafkaBench.class,
        MirrorBench.class,
        RecoveryBench.class,
        SmartModuleBench.class,
        WearBench.class
      })
  static final class Bench {}

  /// As wide as the lines that the commands describe themselves in.
  private static final int HELP_COLUMNS = 120;

  private Main() {}

  public static void main(String[] args) {
    System.exit(
        new CommandLine(new Main())
            .setCaseInsensitiveEnumValuesAllowed(true)
            .setUsageHelpWidth(HELP_COLUMNS)
            .execute(args));
  }
}
