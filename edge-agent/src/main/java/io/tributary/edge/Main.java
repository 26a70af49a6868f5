package io.tributary.edge;

import picocli.CommandLine;
import picocli.CommandLine.Command;

/// The command line of `edge`.
@Command(
    name = "edge",
    description = "The edge agent: takes readings in, keeps them, mirrors them to the hub.",
    version = EdgeNode.VERSION,
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {
      StartCommand.class,
      StatusCommand.class,
      SealCommand.class,
      PipelineCommand.class,
      DoctorCommand.class,
      UserCommand.class
    })
public final class Main {
  /// As wide as the lines that the commands describe themselves in.
  private static final int HELP_COLUMNS = 120;

  private Main() {}

  public static void main(String[] args) {
    System.exit(new CommandLine(new Main()).setUsageHelpWidth(HELP_COLUMNS).execute(args));
  }
}
