package io.tributary.sim.device;

import com.grack.nanojson.JsonWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// A recorded signal to be played again: a CSV of `timestamp,value` (UTC), or NMEA 0183 sentences.
///
/// @param rows in the order of the file
public record Trace(List<Row> rows) {
  private static final DateTimeFormatter CSV_TIME =
      DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss");

  /// @param value as it goes into JSON: a number as the file writes it, or a quoted sentence
  public record Row(long timestampMs, String value) {
    /// The reading that a device publishes: `{"ts":…,"value":…,"seq":…}`.
    public String payload(long seq) {
      return "{\"ts\":" + timestampMs + ",\"value\":" + value + ",\"seq\":" + seq + "}";
    }
  }

  /// Reads a trace; which kind it is, the first line tells.
  ///
  /// @throws IOException with the line that is wrong
  public static Trace read(Path file) throws IOException {
    List<String> lines = Files.readAllLines(file);
    boolean csv =
        !lines.isEmpty() && lines.get(0).toLowerCase(Locale.ROOT).startsWith("timestamp,");
    return new Trace(csv ? csv(file, lines) : nmea(file, lines));
  }

  private static List<Row> csv(Path file, List<String> lines) throws IOException {
    List<Row> rows = new ArrayList<>(lines.size());
    for (int i = 1; i < lines.size(); i++) {
      String line = lines.get(i).strip();
      if (line.isEmpty()) {
        continue;
      }
      String[] columns = line.split(",", 2);
      try {
        Double.parseDouble(columns[1]);
        long ms =
            LocalDateTime.parse(columns[0], CSV_TIME).toInstant(ZoneOffset.UTC).toEpochMilli();
        rows.add(new Row(ms, columns[1]));
      } catch (DateTimeException | NumberFormatException | ArrayIndexOutOfBoundsException e) {
        throw new IOException(
            file + ":" + (i + 1) + ": is '" + line + "' but must be 'yyyy-MM-dd HH:mm:ss,NUMBER'",
            e);
      }
    }
    return rows;
  }

  /// Sentences carry the time of the last RMC sentence before them; before the first, that of the
  /// first.
  private static List<Row> nmea(Path file, List<String> lines) throws IOException {
    List<Row> rows = new ArrayList<>(lines.size());
    long timeMs =
        lines.stream().mapToLong(Trace::rmcTime).filter(ms -> ms >= 0).findFirst().orElse(0);
    for (String line : lines) {
      String sentence = line.strip();
      if (!sentence.startsWith("$") && !sentence.startsWith("!")) {
        continue; // comments and the dirt between sentences
      }
      long rmc = rmcTime(sentence);
      timeMs = rmc >= 0 ? rmc : timeMs;
      rows.add(new Row(timeMs, JsonWriter.string(sentence)));
    }
    if (rows.isEmpty()) {
      throw new IOException(
          file + ": is neither a CSV that begins with 'timestamp,value' nor NMEA sentences");
    }
    return rows;
  }

  /// The UTC time and date of an RMC sentence (NMEA 0183: fields 1 and 9), or -1.
  private static long rmcTime(String sentence) {
    String[] fields = sentence.split(",", -1);
    if (fields.length < 10 || fields[0].length() != 6 || !fields[0].endsWith("RMC")) {
      return -1;
    }
    try {
      String time = fields[1];
      String date = fields[9];
      return LocalDateTime.of(
              LocalDate.of(
                  2000 + Integer.parseInt(date.substring(4, 6)),
                  Integer.parseInt(date.substring(2, 4)),
                  Integer.parseInt(date.substring(0, 2))),
              LocalTime.of(
                  Integer.parseInt(time.substring(0, 2)),
                  Integer.parseInt(time.substring(2, 4)),
                  Integer.parseInt(time.substring(4, 6))))
          .toInstant(ZoneOffset.UTC)
          .toEpochMilli();
    } catch (DateTimeException | NumberFormatException | StringIndexOutOfBoundsException e) {
      return -1; // a receiver without a fix sends the sentence with empty fields
    }
  }
}
