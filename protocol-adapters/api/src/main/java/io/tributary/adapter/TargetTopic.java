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

  /// Reads both keys; what is wrong is reported to the section.
  public static TargetTopic read(Section section) {
    return new TargetTopic(
        name(section),
        section.has("class")
            ? Optional.of(section.oneOf("class", TopicClass.class, TopicClass.NORMAL))
            : Optional.empty());
  }

  /// Reads the key `topic` alone.
  public static String name(Section section) {
    String name = section.string("topic");
    boolean dots = name.equals(".") || name.equals("..");
    if (!name.isEmpty() && (dots || name.startsWith("_") || !NAME.matcher(name).matches())) {
      section.refuse(
          "topic",
          "is '"
              + name
              + "' but must be 1 to 249 of the characters a-z A-Z 0-9 . _ - and not begin with _");
    }
    return name;
  }
}
