package io.tributary.edge;

import picocli.CommandLine;
import picocli.CommandLine.Command;

/// The command line of `edge`.
@Command(
    name = "edge",
    description = "Runs an edge agent.",
    version = "tributary 0.1.0-SNAPSHOT",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND")
public final class Main {
  private Main() {}

  public static void main(String[] args) {
    System.exit(new CommandLine(new Main()).execute(args));
  }
}
