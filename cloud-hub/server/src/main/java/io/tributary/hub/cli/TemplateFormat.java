package io.tributary.hub.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A line with places for a record's parts: `{{edge}} {{offset}} {{value}}`. `\t`, `\n` and `\\` stand
/// for what they stand for elsewhere.
final class TemplateFormat implements RecordFormat {
  private static final String OPEN = "{{";
  private static final String CLOSE = "}}";
  private static final String HEADER = "header.";

  private static final Map<String, RecordFormat> PLACES =
      Map.ofEntries(
          Map.entry("topic", (shown, out) -> out.put(shown.topic)),
          Map.entry("partition", (shown, out) -> out.put(shown.partition)),
          Map.entry("offset", (shown, out) -> out.put(shown.record.offset())),
          Map.entry("edge-offset", TemplateFormat::putEdgeOffset),
          Map.entry("edge", (shown, out) -> putIfThere(shown.edge(), out)),
          Map.entry("timestamp", (shown, out) -> out.put(shown.record.timestampMs())),
          Map.entry("time", TemplateFormat::putTime),
          Map.entry("key", (shown, out) -> TextFormat.put(shown.record.key(), out)),
          Map.entry("value", (shown, out) -> TextFormat.put(shown.record.value(), out)));

  private final List<RecordFormat> parts;

  private TemplateFormat(List<RecordFormat> parts) {
    this.parts = parts;
  }

  /// @throws IllegalArgumentException naming the place that does not exist
  static TemplateFormat parse(String template) {
    List<RecordFormat> parts = new ArrayList<>();
    int at = 0;
    while (at < template.length()) {
      int open = template.indexOf(OPEN, at);
      if (open < 0) {
        parts.add(words(template.substring(at)));
        break;
      }
      int close = template.indexOf(CLOSE, open);
      if (close < 0) {
        throw new IllegalArgumentException("'" + template.substring(open) + "' lacks its " + CLOSE);
      }
      if (open > at) {
        parts.add(words(template.substring(at, open)));
      }
      parts.add(place(template.substring(open + OPEN.length(), close).strip()));
      at = close + CLOSE.length();
    }
    return new TemplateFormat(List.copyOf(parts));
  }

  private static RecordFormat place(String name) {
    if (name.startsWith(HEADER) && name.length() > HEADER.length()) {
      byte[] key = name.substring(HEADER.length()).getBytes(UTF_8);
      return (shown, out) -> putIfThere(shown.record.header(key), out);
    }
    RecordFormat place = PLACES.get(name);
    if (place == null) {
      List<String> names = PLACES.keySet().stream().sorted().toList();
      throw new IllegalArgumentException(
          "{{"
              + name
              + "}} is nothing of a record; there are "
              + String.join(", ", names)
              + " and header.NAME");
    }
    return place;
  }

  private static RecordFormat words(String text) {
    byte[] bytes =
        text.replace("\\\\", "\0")
            .replace("\\t", "\t")
            .replace("\\n", "\n")
            .replace("\0", "\\")
            .getBytes(UTF_8);
    return (shown, out) -> out.put(bytes);
  }

  private static void putEdgeOffset(Shown shown, Output out) {
    if (shown.edgeOffset != Shown.NO_EDGE_OFFSET) {
      out.put(shown.edgeOffset);
    }
  }

  private static void putTime(Shown shown, Output out) {
    out.put(Instant.ofEpochMilli(shown.record.timestampMs()).toString());
  }

  private static void putIfThere(@Nullable ByteBuffer bytes, Output out) {
    if (bytes != null) {
      out.put(bytes);
    }
  }

  @Override
  public void print(Shown shown, Output out) {
    for (RecordFormat part : parts) {
      part.print(shown, out);
    }
  }
}
