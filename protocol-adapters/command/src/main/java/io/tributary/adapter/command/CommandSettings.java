package io.tributary.adapter.command;

import io.tributary.adapter.TargetTopic;
import io.tributary.settings.Section;
import java.time.Duration;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Where commands come from: the section `commands` of an adapter.
///
/// @param topic of this edge
/// @param expiry how long a command is good that does not say it itself
public record CommandSettings(String topic, Duration expiry) {
  private static final Duration EXPIRY = Duration.ofSeconds(30);

  /// The topics that an adapter with such a section reads.
  public static Set<String> topics(@Nullable CommandSettings settings) {
    return settings == null ? Set.of() : Set.of(settings.topic);
  }

  /// Reads the section; null when there is none.
  public static @Nullable CommandSettings read(Section adapter) {
    if (!adapter.has("commands")) {
      return null;
    }
    Section section = adapter.section("commands");
    return new CommandSettings(
        TargetTopic.name(section),
        section.duration("expiry", EXPIRY, Duration.ofMillis(100), Duration.ofDays(30)));
  }
}
