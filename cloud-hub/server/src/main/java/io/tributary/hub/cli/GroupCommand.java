package io.tributary.hub.cli;

import io.tributary.settings.NearestWord;
import java.util.List;
import picocli.CommandLine.Command;

/// `group ...`.
@Command(
    name = "group",
    mixinStandardHelpOptions = true,
    description = "The consumer groups of a hub, and where they are.",
    subcommands = {
      GroupListCommand.class,
      GroupDescribeCommand.class,
      GroupResetCommand.class,
      GroupDeleteCommand.class
    },
    synopsisSubcommandLabel = "COMMAND")
public final class GroupCommand {
  static final String EXIT_STATUS =
      "Exit status: 0 done, 1 refused or no such group, 2 wrong usage, 3 no hub there.";

  /// There is no group of this name; names the others.
  static Failure unknown(String group, List<Group.Listed> listed) {
    List<String> names = listed.stream().map(Group.Listed::name).toList();
    String nearest = NearestWord.of(group, names);
    return new Failure(
        Failure.CHECK,
        "no group '%s'%s"
            .formatted(
                group,
                nearest != null
                    ? ". Did you mean '" + nearest + "'?"
                    : names.isEmpty()
                        ? ", there is none yet"
                        : "; there are " + String.join(", ", names)));
  }
}
