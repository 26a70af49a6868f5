package io.tributary.hub.cli;

import io.tributary.settings.HostAndPort;
import picocli.CommandLine.Option;

/// Where the hub is that a command asks.
final class KafkaOption {
  @Option(
      names = "--kafka",
      paramLabel = "HOST:PORT",
      converter = AddressConverter.class,
      description = "The hub's Kafka port. Default: ${DEFAULT-VALUE}.",
      defaultValue = TopicCommand.KAFKA)
  HostAndPort hub = HostAndPort.parse(TopicCommand.KAFKA);
}
