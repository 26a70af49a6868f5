package io.tributary.adapter.file;

import io.tributary.adapter.measurement.Measurement;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Lines of comma-separated values.
///
/// @param configured what the section names; null when each file does so itself
/// @param isRaw the reading is the line's bytes, whatever they are
record CsvLines(
    CsvReader reader,
    Columns.Asked asked,
    @Nullable Columns configured,
    WrittenTime time,
    @Nullable String unit,
    boolean isRaw)
    implements Grammar {
  @Override
  public int end(byte[] bytes, int from, int to) {
    return reader.end(bytes, from, to);
  }

  @Override
  public boolean needsHeader() {
    return configured == null;
  }

  /// With names that the section gives, a first line that is just these is a header all the same. Without, a number for a name
  /// says that it is a row: the file was cut at its beginning, and to take its first row for names would give wrong ones to all.
  @Override
  public @Nullable Columns header(byte[] line) throws BadLine {
    if (configured != null) {
      return isRowOf(configured.names(), line) ? configured : null;
    }
    List<String> names = fields(text(line));
    for (String name : names) {
      if (WrittenNumber.isOne(name)) {
        throw new BadLine(
            Counter.MALFORMED,
            "has the number "
                + name
                + " where a column's name should be: name the columns by the key `columns`");
      }
    }
    try {
      return Columns.of(names, asked);
    } catch (IllegalArgumentException e) {
      throw new BadLine(Counter.MALFORMED, String.valueOf(e.getMessage()));
    }
  }

  private boolean isRowOf(List<String> names, byte[] line) {
    try {
      return fields(text(line)).equals(names);
    } catch (BadLine e) {
      return false; // and is told as any other
    }
  }

  @Override
  public Measurement read(byte[] line, @Nullable Columns header, String source) throws BadLine {
    Columns columns = configured == null ? header : configured;
    if (columns == null) {
      throw new BadLine(Counter.MALFORMED, "has no header before it");
    }
    List<String> fields = fields(text(line));
    if (fields.size() != columns.names().size()) {
      throw new BadLine(
          Counter.MALFORMED,
          "has " + fields.size() + " fields where " + columns.names().size() + " are due");
    }
    return Measurement.good(
            columns.sourceAt() < 0 ? source : named(fields.get(columns.sourceAt()), line),
            value(fields, columns))
        .in(unit)
        .at(columns.timeAt() < 0 ? null : timeOf(fields.get(columns.timeAt())))
        .of(line);
  }

  /// In a code that knows every byte, where the bytes are all that is wanted.
  private String text(byte[] line) throws BadLine {
    try {
      return Grammar.utf8(line);
    } catch (BadLine e) {
      if (!isRaw) {
        throw e;
      }
      return new String(line, StandardCharsets.ISO_8859_1);
    }
  }

  private List<String> fields(String text) throws BadLine {
    try {
      return reader.fields(text);
    } catch (IllegalArgumentException e) {
      throw new BadLine(Counter.MALFORMED, String.valueOf(e.getMessage()));
    }
  }

  private String named(String source, byte[] line) throws BadLine {
    if (source.isEmpty()) {
      throw new BadLine(Counter.MALFORMED, "names no source");
    }
    if (isRaw && !source.chars().allMatch(c -> c < 0x80)) {
      Grammar.utf8(line); // else the name is what another code made of it
    }
    return source;
  }

  private static @Nullable Object value(List<String> fields, Columns columns) {
    if (columns.valueAt() >= 0) {
      return WrittenNumber.orText(fields.get(columns.valueAt()));
    }
    Map<String, @Nullable Object> all = new LinkedHashMap<>();
    for (int i = 0; i < fields.size(); i++) {
      all.put(columns.names().get(i), WrittenNumber.orText(fields.get(i)));
    }
    return all;
  }

  private Instant timeOf(String field) throws BadLine {
    try {
      return time.read(field);
    } catch (DateTimeException | IllegalArgumentException e) {
      throw new BadLine(Counter.UNREADABLE_TIME, "'" + field + "' is no time: " + e.getMessage());
    }
  }
}
