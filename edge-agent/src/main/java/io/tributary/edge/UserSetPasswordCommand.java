package io.tributary.edge;

import io.tributary.adapter.mqtt.users.PasswordHash;
import io.tributary.adapter.mqtt.users.User;
import io.tributary.adapter.mqtt.users.UserFile;
import io.tributary.adapter.mqtt.users.UserRefused;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `edge user set-password`.
@Command(
    name = "set-password",
    mixinStandardHelpOptions = true,
    description = "Gives a user another password; whoever came in with the old one goes out.",
    footer = {"", "Exit status: 0 done, 1 refused, 2 wrong usage, 3 the disk."})
final class UserSetPasswordCommand implements Callable<Integer> {
  @Parameters(index = "0", paramLabel = "NAME", description = "The user's name.")
  private String name = "";

  @Mixin private Password password = new Password();
  @Mixin private UsersOption users = new UsersOption();
  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    PrintWriter err = spec.commandLine().getErr();
    return users.with("edge user set-password", err, this::set);
  }

  private void set(UserFile file) throws IOException, UserRefused {
    UserRemoveCommand.find(file.load(), name); // before anybody types a password
    PasswordHash hash = password.read(name);
    file.change(before -> before.with(new User(UserRemoveCommand.find(before, name), hash)));
    PrintWriter out = spec.commandLine().getOut();
    out.printf("the user '%s' has another password now%n", name);
    out.flush();
  }
}
