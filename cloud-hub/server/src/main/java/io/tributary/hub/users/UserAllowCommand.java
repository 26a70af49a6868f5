package io.tributary.hub.users;

import io.tributary.front.kafka.access.Right;
import io.tributary.front.kafka.access.User;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/// `hub user allow`.
@Command(
    name = "allow",
    mixinStandardHelpOptions = true,
    description = "Gives a user rights, beside those that it has.",
    footer = {"", "Exit status: 0 done, 1 refused, 2 wrong usage, 3 the disk."})
final class UserAllowCommand implements Callable<Integer> {
  @Mixin private UserAndRights asked = new UserAndRights();
  @Mixin private HubDirectory hub = new HubDirectory();
  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    PrintWriter err = spec.commandLine().getErr();
    return hub.with(
        "hub user allow",
        err,
        file ->
            file.change(users -> {
              User user = Changes.find(users, asked.name());
              List<Right> all = new ArrayList<>(user.rights());
              all.addAll(asked.rights());
              return Changes.put(users, asked.name(), user.credentials(), all);
            }));
  }
}
