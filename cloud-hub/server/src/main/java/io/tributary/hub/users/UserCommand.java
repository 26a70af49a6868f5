package io.tributary.hub.users;

import picocli.CommandLine.Command;

/// `hub user ...`.
@Command(
    name = "user",
    mixinStandardHelpOptions = true,
    description = {
      "The users of a hub's Kafka listener, and what they may do.",
      "",
      "They are kept in the hub's data directory. A running hub follows a change within seconds.",
      ""
    },
    subcommands = {
      UserAddCommand.class,
      UserListCommand.class,
      UserAllowCommand.class,
      UserRevokeCommand.class,
      UserRemoveCommand.class
    },
    synopsisSubcommandLabel = "COMMAND")
public final class UserCommand {}
