package io.tributary.adapter.file;

import io.tributary.settings.Section;
import java.time.DateTimeException;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The keys of a section that belong to `lines: csv`.
final class CsvSettings {
  private static final List<String> KEYS =
      List.of(
          "header",
          "columns",
          "delimiter",
          "value",
          "time",
          "time-format",
          "zone",
          "source",
          "unit");

  private static final Map<String, Character> DELIMITERS =
      Map.of(",", ',', ";", ';', "|", '|', "tab", '\t', "\t", '\t');

  private CsvSettings() {}

  static CsvLines read(Section section, boolean isRaw) {
    Columns.Asked asked =
        new Columns.Asked(
            section.stringOrNull("value"),
            section.stringOrNull("time"),
            section.stringOrNull("source"));
    if (asked.source() != null && section.has("source-name")) {
      section.refuse("source-name", "cannot be together with source: leave one of them out");
    }
    return new CsvLines(
        new CsvReader(delimiter(section)),
        asked,
        columns(section, asked),
        time(section, asked.time() != null),
        section.stringOrNull("unit"),
        isRaw);
  }

  /// What is no CSV has no use for them.
  static void refuseAll(Section section) {
    for (String key : KEYS) {
      if (section.has(key)) {
        section.refuse(key, "belongs to lines: csv; leave it out");
      }
    }
  }

  private static char delimiter(Section section) {
    String written = section.string("delimiter", ",");
    Character delimiter = DELIMITERS.get(written);
    if (delimiter == null) {
      section.refuse("delimiter", "is '" + written + "' but must be one of , ; | tab");
      return ',';
    }
    return delimiter;
  }

  private static @Nullable Columns columns(Section section, Columns.Asked asked) {
    List<String> names = section.strings("columns");
    boolean isHeader = section.bool("header", names.isEmpty());
    if (names.isEmpty()) {
      if (!isHeader) {
        section.refuse("header", "is false: then columns must name them, such as [time, value]");
      }
      return null;
    }
    if (isHeader) {
      section.refuse("header", "cannot be true together with columns: leave one of them out");
    }
    try {
      return Columns.of(names, asked);
    } catch (IllegalArgumentException e) {
      section.refuse("columns", String.valueOf(e.getMessage()));
      return null;
    }
  }

  private static WrittenTime time(Section section, boolean isAsked) {
    String format = section.string("time-format", "iso");
    String zone = section.string("zone", "UTC");
    if (!isAsked) {
      for (String key : List.of("time-format", "zone")) {
        if (section.has(key)) {
          section.refuse(key, "is of no use without time, which names the column");
        }
      }
    }
    try {
      return WrittenTime.of(format, zone(section, zone));
    } catch (IllegalArgumentException e) {
      section.refuse(
          "time-format",
          "is '%s' but must be iso, epoch-s, epoch-ms or a pattern such as dd.MM.yyyy HH:mm:ss (%s)"
              .formatted(format, e.getMessage()));
      return WrittenTime.of("iso", ZoneOffset.UTC);
    }
  }

  private static ZoneId zone(Section section, String name) {
    try {
      return ZoneId.of(name);
    } catch (DateTimeException e) {
      section.refuse(
          "zone", "is '" + name + "' but must be a zone such as UTC, +01:00 or Europe/Berlin");
      return ZoneOffset.UTC;
    }
  }
}
