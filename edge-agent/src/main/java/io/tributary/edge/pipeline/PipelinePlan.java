package io.tributary.edge.pipeline;

import io.tributary.adapter.Adapter;
import io.tributary.adapter.AdapterPlan;
import io.tributary.adapter.Outlet;
import io.tributary.adapter.TargetTopic;
import io.tributary.adapter.TopicClass;
import io.tributary.settings.Section;
import io.tributary.smartmodule.ChainPlan;
import io.tributary.smartmodule.StartAt;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A checked pipeline: from where, through what, to where.
///
/// @param start where it begins when it has never run
/// @param deadLetters the topic for what a guest fails on
public record PipelinePlan(
    String from, TargetTopic to, StartAt start, ChainPlan chain, String deadLetters)
    implements AdapterPlan {
  /// The word of {@link io.tributary.adapter.AdapterStatus#type}.
  public static final String TYPE = "pipeline";

  /// Reads the keys `from` and `start`; the others are read already.
  ///
  /// @param chain null when it was refused or is missing
  /// @return null when the section is refused
  public static @Nullable PipelinePlan read(
      Section section, TargetTopic to, @Nullable ChainPlan chain, String deadLetters) {
    String from = TargetTopic.name(section, "from");
    StartAt start = start(section);
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

  private static StartAt start(Section section) {
    String written = section.string("start", "earliest");
    StartAt start = StartAt.of(written);
    if (start == null || start instanceof StartAt.Offset) {
      section.refuse("start", "is '" + written + "'; it must be " + StartAt.WORDS);
      return new StartAt.Earliest();
    }
    return start;
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
