package io.tributary.adapter.template;

import io.tributary.adapter.TopicClass;
import io.tributary.settings.HostAndPort;
import io.tributary.settings.Section;
import java.util.Optional;

/// What the owner of the edge writes for this adapter.
///
/// @param topicClass empty: as `topics` says, else `normal`
record LinesSettings(HostAndPort listen, String topic, Optional<TopicClass> topicClass) {
  private static final HostAndPort LOOPBACK = new HostAndPort("127.0.0.1", 7070);

  /// Reads and checks every key. What is wrong is told to the section, which knows its file and line, and the reading goes on.
  static LinesSettings read(Section section) {
    String topic = section.string("topic");
    if (!topic.isEmpty() && !topic.matches("[A-Za-z0-9][A-Za-z0-9._-]{0,248}")) {
      section.refuse(
          "topic",
          "is '"
              + topic
              + "' but must be 1 to 249 of the characters a-z A-Z 0-9 . _ - and begin with a letter or a digit");
    }
    return new LinesSettings(
        section.address("listen", LOOPBACK),
        topic,
        section.has("class")
            ? Optional.of(section.oneOf("class", TopicClass.class, TopicClass.NORMAL))
            : Optional.empty());
  }
}
