package io.tributary.hub.users;

import io.tributary.front.kafka.access.Credentials;
import io.tributary.front.kafka.access.Right;
import io.tributary.front.kafka.access.User;
import io.tributary.front.kafka.access.UserFile;
import io.tributary.front.kafka.access.UserRefused;
import io.tributary.front.kafka.access.Users;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `hub user add`.
@Command(
    name = "add",
    mixinStandardHelpOptions = true,
    description = {
      "Adds a user, or gives one another password.",
      "",
      "The password is the first line of --password-file; without it, it is asked for at a terminal,"
          + " or is the first line of the standard input. A right is read:TOPIC, write:TOPIC,"
          + " create:TOPIC, delete:TOPIC, alter:TOPIC, describe:TOPIC, group:GROUP or admin; a name may"
          + " end in * for all that begin so.",
      ""
    },
    footer = {"", "Exit status: 0 done, 1 refused, 2 wrong usage, 3 the disk."})
final class UserAddCommand implements Callable<Integer> {
  private static final String COMMAND = "hub user add";

  @Parameters(index = "0", paramLabel = "NAME", description = "The user's name.")
  private String name = "";

  @Option(
      names = "--password-file",
      paramLabel = "FILE",
      description = "Whose first line is the password.")
  private @Nullable Path passwordFile;

  @Option(
      names = "--no-password",
      description =
          "The user comes in by the certificate that carries its name, and cannot log in.")
  private boolean noPassword;

  @Option(
      names = "--allow",
      paramLabel = "RIGHT",
      split = ",",
      converter = RightConverter.class,
      description = "What the user may do; may be repeated. A user that is there keeps its rights.")
  private List<Right> rights = new ArrayList<>();

  @Option(
      names = "--replace",
      description = "The user may be there: it gets this password, and these rights more.")
  private boolean replace;

  @Mixin private HubDirectory hub = new HubDirectory();
  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    PrintWriter err = spec.commandLine().getErr();
    return hub.with(COMMAND, err, this::add);
  }

  private void add(UserFile file) throws IOException, UserRefused {
    String objection = User.objection(name);
    if (objection != null) {
      throw new UserRefused(objection);
    }
    refuseIfThere(file.load()); // before anybody types a password
    Credentials credentials = noPassword ? null : Credentials.of(Password.read(passwordFile, name));
    file.change(users -> {
      refuseIfThere(users);
      User before = users.find(name);
      List<Right> all = new ArrayList<>(before == null ? List.of() : before.rights());
      all.addAll(rights);
      return Changes.put(users, name, credentials, all);
    });
    PrintWriter out = spec.commandLine().getOut();
    out.printf("the user '%s' may now come in%n", name);
    out.flush();
  }

  private void refuseIfThere(Users users) throws UserRefused {
    if (!replace && users.find(name) != null) {
      throw new UserRefused(
          "there is a user '%s' already: give it another password with --replace, or rights with 'hub user allow'"
              .formatted(name));
    }
  }
}
