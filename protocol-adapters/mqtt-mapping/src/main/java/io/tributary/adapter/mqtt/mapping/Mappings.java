package io.tributary.adapter.mqtt.mapping;

import io.tributary.adapter.TargetTopic;
import io.tributary.adapter.TopicClass;
import io.tributary.settings.Section;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The configuration of mappings: which MQTT topics become which topic.
public final class Mappings {
  private static final String KEYS =
      "mqtt-topic, client-id, none, level:N (counted from 1) or json:FIELD";
  private static final String TIMESTAMPS = "arrival, json:FIELD or user-property:NAME";

  private Mappings() {}

  /// Reads the list `mappings` of an adapter's section; what is wrong is reported to it.
  public static List<Mapping> read(Section section) {
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
    TargetTopic target = TargetTopic.read(section);
    return new Mapping(
        filter,
        target.name(),
        target.topicClass().orElse(null),
        key(section, filter),
        timestamp(section),
        section.oneOf("keep-topic", Mapping.KeepTopic.class, Mapping.KeepTopic.AUTO));
  }

  /// Reads the key `filter` of an entry.
  public static TopicFilter filter(Section section) {
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

  /// The Tributary topics that mappings lead to, each with the class that they give it, if any.
  public static Map<String, Optional<TopicClass>> topics(List<Mapping> mappings) {
    Map<String, Optional<TopicClass>> topics = new LinkedHashMap<>();
    for (Mapping mapping : mappings) {
      topics.merge(
          mapping.topic(),
          Optional.ofNullable(mapping.topicClass()),
          (first, more) -> first.isPresent() ? first : more);
    }
    return topics;
  }
}
