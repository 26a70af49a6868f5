package io.tributary.hub.users;

import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `hub user remove`.
@Command(
    name = "remove",
    mixinStandardHelpOptions = true,
    description = "Removes a user; whoever is logged in as it is out with the next request.",
    footer = {"", "Exit status: 0 done, 1 no such user, 2 wrong usage, 3 the disk."})
final class UserRemoveCommand implements Callable<Integer> {
  @Parameters(index = "0", paramLabel = "NAME", description = "The user's name.")
  private String name = "";

  @Mixin private HubDirectory hub = new HubDirectory();
  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    PrintWriter err = spec.commandLine().getErr();
    return hub.with(
        "hub user remove",
        err,
        file -> file.change(users -> users.without(Changes.find(users, name).name())));
  }
}
