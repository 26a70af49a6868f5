package io.tributary.adapter.mqtt;

import io.tributary.adapter.mqtt.mapping.Mapping;
import io.tributary.adapter.mqtt.mapping.Mappings;
import io.tributary.adapter.mqtt.mapping.TopicFilter;
import io.tributary.settings.Section;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// The endpoint's configuration.
///
/// @param listeners where clients come to, one at least
/// @param access who may come in, and what for
/// @param maxConnectionsPerAddress of one address that clients come from
/// @param publishRate of one client
/// @param maxPacketBytes the largest packet that a client may send, header included
/// @param receiveMaximum how many QoS 1 and 2 publishes a client may have in flight; one of MQTT 3.1.1 is not read further
/// @param keepAliveMax what MQTT 5 clients are told when they ask for more or for none
/// @param connectTimeout how long a connection may take until its CONNECT is answered
/// @param sessionExpiryMax how long the session of a client that is away is kept at most
/// @param maxSessions how many clients' sessions are kept
/// @param topicAliasMaximum how many topic aliases a client may use
/// @param maxInflight how many messages above QoS 0 are sent to a client before it acknowledges the first
/// @param maxSubscriptions of one client
/// @param outbox what waits for one client
/// @param maxRetainedMessages topics with a retained message
/// @param maxRetainedBytes of retained messages
/// @param sysInterval how often `$SYS` is published
/// @param local topics that are passed on without being logged
record MqttSettings(
    List<ListenerSettings> listeners,
    AccessSettings access,
    int maxConnections,
    int maxConnectionsPerAddress,
    PublishRate.RateLimits publishRate,
    int maxPacketBytes,
    int receiveMaximum,
    Duration keepAliveMax,
    Duration connectTimeout,
    Duration sessionExpiryMax,
    int maxSessions,
    int topicAliasMaximum,
    int maxInflight,
    int maxSubscriptions,
    Outbox.OutboxLimits outbox,
    int maxRetainedMessages,
    long maxRetainedBytes,
    Duration sysInterval,
    Unmapped unmapped,
    List<LocalTopics.Local> local,
    List<Mapping> mappings) {

  /// What is done with a publish that no mapping takes.
  enum Unmapped {
    /// The client is told, and a client that cannot be told is disconnected: the publish is not lost in silence.
    REFUSE,
    /// It is acknowledged, counted and dropped.
    IGNORE
  }

  /// A message fits into one entry of durable state.
  private static final int PACKET_BYTES_MOST = 960 << 10;

  private static final int CONNECTIONS_MOST = 100_000;

  static MqttSettings read(Section section) {
    List<ListenerSettings> listeners = ListenerSettings.read(section);
    return new MqttSettings(
        listeners,
        AccessSettings.read(section, listeners),
        section.integer("max-connections", 1000, 1, CONNECTIONS_MOST),
        section.integer("max-connections-per-address", CONNECTIONS_MOST, 1, CONNECTIONS_MOST),
        PublishRate.RateLimits.read(section.section("publish-rate")),
        (int) section.sizeBytes("max-packet-size", 256 << 10, 256, PACKET_BYTES_MOST),
        section.integer("receive-maximum", 1000, 1, 65_535),
        section.duration(
            "keep-alive-max", Duration.ofHours(1), Duration.ofSeconds(5), Duration.ofHours(18)),
        section.duration(
            "connect-timeout",
            Duration.ofSeconds(10),
            Duration.ofSeconds(1),
            Duration.ofMinutes(5)),
        section.duration(
            "session-expiry-max", Duration.ofDays(7), Duration.ofMinutes(1), Duration.ofDays(3650)),
        section.integer("max-sessions", 1000, 1, 100_000),
        section.integer("topic-alias-maximum", 32, 0, 65_535),
        section.integer("max-inflight", 100, 1, 65_535),
        section.integer("max-subscriptions", 1000, 1, 10_000),
        new Outbox.OutboxLimits(
            section.integer("max-queued-messages", 10_000, 1, 50_000),
            section.sizeBytes("max-queued-size", 1 << 20, 1024, 8 << 20)),
        section.integer("max-retained-messages", 20_000, 0, 100_000),
        section.sizeBytes("max-retained-size", 4 << 20, 0, 8 << 20),
        section.duration(
            "sys-interval", Duration.ofSeconds(10), Duration.ofSeconds(1), Duration.ofHours(1)),
        section.oneOf("unmapped", Unmapped.class, Unmapped.REFUSE),
        local(section),
        Mappings.read(section));
  }

  private static List<LocalTopics.Local> local(Section section) {
    List<LocalTopics.Local> rules = new ArrayList<>();
    for (Section each : section.sections("local")) {
      TopicFilter filter = Mappings.filter(each);
      rules.add(
          new LocalTopics.Local(
              filter, each.oneOf("ack", LocalTopics.Meaning.class, LocalTopics.Meaning.STORED)));
    }
    return List.copyOf(rules);
  }
}
