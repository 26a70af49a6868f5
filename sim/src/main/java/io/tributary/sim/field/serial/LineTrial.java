package io.tributary.sim.field.serial;

import com.grack.nanojson.JsonObject;
import com.grack.nanojson.JsonParser;
import com.grack.nanojson.JsonParserException;
import io.tributary.sim.ExitStatus;
import io.tributary.sim.field.Script;
import io.tributary.sim.field.TerminalPair;
import io.tributary.sim.field.TopicValues;
import io.tributary.sim.plant.EdgePlan;
import io.tributary.sim.plant.Plant;
import io.tributary.sim.plant.Plant.Edge;
import io.tributary.sim.plant.Plant.Hub;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.LongFunction;
import org.apache.kafka.common.KafkaException;
import picocli.CommandLine;

/// What instruments said, sent through pseudo-terminals to an edge that mirrors to a hub: what the edge counts and what a Kafka client
/// reads there, against the opinion of a script.
final class LineTrial {
  private static final String EDGE = "line-edge";
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final long REST_MS = 500;

  private final String decode;
  private final String script;
  private final Judge judge;

  /// Holds an edge against a script.
  interface Judge {
    /// @param opinion the script's
    /// @param counters the adapter's
    /// @param readings at the hub, with numbers as they are written
    Verdict judge(JsonObject opinion, JsonObject counters, List<JsonObject> readings);
  }

  /// @param figures what was read, in few words
  /// @param differences from the script's opinion; none is right
  record Verdict(String figures, List<String> differences) {}

  /// @param decode what the adapter takes the bytes for
  /// @param script that reads the same bytes, beside this class
  LineTrial(String decode, String script, Judge judge) {
    this.decode = decode;
    this.script = script;
    this.judge = judge;
  }

  private record Sent(Capture capture, TerminalPair line, String topic) {}

  /// Runs as a command that is called as what the adapter decodes.
  ///
  /// @param simulated by its seed, where no file is named
  /// @return the exit status
  int call(CommandLine command, CaptureOptions options, LongFunction<byte[]> simulated)
      throws InterruptedException {
    try {
      return isAsTheScriptSays(options.captures(simulated.apply(options.seed)), command.getOut())
          ? ExitStatus.DONE
          : ExitStatus.CHECK_FAILED;
    } catch (IOException | KafkaException e) {
      command.getErr().println("sim " + decode + ": " + e.getMessage());
      return ExitStatus.WORLD;
    }
  }

  /// Tells of each capture in a line.
  private boolean isAsTheScriptSays(List<Capture> captures, PrintWriter out)
      throws IOException, InterruptedException {
    try (Plant plant = new Plant("tributary-line-", List.of(EDGE))) {
      List<Sent> all = new ArrayList<>();
      StringBuilder adapters = new StringBuilder();
      for (Capture each : captures) {
        String topic = "line" + all.size();
        TerminalPair line = plant.closes(new TerminalPair(plant.directory().resolve(topic)));
        line.plug();
        all.add(new Sent(each, line, topic));
        adapters.append(
            "  %1$s: {type: serial, port: %2$s, decode: %3$s, topic: %1$s}%n"
                .formatted(topic, line.port(), decode));
      }
      Hub hub = plant.hub("");
      Edge edge =
          plant.unstartedEdge(
              EdgePlan.of(plant, EDGE, hub.mirror())
                  .mapping("{filter: \"#\", topic: other}")
                  .more(adapters.toString()));
      edge.program().start();
      plant.awaitReady(edge);
      boolean agree = true;
      for (Sent each : all) {
        Verdict verdict = send(plant, hub, edge, each);
        out.printf(
            "%s: %s: %s%n",
            each.capture().name(),
            verdict.figures(),
            verdict.differences().isEmpty()
                ? "as the script counts"
                : String.join("; ", verdict.differences()));
        out.flush();
        agree &= verdict.differences().isEmpty();
      }
      return agree;
    }
  }

  private Verdict send(Plant plant, Hub hub, Edge edge, Sent sent)
      throws IOException, InterruptedException {
    byte[] bytes = sent.capture().bytes();
    try (OutputStream instrument = sent.line().instrument()) {
      instrument.write(bytes);
    }
    JsonObject counters = countersAtRest(edge, sent, bytes.length);
    List<JsonObject> readings = new ArrayList<>();
    for (String value :
        TopicValues.read(hub.kafka(), sent.topic(), counters.getLong("logged"), PATIENCE)) {
      readings.add(parsed(value));
    }
    Path file = plant.directory().resolve(sent.topic() + ".bytes");
    Files.write(file, bytes);
    JsonObject opinion = Script.run(LineTrial.class, script, plant.directory(), file.toString());
    return judge.judge(opinion, counters, readings);
  }

  /// What the adapter has counted when all bytes are read and nothing more is logged.
  private static JsonObject countersAtRest(Edge edge, Sent sent, int bytes)
      throws IOException, InterruptedException {
    edge.program()
        .awaitUntil(
            "taking " + sent.capture().name(),
            PATIENCE,
            () -> {
              JsonObject counters = Plant.counters(edge.http(), sent.topic());
              return counters != null && counters.getLong("bytes") == bytes;
            });
    JsonObject before = new JsonObject();
    JsonObject now = Objects.requireNonNull(Plant.counters(edge.http(), sent.topic()));
    while (!now.equals(before)) {
      TimeUnit.MILLISECONDS.sleep(REST_MS);
      before = now;
      now = Objects.requireNonNull(Plant.counters(edge.http(), sent.topic()));
    }
    return now;
  }

  private static JsonObject parsed(String value) throws IOException {
    try {
      return (JsonObject) JsonParser.any().withLazyNumbers().from(value);
    } catch (JsonParserException e) {
      throw new IOException("no JSON at the hub: " + value, e);
    }
  }

  /// The counters in which the two differ, of those that the script counts.
  static List<String> differences(JsonObject counters, JsonObject expected) {
    List<String> differences = new ArrayList<>();
    for (String kind : expected.keySet()) {
      long counted = expected.getLong(kind);
      if (counters.getLong(kind) != counted) {
        differences.add(kind + " " + counters.getLong(kind) + ", the script counts " + counted);
      }
    }
    return differences;
  }

  /// The first place in which two lists differ.
  static List<String> differences(String what, List<String> found, List<String> expected) {
    for (int i = 0; i < Math.min(found.size(), expected.size()); i++) {
      if (!found.get(i).equals(expected.get(i))) {
        return List.of(
            "%s %d is %s, the script has %s".formatted(what, i, found.get(i), expected.get(i)));
      }
    }
    return found.size() == expected.size()
        ? List.of()
        : List.of(
            "%d of kind %s, the script has %d".formatted(found.size(), what, expected.size()));
  }
}
