package io.tributary.sim.guests;

import io.tributary.record.Record;
import io.tributary.settings.Section;
import io.tributary.settings.Settings;
import io.tributary.settings.SettingsRefused;
import io.tributary.smartmodule.ChainPlan;
import io.tributary.smartmodule.DeadLetter;
import io.tributary.smartmodule.GuestFailed;
import io.tributary.smartmodule.Modules;
import io.tributary.smartmodule.PipelineRun;
import io.tributary.smartmodule.PipelineRun.Failure;
import io.tributary.smartmodule.PipelineRun.Input;
import io.tributary.smartmodule.PipelineRun.Output;
import io.tributary.smartmodule.PipelineRun.Step;
import io.tributary.smartmodule.Progress;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;

/// A pipeline of an edge under test: what the edge's configuration says of it, and what its chain makes of a topic in one go.
///
/// @param to the topic that it writes, which is its name as well
/// @param topicClass of that topic and of its dead letters
/// @param transforms each a mapping of YAML in one line, without its braces
record EdgePipeline(String from, String to, String topicClass, List<String> transforms) {
  /// The topic that readings are published to.
  static final String SOURCE = "numbers";

  /// The topic that is not mirrored.
  static final String LOCAL = "steps";

  /// A machine that stands still must not be taken for a guest that does.
  private static final String PATIENT = "{time: 20s}";

  private static final int STATE_BYTES_MOST = 64 << 20;

  /// What comes of a topic.
  record Made(List<Record> outputs, List<Record> deadLetters) {}

  /// Stateful ones in three classes, two in a row with a topic between them that stays at the edge, one that drops nearly everything,
  /// and one whose last guest breaks its budget behind another that remembers.
  static List<EdgePipeline> all() throws IOException {
    return List.of(
        of(SOURCE, "sums", "normal", guest("aggregate-c")),
        of(SOURCE, "once", "normal", "uses: dedup, with: {by: value, count: 200}"),
        of(SOURCE, "windows", "bulk", "uses: window, with: {length: 1s}"),
        of(
            SOURCE,
            "halves",
            "bulk",
            guest("filter-map-as"),
            "uses: deadband, with: {band: 100, max-silence: 2s}"),
        of(SOURCE, "rare", "normal", "uses: regex-filter, with: {regex: '^777$'}"),
        new EdgePipeline(
            SOURCE,
            "elements",
            "normal",
            List.of(
                patient("uses: regex-filter, with: {regex: '^\\['}"),
                patient("uses: dedup, with: {by: value, count: 20}"),
                guest("array-map-c") + ", budget: {time: 20s, output-records: 2000}")),
        of(SOURCE, LOCAL, "alarm", "uses: deadband, with: {band: 300}"),
        of(LOCAL, "step-sums", "normal", guest("aggregate-as")));
  }

  private static EdgePipeline of(String from, String to, String topicClass, String... transforms) {
    return new EdgePipeline(
        from, to, topicClass, List.of(transforms).stream().map(EdgePipeline::patient).toList());
  }

  private static String patient(String transform) {
    return transform + ", budget: " + PATIENT;
  }

  private static String guest(String name) throws IOException {
    Path file = SampleGuest.directory().resolve(name + ".wasm");
    return SampleGuest.uses(file);
  }

  boolean isLocal() {
    return to.equals(LOCAL);
  }

  String deadLetters() {
    return to + ".dead-letters";
  }

  /// Its entry in the section `pipelines` of an edge.
  String yaml() {
    return "  %s: {from: %s, to: %s, class: %s, %s}%n"
        .formatted(to, from, to, topicClass, transformsYaml());
  }

  private String transformsYaml() {
    return transforms.stream().collect(Collectors.joining("}, {", "transforms: [{", "}]"));
  }

  /// Sends all of a topic through the chain, undisturbed.
  ///
  /// @param source its records, the first of which has offset 0
  Made make(List<Record> source) throws IOException {
    try {
      ChainPlan plan = plan();
      PipelineRun run =
          PipelineRun.open(plan, Progress.beginning(plan, 1, 0), STATE_BYTES_MOST, line -> {});
      List<Input> inputs = new ArrayList<>();
      for (Record record : source) {
        inputs.add(new Input(inputs.size(), record));
      }
      Made made = new Made(new ArrayList<>(), new ArrayList<>());
      while (run.next() < inputs.size()) {
        Step step = run.step(inputs.subList((int) run.next(), inputs.size()), inputs.size());
        step.outputs().stream().map(Output::record).forEach(made.outputs::add);
        step.failures().stream().map(this::letter).forEach(made.deadLetters::add);
      }
      return made;
    } catch (GuestFailed e) {
      throw new IOException(to + ": its guests cannot go on: " + e.text(), e);
    }
  }

  private Record letter(Failure failure) {
    DeadLetter.Place place = new DeadLetter.Place(to, from, -1, failure.input().offset());
    return failure.letter().letters(failure.input().record(), place).get(0);
  }

  private ChainPlan plan() throws IOException {
    try {
      Section section = Settings.parse(to, transformsYaml());
      ChainPlan plan = ChainPlan.read(section, Modules.find(true));
      section.finish();
      return Objects.requireNonNull(plan, "it was not refused");
    } catch (SettingsRefused e) {
      throw new IOException(e.getMessage(), e);
    }
  }
}
