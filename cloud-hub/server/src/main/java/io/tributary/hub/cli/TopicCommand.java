package io.tributary.hub.cli;

import picocli.CommandLine.Command;

/// `topic ...`.
@Command(
    name = "topic",
    mixinStandardHelpOptions = true,
    description = "The topics of a hub.",
    subcommands = {
      TopicListCommand.class,
      TopicDescribeCommand.class,
      TopicCreateCommand.class,
      TopicAlterCommand.class,
      TopicDeleteCommand.class
    },
    synopsisSubcommandLabel = "COMMAND")
public final class TopicCommand {
  /// Where a hub's Kafka port is unless somebody says otherwise.
  static final String KAFKA = "127.0.0.1:9092";
}
