package io.tributary.hub;

import io.tributary.hub.cli.ConsumeCommand;
import io.tributary.hub.cli.TopicCommand;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/// The command line of `hub`.
@Command(
    name = "hub",
    description = "Runs a hub and reads its topics.",
    version = "tributary 0.1.0-SNAPSHOT",
    mixinStandardHelpOptions = true,
    subcommands = {TopicCommand.class, ConsumeCommand.class},
    synopsisSubcommandLabel = "COMMAND")
public final class Main {
  private Main() {}

  public static void main(String[] args) {
    System.exit(new CommandLine(new Main()).execute(args));
  }
}
