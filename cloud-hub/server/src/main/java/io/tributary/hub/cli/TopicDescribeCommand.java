package io.tributary.hub.cli;

import com.grack.nanojson.JsonStringWriter;
import com.grack.nanojson.JsonWriter;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `topic describe`.
@Command(
    name = "describe",
    mixinStandardHelpOptions = true,
    description = {
      "Shows a topic: its id, its settings under Kafka's names, the offsets of its partitions.",
      "",
      "OFFSETS counts those between start and end. Records take one each; a declared hole (Gap)"
          + " takes one with the layout partitions, and as many as are missing with per-edge.",
      ""
    },
    footer = {"", "Exit status: 0 done, 2 wrong usage or no such topic, 3 no hub there."})
public final class TopicDescribeCommand implements Callable<Integer> {
  /// More partitions are shown only when somebody asks for them.
  private static final int PARTITIONS_SHOWN = 16;

  @Parameters(paramLabel = "TOPIC", description = "The topic's name.")
  private String name = "";

  @Mixin private KafkaOption kafka = new KafkaOption();

  @Option(
      names = "--partitions",
      description = "Show every partition, not only the first " + PARTITIONS_SHOWN + ".")
  private boolean allPartitions;

  @Option(names = "--json", description = "One JSON object, with every partition.")
  private boolean json;

  @Spec private CommandSpec spec;

  /// A partition's offsets; half-open.
  private record Extent(int partition, long start, long end) {
    long offsets() {
      return end - start;
    }
  }

  @Override
  public Integer call() {
    return Work.exitStatus(this::describe);
  }

  private void describe() throws IOException, Failure {
    PrintWriter out = spec.commandLine().getOut();
    try (KafkaReader reader = new KafkaReader(kafka.dialer(), kafka.hub)) {
      KafkaReader.Topic topic = TopicByName.find(name, reader, kafka.hub);
      UUID id = reader.id(topic);
      Map<String, String> settings = reader.settings(name);
      List<Extent> extents = extents(topic, reader);
      if (json) {
        out.println(json(id, settings, extents));
      } else {
        print(id, topic.leaders().size(), settings, extents, out);
      }
      out.flush();
    }
  }

  private static List<Extent> extents(KafkaReader.Topic topic, KafkaReader reader)
      throws IOException {
    Map<Integer, Long> starts = reader.offsets(topic, KafkaReader.EARLIEST);
    Map<Integer, Long> ends = reader.offsets(topic, KafkaReader.LATEST);
    List<Extent> extents = new ArrayList<>();
    for (int partition : topic.leaders().keySet()) {
      Long start = starts.get(partition);
      Long end = ends.get(partition);
      if (start != null && end != null) {
        extents.add(new Extent(partition, start, end));
      }
    }
    return extents;
  }

  private void print(
      UUID id,
      int partitions,
      Map<String, String> settings,
      List<Extent> extents,
      PrintWriter out) {
    long offsets = extents.stream().mapToLong(Extent::offsets).sum();
    out.printf("topic '%s': %d partitions, %d offsets, id %s%n", name, partitions, offsets, id);
    if (Boolean.parseBoolean(settings.get(KafkaReader.MIRRORED))) {
      out.println("Edges write it: `hub status` shows which, and how far behind they are.");
    }
    out.println();
    Table named = new Table("SETTING", "VALUE");
    settings.forEach(named::add);
    named.print(out);
    out.println();
    Table table = new Table("PARTITION", "START", "END", "OFFSETS");
    int shown = allPartitions ? extents.size() : Math.min(PARTITIONS_SHOWN, extents.size());
    for (Extent one : extents.subList(0, shown)) {
      table.add(one.partition(), one.start(), one.end(), one.offsets());
    }
    table.print(out);
    if (shown < extents.size()) {
      out.printf("... and %d more: --partitions shows them%n", extents.size() - shown);
    }
  }

  private String json(UUID id, Map<String, String> settings, List<Extent> extents) {
    JsonStringWriter writer = JsonWriter.string();
    writer.object().value("topic", name).value("id", id.toString());
    writer.value("mirrored", Boolean.parseBoolean(settings.get(KafkaReader.MIRRORED)));
    writer.value("layout", settings.get(KafkaReader.LAYOUT));
    writer.object("settings");
    settings.forEach(writer::value);
    writer.end().array("partitions");
    for (Extent one : extents) {
      writer
          .object()
          .value("partition", one.partition())
          .value("start", one.start())
          .value("end", one.end())
          .value("offsets", one.offsets())
          .end();
    }
    return writer.end().end().done();
  }
}
