package io.tributary.hub.users;

import io.tributary.front.kafka.access.Right;
import io.tributary.front.kafka.access.User;
import io.tributary.front.kafka.access.UserRefused;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/// `hub user revoke`.
@Command(
    name = "revoke",
    mixinStandardHelpOptions = true,
    description = "Takes rights from a user, each as it was given.",
    footer = {"", "Exit status: 0 done, 1 refused, 2 wrong usage, 3 the disk."})
final class UserRevokeCommand implements Callable<Integer> {
  @Mixin private UserAndRights asked = new UserAndRights();
  @Mixin private HubDirectory hub = new HubDirectory();
  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    PrintWriter err = spec.commandLine().getErr();
    return hub.with(
        "hub user revoke",
        err,
        file ->
            file.change(users -> {
              User user = Changes.find(users, asked.name());
              List<Right> left = new ArrayList<>(user.rights());
              for (Right right : asked.rights()) {
                if (!left.remove(right)) {
                  throw new UserRefused(
                      "the user '%s' was not given %s; it has %s; nothing was changed"
                          .formatted(asked.name(), right, user.rights()));
                }
              }
              return users.with(user.withRights(left));
            }));
  }
}
