package io.tributary.hub.cli;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `topic list`.
@Command(
    name = "list",
    mixinStandardHelpOptions = true,
    description = {
      "Lists topics: their partitions, their layout, their offsets.",
      "",
      "OFFSETS counts the offsets between the start and the end of all partitions. Records take one"
          + " each; a declared hole (Gap) takes one with the layout partitions, and as many as are"
          + " missing with per-edge.",
      ""
    },
    footer = {"", "Exit status: 0 done, 2 wrong usage, 3 no hub there."})
public final class TopicListCommand implements Callable<Integer> {
  private static final String UNKNOWN_LAYOUT = "-";

  @Mixin private KafkaOption kafka = new KafkaOption();

  @Option(names = "--json", description = "One JSON object a line, with every partition.")
  private boolean json;

  /// A partition's offsets; half-open.
  private record Extent(int partition, long start, long end) {}

  private record Row(String topic, String layout, List<Extent> extents) {
    long start() {
      return extents.stream().mapToLong(Extent::start).min().orElse(0);
    }

    long end() {
      return extents.stream().mapToLong(Extent::end).max().orElse(0);
    }

    long offsets() {
      return extents.stream().mapToLong(extent -> extent.end() - extent.start()).sum();
    }
  }

  @Override
  public Integer call() {
    Output out = new Output(new FileOutputStream(FileDescriptor.out));
    try {
      List<Row> rows = rows();
      if (json) {
        rows.forEach(row -> putJson(row, out));
      } else {
        putTable(rows, out);
      }
      out.flush();
      return 0;
    } catch (Output.Gone e) {
      return 0;
    } catch (Failure e) {
      new Notices(System.err).say(String.valueOf(e.getMessage()));
      return e.status();
    } catch (IOException e) {
      new Notices(System.err).say(String.valueOf(e.getMessage()));
      return Failure.status(e);
    }
  }

  private List<Row> rows() throws IOException, Failure {
    try (KafkaReader reader = new KafkaReader(kafka.dialer(), kafka.hub)) {
      List<KafkaReader.Topic> topics = reader.topics();
      Map<String, String> layouts = reader.layouts(topics);
      List<Row> rows = new ArrayList<>();
      for (KafkaReader.Topic topic : topics) {
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
        rows.add(new Row(topic.name(), layout(layouts.get(topic.name())), extents));
      }
      return rows;
    }
  }

  private static String layout(@Nullable String known) {
    return known == null ? UNKNOWN_LAYOUT : known;
  }

  private static void putTable(List<Row> rows, Output out) {
    int width = "TOPIC".length();
    for (Row row : rows) {
      width = Math.max(width, row.topic().length());
    }
    String form = "%-" + width + "s  %-10s  %10s  %12s  %12s  %12s";
    out.put(form.formatted("TOPIC", "LAYOUT", "PARTITIONS", "START", "END", "OFFSETS"));
    out.endRecord();
    for (Row row : rows) {
      out.put(
          form.formatted(
              row.topic(),
              row.layout(),
              row.extents().size(),
              row.start(),
              row.end(),
              row.offsets()));
      out.endRecord();
    }
  }

  private static void putJson(Row row, Output out) {
    out.put("{\"topic\":");
    JsonFormat.quote(row.topic().getBytes(java.nio.charset.StandardCharsets.UTF_8), out);
    out.put(
        ",\"layout\":%s,\"partitions\":%d,\"offsets\":%d,\"extents\":["
            .formatted(
                row.layout().equals(UNKNOWN_LAYOUT) ? "null" : '"' + row.layout() + '"',
                row.extents().size(),
                row.offsets()));
    boolean first = true;
    for (Extent extent : row.extents()) {
      out.put(first ? "" : ",");
      first = false;
      out.put(
          "{\"partition\":%d,\"start\":%d,\"end\":%d}"
              .formatted(extent.partition(), extent.start(), extent.end()));
    }
    out.put("]}");
    out.endRecord();
  }
}
