package io.tributary.sim.field;

import com.grack.nanojson.JsonArray;
import com.grack.nanojson.JsonObject;
import com.grack.nanojson.JsonParser;
import com.grack.nanojson.JsonParserException;
import io.tributary.sim.ExitStatus;
import io.tributary.sim.plant.EdgePlan;
import io.tributary.sim.plant.Plant;
import io.tributary.sim.plant.Plant.Edge;
import io.tributary.sim.plant.Plant.Hub;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `sim nmea`: captures through terminals, an edge and a hub, against a count by a script in another language.
@Command(
    name = "nmea",
    description = {
      "Sends captures of NMEA 0183 through pseudo-terminals to an edge that mirrors to a hub, each as",
      "it is and once more with some lines damaged, and compares what a Kafka client reads there, and",
      "what the edge counts, with the opinion of a Python script. Without a file, ten minutes of a",
      "simulated receiver. Exit status 1 on any difference."
    },
    mixinStandardHelpOptions = true)
public final class NmeaTrial implements Callable<Integer> {
  private static final String EDGE = "nmea-edge";
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final int SIMULATED_SECONDS = 600;
  private static final List<String> WRONG =
      List.of("checksumWrong", "unchecked", "malformed", "foreign");

  @Parameters(paramLabel = "FILE", description = "captures", arity = "0..*")
  private List<Path> files = List.of();

  @Option(
      names = "--damage",
      paramLabel = "PERCENT",
      defaultValue = "1",
      description = "of the lines (default: ${DEFAULT-VALUE})")
  private double damage;

  @Option(
      names = "--seed",
      paramLabel = "S",
      defaultValue = "1",
      description = "of the damage and of the receiver (default: ${DEFAULT-VALUE})")
  private long seed;

  @Spec private CommandSpec spec;

  @SuppressWarnings("ArrayRecordComponent") // nobody compares captures
  private record Capture(String name, byte[] bytes, TerminalPair line, String topic) {}

