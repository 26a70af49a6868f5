package io.tributary.hub.users;

import com.grack.nanojson.JsonStringWriter;
import com.grack.nanojson.JsonWriter;
import io.tributary.front.kafka.access.Right;
import io.tributary.front.kafka.access.User;
import java.io.PrintWriter;
import java.util.Collection;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// `hub user list`.
@Command(
    name = "list",
    mixinStandardHelpOptions = true,
    description = "Lists the users and their rights.",
    footer = {"", "Exit status: 0 done, 2 wrong usage, 3 the disk."})
final class UserListCommand implements Callable<Integer> {
  @Option(names = "--json", description = "One JSON object a line.")
  private boolean json;

  @Mixin private HubDirectory hub = new HubDirectory();
  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    PrintWriter out = spec.commandLine().getOut();
    PrintWriter err = spec.commandLine().getErr();
    return hub.with(
        "hub user list",
        err,
        file -> {
          Collection<User> users = file.load().all();
          if (json) {
            users.forEach(user -> out.println(json(user)));
          } else {
            print(users, out);
          }
          out.flush();
        });
  }

  private static String json(User user) {
    JsonStringWriter json =
        JsonWriter.string()
            .object()
            .value("user", user.name())
            .value("password", user.credentials() != null)
            .array("rights");
    user.rights().forEach(right -> json.value(right.toString()));
    return json.end().end().done();
  }

  private static void print(Collection<User> users, PrintWriter out) {
    int width = users.stream().mapToInt(user -> user.name().length()).max().orElse(0);
    String form = "%-" + Math.max(width, "USER".length()) + "s  %-11s  %s%n";
    out.printf(form, "USER", "COMES BY", "MAY");
    for (User user : users) {
      out.printf(
          form,
          user.name(),
          user.credentials() == null ? "certificate" : "password",
          user.rights().isEmpty()
              ? "nothing"
              : user.rights().stream().map(Right::toString).collect(Collectors.joining(", ")));
    }
  }
}
