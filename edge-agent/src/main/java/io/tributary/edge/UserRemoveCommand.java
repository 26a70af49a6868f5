package io.tributary.edge;

import io.tributary.adapter.mqtt.users.UserRefused;
import io.tributary.adapter.mqtt.users.Users;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `edge user remove`.
@Command(
    name = "remove",
    mixinStandardHelpOptions = true,
    description = "Removes a user; whoever came in as it goes out.",
    footer = {"", "Exit status: 0 done, 1 no such user, 2 wrong usage, 3 the disk."})
final class UserRemoveCommand implements Callable<Integer> {
  @Parameters(index = "0", paramLabel = "NAME", description = "The user's name.")
  private String name = "";

  @Mixin private UsersOption users = new UsersOption();
  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    PrintWriter err = spec.commandLine().getErr();
    return users.with(
        "edge user remove", err, file -> file.change(before -> before.without(find(before, name))));
  }

  /// @return the name
  /// @throws UserRefused when there is none of that name
  static String find(Users users, String name) throws UserRefused {
    if (users.find(name) == null) {
      throw new UserRefused(
          "there is no user '" + name + "'; 'edge user list' shows those that there are");
    }
    return name;
  }
}
