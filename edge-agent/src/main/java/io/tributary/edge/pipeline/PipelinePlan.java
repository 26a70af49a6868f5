package io.tributary.edge.pipeline;

import io.tributary.adapter.Adapter;
import io.tributary.adapter.AdapterPlan;
import io.tributary.adapter.Outlet;
import io.tributary.adapter.TargetTopic;
import io.tributary.adapter.TopicClass;
import io.tributary.settings.Section;
import io.tributary.smartmodule.ChainPlan;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A checked pipeline: from where, through what, to where.
///
/// @param start where it begins when it has never run
/// @param deadLetters the topic for what a guest fails on
public record PipelinePlan(
    String from, TargetTopic to, Start start, ChainPlan chain, String deadLetters)
    implements AdapterPlan {
  /// The word of {@link io.tributary.adapter.AdapterStatus#type}.
  public static final String TYPE = "pipeline";

  /// Where a pipeline begins.
  ///
  /// @param isLatest behind all that is there
  /// @param fromMs readings with an earlier time are left out until one is that late
  public record Start(boolean isLatest, long fromMs) {
    static final Start EARLIEST = new Start(false, Long.MIN_VALUE);
  }

  /// Reads the keys `from` and `start`; the others are read already.
  ///
  /// @param chain null when it was refused or is missing
  /// @return null when the section is refused
  public static @Nullable PipelinePlan read(
      Section section, TargetTopic to, @Nullable ChainPlan chain, String deadLetters) {
    String from = TargetTopic.name(section, "from");
    Start start = start(section);
    if (chain == null) {
      if (!section.has("transforms")) {
        section.refuse("transforms", "is missing; it must be a list of `uses`, at least one");
      }
      return null;
    }
    if (from.equals(to.name())) {
      section.refuse("to", "is '" + from + "', where the pipeline reads");
      return null;
    }
    return new PipelinePlan(from, to, start, chain, deadLetters);
  }

  private static Start start(Section section) {
    String word = section.string("start", "earliest");
    switch (word) {
      case "earliest" -> {
        return Start.EARLIEST;
      }
      case "latest" -> {
        return new Start(true, Long.MIN_VALUE);
      }
      default -> {
        try {
          return new Start(false, Instant.parse(word).toEpochMilli());
        } catch (DateTimeParseException e) {
          section.refuse(
              "start",
              "is '"
                  + word
                  + "' but must be earliest, latest, or a time such as 2026-01-31T12:00:00Z");
          return Start.EARLIEST;
        }
      }
    }
  }

  @Override
  public Map<String, Optional<TopicClass>> topics() {
    return Map.of(to.name(), to.topicClass());
  }

  /// Also of dead letters, which get the class of the target.
  @Override
  public Set<String> reads() {
    return Set.of(from);
  }

  @Override
  public Adapter open(String name, Outlet outlet) {
    return new PipelineAdapter(name, this, outlet);
  }
}
