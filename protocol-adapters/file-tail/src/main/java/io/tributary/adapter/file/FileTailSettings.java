package io.tributary.adapter.file;

import io.tributary.adapter.measurement.Envelope;
import io.tributary.settings.Section;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// What the owner of the edge writes for this adapter.
///
/// @param isFromEnd whether what is in the files when they are first seen is passed over
/// @param quiet how long a file that was rotated away must not have grown before its last line counts as whole
/// @param longestLine in bytes, without its end
/// @param sourceName null: the file's name
record FileTailSettings(
    FileNames names,
    Grammar grammar,
    Envelope envelope,
    boolean isFromEnd,
    Duration poll,
    Duration quiet,
    int longestLine,
    @Nullable String sourceName) {
  /// Twice this and a little is in memory, once for the adapter.
  private static final long LONGEST_LINE_BYTES_MOST = 4 << 20;

  private enum Lines {
    CSV,
    NDJSON,
    TEXT
  }

  private enum From {
    BEGINNING,
    END
  }

  /// Reads and checks every key. What is wrong is told to the section, and the reading goes on.
  static FileTailSettings read(Section section) {
    Envelope envelope = Envelope.read(section);
    return new FileTailSettings(
        names(section),
        grammar(section, envelope.format() == Envelope.Format.RAW),
        envelope,
        section.oneOf("from", From.class, From.BEGINNING) == From.END,
        section.duration(
            "poll", Duration.ofMillis(250), Duration.ofMillis(10), Duration.ofMinutes(10)),
        section.duration(
            "quiet", Duration.ofSeconds(10), Duration.ofMillis(10), Duration.ofHours(1)),
        (int) section.sizeBytes("longest-line", 64 << 10, 16, LONGEST_LINE_BYTES_MOST),
        section.stringOrNull("source-name"));
  }

  private static FileNames names(Section section) {
    Path path = section.path("path");
    try {
      return FileNames.of(path);
    } catch (IllegalArgumentException e) {
      section.refuse(
          "path",
          "is '%s', which %s; it must be a file, or a glob in its last element, such as /var/log/meters/*.csv"
              .formatted(path, firstLine(e)));
      return FileNames.of(Path.of("none").toAbsolutePath());
    }
  }

  private static String firstLine(IllegalArgumentException e) {
    return String.valueOf(e.getMessage()).lines().findFirst().orElse("is no glob");
  }

  private static Grammar grammar(Section section, boolean isRaw) {
    if (!section.has("lines")) {
      section.refuse("lines", "is missing; it must be one of csv, ndjson, text");
      return CsvSettings.read(section, isRaw);
    }
    Lines lines = section.oneOf("lines", Lines.class, Lines.TEXT);
    if (lines == Lines.CSV) {
      return CsvSettings.read(section, isRaw);
    }
    CsvSettings.refuseAll(section);
    return lines == Lines.NDJSON ? new NdjsonLines() : new TextLines(isRaw);
  }
}
