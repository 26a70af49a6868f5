package io.tributary.edge;

import picocli.CommandLine.Command;

/// `edge user ...`.
@Command(
    name = "user",
    mixinStandardHelpOptions = true,
    description = {
      "The users of an edge's MQTT endpoint, who come in with a password.",
      "",
      "They are kept in the file that 'users-file' of the adapter names. A running edge follows a change within"
          + " seconds. What they may do stands in the configuration ('rights').",
      ""
    },
    subcommands = {
      UserAddCommand.class,
      UserSetPasswordCommand.class,
      UserListCommand.class,
      UserRemoveCommand.class
    },
    synopsisSubcommandLabel = "COMMAND")
final class UserCommand {}
