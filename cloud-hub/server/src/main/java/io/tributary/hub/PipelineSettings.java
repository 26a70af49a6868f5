package io.tributary.hub;

import io.tributary.core.pipeline.PipelineSpec;
import io.tributary.settings.Section;
import io.tributary.smartmodule.ChainPlan;
import io.tributary.smartmodule.ErrorPolicy;
import io.tributary.smartmodule.Modules;
import io.tributary.smartmodule.StartAt;
import io.tributary.store.TopicLimits;
import io.tributary.store.TopicName;
import io.tributary.store.TopicSpec;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The key `pipelines`. Each is tried before anything starts: its modules are loaded, and accept their params.
final class PipelineSettings {
  private static final String DEAD_LETTER = "dead-letter";

  /// A pipeline's name is part of keys and of a thread's name.
  private static final int NAME_CHARS_MOST = 100;

  /// Their guests share the hub's memory.
  private static final int PIPELINES_MOST = 200;

  private final Map<String, TopicSpec> configured = new LinkedHashMap<>();
  private final TopicLimits limits;

  /// Which pipeline writes a topic, or has a place for it.
  private final Map<String, String> writers = new LinkedHashMap<>();

  /// From which topic each topic comes.
  private final Map<String, String> sources = new LinkedHashMap<>();

  private PipelineSettings(TopicSettings topics) {
    topics.configured().forEach(topic -> configured.put(topic.name(), topic));
    this.limits = topics.defaults().limits();
  }

  /// What is wrong is noted in the section.
  static List<PipelineSpec> of(Section root, TopicSettings topics) {
    Section pipelines = root.section("pipelines");
    Map<String, Section> entries = pipelines.entries();
    if (entries.isEmpty()) {
      return List.of();
    }
    PipelineSettings settings = new PipelineSettings(topics);
    Modules modules = Modules.find(true);
    List<PipelineSpec> specs = new ArrayList<>();
    entries.forEach((name, section) -> {
      String objection = objection(name);
      if (objection != null) {
        pipelines.refuse(name, objection);
      }
      if (specs.size() == PIPELINES_MOST) {
        pipelines.refuse(name, "is one too many: a hub has at most " + PIPELINES_MOST);
      }
      PipelineSpec spec = settings.pipeline(name, section, modules);
      if (spec != null && objection == null) {
        specs.add(spec);
      }
    });
    settings.refuseCycles(entries);
    return List.copyOf(specs);
  }

  private static @Nullable String objection(String name) {
    String objection = TopicName.objection(name);
    if (objection != null) {
      return objection.replace("a topic", "a pipeline");
    }
    return name.length() > NAME_CHARS_MOST
        ? "a pipeline's name has at most " + NAME_CHARS_MOST + " characters"
        : null;
  }

  private @Nullable PipelineSpec pipeline(String name, Section section, @Nullable Modules modules) {
    String from = source(section);
    String to = section.string("to");
    StartAt start = start(section);
    ChainPlan plan = ChainPlan.read(section, modules);
    if (section.sections("transforms").isEmpty()) {
      section.refuse("transforms", "is missing; it must be a list of at least one transform");
    }
    String letters = null;
    boolean buries =
        plan == null
            ? section.string("on-error", DEAD_LETTER).equals(DEAD_LETTER)
            : plan.policy() == ErrorPolicy.DEAD_LETTER;
    if (buries) {
      letters = section.string(DEAD_LETTER, to + ".dead-letters");
    } else if (section.has(DEAD_LETTER)) {
      section.refuse(DEAD_LETTER, "belongs to 'on-error: dead-letter'");
    }
    boolean isFine = isTarget(name, section, "to", to, from);
    if (letters != null && !to.isEmpty()) {
      isFine &= isTarget(name, section, DEAD_LETTER, letters, from);
    }
    if (!to.isEmpty() && !from.isEmpty()) {
      sources.put(to, from);
    }
    if (plan == null || !isFine || from.isEmpty()) {
      return null;
    }
    return new PipelineSpec(name, from, to, start, plan, letters, limits(to));
  }

  private String source(Section section) {
    String from = section.string("from");
    String objection = from.isEmpty() ? null : TopicName.objection(from);
    if (objection == null && TopicName.isHubsOwn(from)) {
      objection = "is the hub's own topic '" + from + "', which is not for pipelines";
    }
    if (objection != null) {
      section.refuse("from", objection);
      return "";
    }
    return from;
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

  /// Whether a pipeline may write a topic.
  private boolean isTarget(String name, Section section, String key, String topic, String from) {
    String objection = topic.isEmpty() ? null : targetObjection(topic, from);
    if (topic.isEmpty()) {
      return false; // is missing, and noted
    }
    if (objection == null) {
      String other = writers.putIfAbsent(topic, name);
      if (other != null) {
        objection =
            other.equals(name)
                ? "is '" + topic + "', where this pipeline's outputs go: name another topic"
                : "is '%s', which the pipeline '%s' writes: each topic has one writer"
                    .formatted(topic, other);
      }
    }
    if (objection != null) {
      section.refuse(key, objection);
    }
    return objection == null;
  }

  private @Nullable String targetObjection(String topic, String from) {
    String objection = TopicName.objection(topic);
    if (objection != null) {
      return objection;
    }
    if (topic.equals(from)) {
      return "is '" + topic + "', which it reads: name another topic";
    }
    if (TopicName.isHubsOwn(topic)) {
      return "is the hub's own topic '" + topic + "': name another topic";
    }
    TopicSpec known = configured.get(topic);
    if (known != null && known.mirrored()) {
      return "is '%s', which mirrors edges (topics.%s): name another topic, or say 'mirrored: false' there"
          .formatted(topic, topic);
    }
    String twin = TopicName.collision(topic, configured.keySet());
    String other = twin != null ? twin : TopicName.collision(topic, writers.keySet());
    return other == null
        ? null
        : "differs from '" + other + "' in '.' and '_' only, which Kafka refuses";
  }

  /// Those of the configuration, where it names the topic, else the defaults.
  private TopicLimits limits(String to) {
    TopicSpec known = configured.get(to);
    return known == null ? limits : known.limits();
  }

  private void refuseCycles(Map<String, Section> entries) {
    Set<String> told = new HashSet<>();
    entries.forEach((name, section) -> {
      String to = section.string("to", "");
      List<String> way = new ArrayList<>(List.of(to));
      String at = sources.get(to);
      while (at != null && !way.contains(at)) {
        way.add(at);
        at = sources.get(at);
      }
      if (at != null && at.equals(to) && way.size() > 1 && told.add(to)) {
        way.add(at);
        section.refuse(
            "from",
            "closes a circle, in which records would go round for ever: "
                + String.join(" is made of ", way));
      }
    });
  }
}
