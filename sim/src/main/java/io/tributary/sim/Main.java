package io.tributary.sim;

import picocli.CommandLine;
import picocli.CommandLine.Command;

/// The command line of `sim`.
@Command(
    name = "sim",
    description = "Simulates devices, fleets and worlds.",
    version = "tributary 0.1.0-SNAPSHOT",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND")
public final class Main {
  private Main() {}

  public static void main(String[] args) {
    System.exit(new CommandLine(new Main()).execute(args));
  }
}
