package io.tributary.adapter.mqtt;

import io.tributary.adapter.TopicClass;
import io.tributary.settings.HostAndPort;
import io.tributary.settings.Section;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/// The endpoint's configuration.
///
/// @param maxPacketBytes the largest packet that a client may send, header included
/// @param receiveMaximum how many QoS 1 and 2 publishes a client may have in flight; one of MQTT 3.1.1 is not read further
/// @param keepAliveMax what MQTT 5 clients are told when they ask for more or for none
/// @param connectTimeout how long a connection may take until its CONNECT is answered
/// @param sessionExpiryMax how long the session of a client that is away is kept at most
/// @param maxSessions how many clients' sessions are kept
/// @param topicAliasMaximum how many topic aliases a client may use
record MqttSettings(
    HostAndPort listen,
    int maxConnections,
    int maxPacketBytes,
    int receiveMaximum,
    Duration keepAliveMax,
    Duration connectTimeout,
    Duration sessionExpiryMax,
    int maxSessions,
    int topicAliasMaximum,
    Unmapped unmapped,
    Wills wills,
    List<Mapping> mappings) {

  /// What is done with a publish that no mapping takes.
  enum Unmapped {
    /// The client is told, and a client that cannot be told is disconnected: the publish is not lost in silence.
    REFUSE,
    /// It is acknowledged, counted and dropped.
    IGNORE
  }

  /// What is done with a client that brings a will, which nobody would publish.
  enum Wills {
    /// The client is told that it cannot connect with a will.
    REFUSE,
    /// The client connects, the will is counted and dropped.
    IGNORE
  }

  private static final HostAndPort DEFAULT_LISTEN = new HostAndPort("127.0.0.1", 1883);

  /// Kafka's rule for the names of topics.
  private static final Pattern TOPIC = Pattern.compile("[a-zA-Z0-9._-]{1,249}");

  private static final String KEYS =
      "mqtt-topic, client-id, none, level:N (counted from 1) or json:FIELD";
  private static final String TIMESTAMPS = "arrival, json:FIELD or user-property:NAME";

  static MqttSettings read(Section section) {
    return new MqttSettings(
        section.address("listen", DEFAULT_LISTEN),
        section.integer("max-connections", 1000, 1, 100_000),
        (int) section.sizeBytes("max-packet-size", 256 << 10, 256, 1 << 20),
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
        section.oneOf("unmapped", Unmapped.class, Unmapped.REFUSE),
        section.oneOf("wills", Wills.class, Wills.REFUSE),
        mappings(section));
  }

  private static List<Mapping> mappings(Section section) {
    List<Mapping> mappings = new ArrayList<>();
    Map<String, TopicClass> classes = new HashMap<>();
    for (Section each : section.sections("mappings")) {
      Mapping mapping = mapping(each);
      mappings.add(mapping);
      TopicClass topicClass = mapping.topicClass();
      TopicClass earlier =
          topicClass == null ? null : classes.putIfAbsent(mapping.topic(), topicClass);
      if (earlier != null && earlier != topicClass) {
        each.refuse(
            "class",
            "differs from '"
                + earlier.word()
                + "', which an earlier mapping gives to the topic "
                + mapping.topic()
                + ": a topic has one class");
      }
    }
    if (mappings.isEmpty()) {
      section.refuse(
          "mappings",
          "is empty; it must say which MQTT topics become which topic, such as"
              + " [{filter: sensors/+/temperature, topic: temperature}]");
    }
    return List.copyOf(mappings);
  }

  private static Mapping mapping(Section section) {
    TopicFilter filter = filter(section);
    return new Mapping(
        filter,
        topic(section),
        section.has("class") ? section.oneOf("class", TopicClass.class, TopicClass.NORMAL) : null,
        key(section, filter),
        timestamp(section),
        section.oneOf("keep-topic", Mapping.KeepTopic.class, Mapping.KeepTopic.AUTO));
  }

  private static TopicFilter filter(Section section) {
    String text = section.string("filter");
    try {
      return new TopicFilter(text);
    } catch (IllegalArgumentException e) {
      if (!text.isEmpty()) {
        section.refuse(
            "filter",
            "is '"
                + text
                + "' but must be a topic filter such as sensors/+/temperature or plant/#");
      }
      return new TopicFilter("#");
    }
  }

  private static String topic(Section section) {
    String topic = section.string("topic");
    boolean dots = topic.equals(".") || topic.equals("..");
    if (!topic.isEmpty() && (dots || topic.startsWith("_") || !TOPIC.matcher(topic).matches())) {
      section.refuse(
          "topic",
          "is '"
              + topic
              + "' but must be 1 to 249 of the characters a-z A-Z 0-9 . _ - and not begin with _");
    }
    return topic;
  }

  private static Mapping.KeyRule key(Section section, TopicFilter filter) {
    String text = section.string("key", "mqtt-topic");
    try {
      if (text.startsWith("level:")) {
        int index = Integer.parseInt(text.substring("level:".length())) - 1;
        if (index >= 0 && index < filter.minLevels()) {
          return new Mapping.KeyRule.Level(index);
        }
        section.refuse("key", "is '" + text + "' but " + filter + " has not that many levels");
        return new Mapping.KeyRule.MqttTopic();
      }
      if (text.startsWith("json:")) {
        return new Mapping.KeyRule.Field(new JsonPath(text.substring("json:".length())));
      }
    } catch (IllegalArgumentException e) {
      return refuseKey(section, text);
    }
    return switch (text) {
      case "mqtt-topic" -> new Mapping.KeyRule.MqttTopic();
      case "client-id" -> new Mapping.KeyRule.ClientId();
      case "none" -> new Mapping.KeyRule.None();
      default -> refuseKey(section, text);
    };
  }

  private static Mapping.KeyRule refuseKey(Section section, String text) {
    section.refuse("key", "is '" + text + "' but must be one of " + KEYS);
    return new Mapping.KeyRule.MqttTopic();
  }

  private static Mapping.TimestampRule timestamp(Section section) {
    String text = section.string("timestamp", "arrival");
    if (text.startsWith("json:")) {
      try {
        return new Mapping.TimestampRule.Field(new JsonPath(text.substring("json:".length())));
      } catch (IllegalArgumentException e) {
        section.refuse("timestamp", "is '" + text + "' but must be one of " + TIMESTAMPS);
      }
    } else if (text.startsWith("user-property:") && text.length() > "user-property:".length()) {
      byte[] name = text.substring("user-property:".length()).getBytes(StandardCharsets.UTF_8);
      return new Mapping.TimestampRule.UserProperty(name);
    } else if (!text.equals("arrival")) {
      section.refuse("timestamp", "is '" + text + "' but must be one of " + TIMESTAMPS);
    }
    return new Mapping.TimestampRule.Arrival();
  }
}
