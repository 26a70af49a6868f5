package io.tributary.adapter.mqtt.bridge;

import io.tributary.adapter.TopicPosition;
import io.tributary.settings.Section;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// A publisher's configuration.
///
/// @param plan all of a connection but the password
/// @param window how many messages are on their way to the broker before it has answered the first
/// @param packetBytesMost messages that would be larger are counted and passed over
/// @param storeInterval how often positions are written down
/// @param tellsOrigin whether user properties say where a message comes from
record PublisherSettings(
    BrokerSettings broker,
    ConnectionPlan plan,
    int window,
    long packetBytesMost,
    Duration storeInterval,
    boolean tellsOrigin,
    List<Publication> publications) {

  private static final int WINDOW = 100;

  /// A broker of MQTT 3.1.1 does not say how many it takes. Mosquitto 2.0.11, which takes 20 where nobody sets another, loses
  /// messages of QoS 2 beyond.
  private static final int WINDOW_OF_THE_UNTOLD = 10;

  private enum Start {
    OLDEST,
    NEWEST;

    TopicPosition position() {
      return this == OLDEST ? TopicPosition.OLDEST : TopicPosition.NEWEST;
    }
  }

  static PublisherSettings read(Section section) {
    BrokerSettings broker = BrokerSettings.read(section);
    boolean isTold = broker.plan().version() == MqttVersion.FIVE;
    int window = section.integer("window", isTold ? WINDOW : WINDOW_OF_THE_UNTOLD, 1, 65_535);
    return new PublisherSettings(
        broker,
        broker.plan().sending(window),
        window,
        section.sizeBytes(
            "max-packet-size", Welcome.PACKET_BYTES_MOST, 256, Welcome.PACKET_BYTES_MOST),
        section.duration(
            "store-interval", Duration.ofSeconds(5), Duration.ZERO, Duration.ofHours(1)),
        section.bool("properties", true),
        publications(section));
  }

  private static List<Publication> publications(Section section) {
    List<Publication> publications = new ArrayList<>();
    Set<String> topics = new HashSet<>();
    for (Section each : section.sections("publications")) {
      String topic = each.string("topic");
      if (!topics.add(topic)) {
        each.refuse(
            "topic",
            "is '"
                + topic
                + "' a second time: publish it elsewhere with another adapter, so that each has a position");
      }
      publications.add(
          new Publication(
              topic,
              template(each, topic),
              each.integer("qos", 1, 0, 2),
              each.bool("retain", false),
              each.oneOf("start", Start.class, Start.OLDEST).position()));
    }
    if (publications.isEmpty()) {
      section.refuse(
          "publications",
          "is empty; it must say what to publish where, such as [{topic: temperature, to: 'plant/{key}'}]");
    }
    return List.copyOf(publications);
  }

  private static TopicTemplate template(Section each, String topic) {
    String to = each.string("to");
    try {
      return new TopicTemplate(to, topic);
    } catch (IllegalArgumentException e) {
      if (!to.isEmpty()) {
        each.refuse(
            "to",
            "is '"
                + to
                + "' but must be an MQTT topic without + and #, in which {key}, {topic} and {header:NAME} stand for"
                + " what the reading has");
      }
      return new TopicTemplate("none", topic);
    }
  }
}
