package io.tributary.edge;

import io.tributary.adapter.mqtt.users.PasswordHash;
import io.tributary.adapter.mqtt.users.User;
import io.tributary.adapter.mqtt.users.UserFile;
import io.tributary.adapter.mqtt.users.UserRefused;
import io.tributary.adapter.mqtt.users.Users;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `edge user add`.
@Command(
    name = "add",
    mixinStandardHelpOptions = true,
    description = "Adds a user.",
    footer = {"", "Exit status: 0 done, 1 refused, 2 wrong usage, 3 the disk."})
final class UserAddCommand implements Callable<Integer> {
  @Parameters(index = "0", paramLabel = "NAME", description = "The user's name.")
  private String name = "";

  @Mixin private Password password = new Password();
  @Mixin private UsersOption users = new UsersOption();
  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    PrintWriter err = spec.commandLine().getErr();
    return users.with("edge user add", err, this::add);
  }

  private void add(UserFile file) throws IOException, UserRefused {
    if (!User.isName(name)) {
      throw new UserRefused(
          "'"
              + name
              + "' is no name of a user: 1 to 200 letters, digits and . _ @ -, a letter or digit first");
    }
    refuseIfThere(file.load()); // before anybody types a password
    PasswordHash hash = password.read(name);
    file.change(before -> {
      refuseIfThere(before);
      try {
        return before.with(new User(name, hash));
      } catch (IllegalArgumentException e) {
        throw new UserRefused(String.valueOf(e.getMessage()));
      }
    });
    PrintWriter out = spec.commandLine().getOut();
    out.printf("the user '%s' may now come in%n", name);
    out.flush();
  }

  private void refuseIfThere(Users before) throws UserRefused {
    if (before.find(name) != null) {
      throw new UserRefused(
          "there is a user '%s' already: give it another password with 'edge user set-password'"
              .formatted(name));
    }
  }
}
