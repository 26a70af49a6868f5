package io.tributary.adapter;

import io.tributary.settings.Section;
import java.util.Optional;
import java.util.regex.Pattern;

/// The Tributary topic that a section gives to readings: its keys `topic` and `class`.
///
/// @param name as Kafka's topics are named; empty when the section is wrong
/// @param topicClass empty: as the edge's `topics` says, else `normal`
public record TargetTopic(String name, Optional<TopicClass> topicClass) {
  private static final Pattern NAME = Pattern.compile("[a-zA-Z0-9._-]{1,249}");

  private static final String ALLOWED =
      "must be 1 to 249 of the characters a-z A-Z 0-9 . _ - and not begin with _";

  /// Reads both keys; what is wrong is reported to the section.
  public static TargetTopic read(Section section) {
    return read(section, "topic");
  }

  /// Reads the topic from another key, and the key `class`.
  public static TargetTopic read(Section section, String key) {
    return new TargetTopic(name(section, key), topicClass(section));
  }

  /// Reads the key `topic` alone.
  public static String name(Section section) {
    return name(section, "topic");
  }

  /// Reads the name of a topic from another key.
  public static String name(Section section, String key) {
    String name = section.string(key);
    if (!name.isEmpty() && !isName(name)) {
      section.refuse(key, "is '" + name + "' but " + ALLOWED);
    }
    return name;
  }

  /// Reads a section that is named after its topic, and has the key `class` alone.
  ///
  /// @param topics which it lies in
  /// @param name one of the keys of `topics`
  public static TargetTopic readEntry(Section topics, String name) {
    if (!isName(name)) {
      topics.refuse(name, "is the name of a topic, which " + ALLOWED);
    }
    return new TargetTopic(name, topicClass(topics.section(name)));
  }

  private static boolean isName(String name) {
    boolean dots = name.equals(".") || name.equals("..");
    return !dots && !name.startsWith("_") && NAME.matcher(name).matches();
  }

  private static Optional<TopicClass> topicClass(Section section) {
    return section.has("class")
        ? Optional.of(section.oneOf("class", TopicClass.class, TopicClass.NORMAL))
        : Optional.empty();
  }
}