  @Override
  public Integer call() throws InterruptedException {
    PrintWriter err = spec.commandLine().getErr();
    try (Plant plant = new Plant("tributary-nmea-", List.of(EDGE))) {
      List<Capture> captures = captures(plant);
      StringBuilder adapters = new StringBuilder();
      for (Capture each : captures) {
        plant.closes(each.line());
        each.line().plug();
        adapters.append(
            "  %s: {type: serial, port: %s, decode: nmea, topic: %s}%n"
                .formatted(each.topic(), each.line().port(), each.topic()));
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
      for (Capture each : captures) {
        agree &= isAsCounted(plant, hub, edge, each);
      }
      return agree ? ExitStatus.DONE : ExitStatus.CHECK_FAILED;
    } catch (IOException | KafkaException | JsonParserException e) {
      err.println("sim nmea: " + e.getMessage());
      return ExitStatus.WORLD;
    }
  }

  private List<Capture> captures(Plant plant) throws IOException {
    Map<String, byte[]> found = new TreeMap<>();
    for (Path file : files) {
      found.put(file.getFileName().toString(), Files.readAllBytes(file));
    }
    if (found.isEmpty()) {
      found.put("simulated", simulated());
    }
    List<Capture> captures = new ArrayList<>();
    for (Map.Entry<String, byte[]> each : found.entrySet()) {
      LineDamage damages = new LineDamage(seed, damage);
      byte[] damaged = damages.of(each.getValue());
      captures.add(capture(plant, each.getKey(), each.getValue(), captures.size()));
      captures.add(
          capture(
              plant,
              each.getKey() + ", " + damages.damaged() + " lines damaged",
              damaged,
              captures.size()));
    }
    return captures;
  }

  private static Capture capture(Plant plant, String name, byte[] bytes, int number) {
    return new Capture(
        name, bytes, new TerminalPair(plant.directory().resolve("line" + number)), "line" + number);
  }

  private byte[] simulated() {
    Receiver receiver = new Receiver(seed, Instant.parse("2026-11-29T23:55:00Z"));
    StringBuilder all = new StringBuilder();
    for (int second = 0; second < SIMULATED_SECONDS; second++) {
      receiver.second().forEach(all::append);
    }
    return all.toString().getBytes(StandardCharsets.US_ASCII);
  }

  private boolean isAsCounted(Plant plant, Hub hub, Edge edge, Capture capture)
      throws IOException, InterruptedException, JsonParserException {
    try (OutputStream instrument = capture.line().instrument()) {
      instrument.write(capture.bytes());
    }
    edge.program()
        .awaitUntil(
            "taking " + capture.name(),
            PATIENCE,
            () -> {
              JsonObject counts = counters(edge, capture.topic());
              return counts != null
                  && counts.getLong("bytes") == capture.bytes().length
                  && counts.getLong("logged") == counts.getLong("taken");
            });
    JsonObject counts = Objects.requireNonNull(counters(edge, capture.topic()));
    List<String> values =
        TopicValues.read(hub.kafka(), capture.topic(), counts.getLong("logged"), PATIENCE);
    return compare(capture, opinion(plant, capture), counts, values);
  }

  private static @Nullable JsonObject counters(Edge edge, String adapter) {
    JsonObject status = Plant.status(edge.http());
    if (status == null) {
      return null;
    }
    for (Object each : status.getArray("adapters")) {
      if (each instanceof JsonObject one && adapter.equals(one.getString("name"))) {
        return one.getObject("counters");
      }
    }
    return null;
  }

  /// What the script says.
  private static JsonObject opinion(Plant plant, Capture capture)
      throws IOException, InterruptedException, JsonParserException {
    Path script = plant.directory().resolve("nmea_count.py");
    try (InputStream in = NmeaTrial.class.getResourceAsStream("nmea_count.py")) {
      Files.write(script, Objects.requireNonNull(in).readAllBytes());
    }
    Path file = plant.directory().resolve(capture.topic() + ".nmea");
    Files.write(file, capture.bytes());
    Process python =
        new ProcessBuilder("python3", script.toString(), file.toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    String said = new String(python.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (python.waitFor() != 0) {
      throw new IOException("the counting script failed");
    }
    return JsonParser.object().from(said);
  }

  private boolean compare(
      Capture capture, JsonObject opinion, JsonObject counts, List<String> values)
      throws JsonParserException {
    Map<String, Long> sentences = new TreeMap<>();
    List<String> positions = new ArrayList<>();
    for (String value : values) {
      JsonObject reading = (JsonObject) JsonParser.any().withLazyNumbers().from(value);
      String source = reading.getString("source");
      String address = source.substring(source.indexOf('/') + 1);
      sentences.merge(address, 1L, Long::sum);
      if (reading.get("value") instanceof JsonObject fields && fields.containsKey("latitude")) {
        positions.add(address + " " + fields.get("latitude") + " " + fields.get("longitude"));
      }
    }
    Map<String, Long> expected = new TreeMap<>();
    opinion
        .getObject("sentences")
        .forEach((address, count) -> expected.put(address, ((Number) count).longValue()));
    List<String> differences = new ArrayList<>();
    if (!sentences.equals(expected)) {
      differences.add("sentences " + sentences + ", the script counts " + expected);
    }
    for (String kind : WRONG) {
      long counted = opinion.getObject("counts").getLong(kind);
      if (counts.getLong(kind) != counted) {
        differences.add(kind + " " + counts.getLong(kind) + ", the script counts " + counted);
      }
    }
    comparePositions(positions, opinion.getArray("positions"), differences);
    PrintWriter out = spec.commandLine().getOut();
    out.printf(
        "%s: %,d sentences of %d kinds, %,d positions, %d wrong checksums, %d unchecked, %d malformed, %d foreign lines: %s%n",
        capture.name(),
        values.size(),
        sentences.size(),
        positions.size(),
        counts.getLong("checksumWrong"),
        counts.getLong("unchecked"),
        counts.getLong("malformed"),
        counts.getLong("foreign"),
        differences.isEmpty() ? "as the script counts" : String.join("; ", differences));
    out.flush();
    return differences.isEmpty();
  }

  private static void comparePositions(
      List<String> found, JsonArray expected, List<String> differences) {
    if (found.size() != expected.size()) {
      differences.add(found.size() + " positions, the script has " + expected.size());
    }
    for (int i = 0; i < Math.min(found.size(), expected.size()); i++) {
      if (!found.get(i).equals(expected.getString(i))) {
        differences.add(
            "position " + i + " is " + found.get(i) + ", the script has " + expected.getString(i));
        return;
      }
    }
  }
}
