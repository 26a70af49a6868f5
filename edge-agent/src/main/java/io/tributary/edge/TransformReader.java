package io.tributary.edge;

import io.tributary.adapter.TargetTopic;
import io.tributary.edge.EdgeConfig.AdapterConfig;
import io.tributary.edge.EdgeConfig.TopicConfig;
import io.tributary.edge.EdgeConfig.Transforms;
import io.tributary.edge.pipeline.PipelinePlan;
import io.tributary.settings.Section;
import io.tributary.smartmodule.Budget;
import io.tributary.smartmodule.ChainPlan;
import io.tributary.smartmodule.Modules;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Reads what a configuration says of transforms: before the log, and in pipelines from one topic to another. An edge without any
/// does not even look for the engine.
final class TransformReader {
  private static final String DEAD_LETTERS = ".dead-letters";

  private @Nullable Modules modules;
  private boolean hasLooked;

  /// For each topic of dead letters the section that names it, and the topic whose class it has.
  private final Map<String, Named> deadLetters = new LinkedHashMap<>();

  private record Named(Section section, String of) {}

  /// What the readings of a topic go through before they are logged, or null.
  @Nullable Transforms ofTopic(String name, Section section) {
    ChainPlan chain = ChainPlan.read(section, modules(section));
    String letters = deadLetters(section, name);
    return chain == null ? null : new Transforms(chain, letters);
  }

  /// The pipelines, each a source of readings as an adapter is.
  List<AdapterConfig> pipelines(Section pipelines) {
    List<AdapterConfig> all = new ArrayList<>();
    pipelines
        .entries()
        .forEach((name, section) -> {
          TargetTopic to = TargetTopic.read(section, "to");
          ChainPlan chain = ChainPlan.read(section, modules(section));
          String letters = deadLetters(section, to.name());
          PipelinePlan plan = PipelinePlan.read(section, to, chain, letters);
          if (plan != null) {
            all.add(new AdapterConfig(name, PipelinePlan.TYPE, plan));
          }
        });
    return all;
  }

  private String deadLetters(Section section, String topic) {
    String name =
        section.has("dead-letter")
            ? TargetTopic.name(section, "dead-letter")
            : topic + DEAD_LETTERS;
    if (section.has("transforms")) {
      deadLetters.put(name, new Named(section, topic));
    }
    return name;
  }

  /// Gives each topic of dead letters the class of the one that they come from, since both are committed together.
  void nameDeadLetters(Map<String, TopicConfig> topics) {
    deadLetters.forEach((name, named) -> {
      TopicConfig of = topics.get(named.of);
      if (of == null) {
        return; // nobody writes it, or its name was refused
      }
      TopicConfig known = topics.get(name);
      if (known == null) {
        topics.put(name, new TopicConfig(name, of.topicClass()));
      } else if (known.topicClass() != of.topicClass()) {
        named.section.refuse(
            "dead-letter",
            "is '%s', which is of the class %s; it must be of that of '%s', %s, since both are committed together"
                .formatted(name, known.topicClass().word(), named.of, of.topicClass().word()));
      } else if (known.transforms() != null) {
        named.section.refuse("dead-letter", "is '" + name + "', which has transforms of its own");
      }
    });
  }

  private @Nullable Modules modules(Section section) {
    if (!hasLooked && section.has("transforms")) {
      modules = Modules.find(true, Budget.SMALL);
      hasLooked = true;
    }
    return modules;
  }
}
