package io.tributary.edge;

import io.tributary.adapter.mqtt.users.User;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/// `edge user list`.
@Command(
    name = "list",
    mixinStandardHelpOptions = true,
    description = "Lists the users, one name a line.",
    footer = {"", "Exit status: 0 done, 2 wrong usage, 3 the disk."})
final class UserListCommand implements Callable<Integer> {
  @Mixin private UsersOption users = new UsersOption();
  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    PrintWriter out = spec.commandLine().getOut();
    PrintWriter err = spec.commandLine().getErr();
    return users.with(
        "edge user list",
        err,
        file -> {
          for (User user : file.load().all()) {
            out.println(user.name());
          }
          out.flush();
        });
  }
}
