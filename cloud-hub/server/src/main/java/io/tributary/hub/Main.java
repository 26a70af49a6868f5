package io.tributary.hub;

import io.tributary.hub.cli.ConsumeCommand;
import io.tributary.hub.cli.GroupCommand;
import io.tributary.hub.cli.ProduceCommand;
import io.tributary.hub.cli.TopicCommand;
import io.tributary.hub.pipeline.PipelineCommand;
import io.tributary.hub.smartmodule.SmartModuleCommand;
import io.tributary.hub.users.UserCommand;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/// The command line of `hub`.
@Command(
    name = "hub",
    description = "Runs a hub and reads its topics.",
    version = HubServer.VERSION,
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {
      StartCommand.class,
      StatusCommand.class,
      DoctorCommand.class,
      AuditCommand.class,
      TopicCommand.class,
      UserCommand.class,
      ProduceCommand.class,
      ConsumeCommand.class,
      GroupCommand.class,
      PipelineCommand.class,
      SmartModuleCommand.class
    })
public final class Main {
  /// As wide as the lines that the commands describe themselves in.
  private static final int HELP_COLUMNS = 120;

  private Main() {}

  public static void main(String[] args) {
    System.exit(new CommandLine(new Main()).setUsageHelpWidth(HELP_COLUMNS).execute(args));
  }
}
