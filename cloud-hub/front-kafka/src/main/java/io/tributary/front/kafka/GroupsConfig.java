package io.tributary.front.kafka;

import java.time.Duration;

/// How consumer groups are kept.
///
/// @param nodeId the number of this one broker
/// @param offsetsRetention how long after the last member has left a group keeps what it committed (Kafka's
///     `offsets.retention.minutes`)
/// @param firstRebalanceDelay how long the first member of an empty group waits for others (Kafka's
///     `group.initial.rebalance.delay.ms`)
public record GroupsConfig(int nodeId, Duration offsetsRetention, Duration firstRebalanceDelay) {
  /// Kafka's default.
  public static final Duration OFFSETS_RETENTION = Duration.ofDays(7);

  /// Shorter than Kafka's three seconds: the groups of one hub are small, and a person often waits.
  public static final Duration FIRST_REBALANCE_DELAY = Duration.ofMillis(500);

  public static GroupsConfig of(int nodeId) {
    return new GroupsConfig(nodeId, OFFSETS_RETENTION, FIRST_REBALANCE_DELAY);
  }
}
