package io.tributary.sim.promise;

import com.grack.nanojson.JsonArray;
import com.grack.nanojson.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// What a row has measured besides the figures that all have, in a line; from the result of its command.
final class Measured {
  private static final double KILO = 1_000;
  private static final double MEGA = 1_000_000;

  private Measured() {}

  /// Empty where the table says all.
  static String of(int row, JsonObject result) {
    return switch (row) {
      case 12 -> lte(result);
      case 13 -> fleet(result);
      case 20 -> guests(result);
      case 24 -> wear(result);
      case 26 -> audit(result);
      case 27 -> frozen(result);
      case 29 -> hostile(result);
      default -> "";
    };
  }

  private static String lte(JsonObject result) {
    JsonObject alarms = result.getObject("alarmMillis", new JsonObject());
    JsonObject backlog = result.getObject("backlogMillis", new JsonObject());
    return text(
        "%d alarms beside a backlog that kept the link busy for %d of %d s: from publish to a Kafka client median %.1f s,"
            + " p99 %.1f s; the backlog median %.1f s, p99 %.1f s. %.1f kbit/s up on average, %.0f kB up and %.0f kB down on"
            + " the wire for %.0f kB of readings; %d dials. A byte-rate cap is %s.",
        alarms.getLong("count"),
        result.getLong("backlogDrainedAfterSeconds"),
        result.getLong("alarmSeconds"),
        alarms.getLong("p50") / KILO,
        alarms.getLong("p99") / KILO,
        backlog.getLong("p50") / KILO,
        backlog.getLong("p99") / KILO,
        result.getDouble("kilobitsUpOnAverage"),
        result.getLong("wireBytesUp") / KILO,
        result.getLong("wireBytesDown") / KILO,
        result.getLong("rawBytes") / KILO,
        result.getLong("dials"),
        result.getString("byteRateCap", "not told"));
  }

  private static String fleet(JsonObject result) {
    List<String> fleets = new ArrayList<>();
    for (Object each : result.getArray("reunions", new JsonArray())) {
      JsonObject reunion = (JsonObject) each;
      fleets.add(
          text(
              "%d edges (%d outages): %.0f dials a second on average, %d at the most; all back after %.1f s on average, %.1f s"
                  + " at the most; the hub held %.0f kB of all sessions at the most",
              reunion.getLong("edges"),
              reunion.getLong("outages"),
              reunion.getDouble("dialsPerSecondMean"),
              reunion.getLong("dialsPerSecondMost"),
              reunion.getLong("allBackAfterMsMean") / KILO,
              reunion.getLong("allBackAfterMsMost") / KILO,
              reunion.getLong("heldBytesMost") / KILO));
    }
    return fleets.isEmpty() ? "" : String.join(". ", fleets) + ".";
  }

  private static String guests(JsonObject result) {
    JsonObject made = result.getObject("instances", new JsonObject());
    JsonObject edge = result.getObject("edge", new JsonObject());
    return text(
        "%d guests: %d refused when they are loaded, %d stopped at their start, %d in a call, at most %.0f ms behind the budget."
            + " %d instances: heap %.1f MB before, %.1f MB after, metaspace %.2f and %.2f MB, threads %d and %d. Acknowledged in"
            + " another topic: p99 %.1f ms, beside hostile guests %.1f ms; %d hostile readings, %d dead letters.",
        result.getLong("guests"),
        result.getLong("refusedAtLoad"),
        result.getLong("stoppedAtStart"),
        result.getLong("stoppedInACall"),
        result.getDouble("latestStopMsBehindBudget"),
        made.getLong("made"),
        made.getLong("heapBeforeBytes") / MEGA,
        made.getLong("heapAfterBytes") / MEGA,
        made.getLong("metaspaceBeforeBytes") / MEGA,
        made.getLong("metaspaceAfterBytes") / MEGA,
        made.getLong("threadsBefore"),
        made.getLong("threadsAfter"),
        edge.getDouble("p99QuietMs"),
        edge.getDouble("p99BesideMs"),
        edge.getLong("hostileReadings"),
        edge.getLong("deadLetters"));
  }

  private static String wear(JsonObject result) {
    return text(
        "%.2f bytes written for each byte of readings, %.2f for each byte of batches (%.1f MB for %.1f MB; counted by the"
            + " %s; %s).",
        result.getDouble("ratio"),
        result.getDouble("ratioOfBatchBytes"),
        result.getLong("bytesWritten") / MEGA,
        result.getLong("bytesIngested") / MEGA,
        result.getString("countedBy", "?"),
        result.getString("arrival", "?"));
  }

  private static String audit(JsonObject result) {
    return text(
        "%d audits: %d ranges named exactly, %d streams proven to their end, %d audits otherwise than expected;"
            + " %d batches healed from the edge, %d removed.",
        result.getLong("audits"),
        result.getLong("named"),
        result.getLong("proven"),
        result.getLong("differences"),
        result.getLong("healed"),
        result.getLong("removals"));
  }

  private static String frozen(JsonObject result) {
    List<String> threads = new ArrayList<>();
    for (Object each : result.getArray("threads", new JsonArray())) {
      JsonObject thread = (JsonObject) each;
      threads.add(
          text(
              "%s %s %s",
              thread.getString("program"),
              thread.getString("thread"),
              thread.getBoolean("told")
                  ? text("%.1f s", thread.getLong("toldAfterMs") / KILO)
                  : "never"));
    }
    return threads.isEmpty() ? "" : "told after: " + String.join(", ", threads) + ".";
  }

  private static String hostile(JsonObject result) {
    return text(
        "%d attacks by %d peers, %d thrown out; at most %.0f MB resident meanwhile.",
        result.getLong("rounds"),
        result.getLong("faults"),
        result.getLong("refused"),
        result.getLong("peakRssBytes") / MEGA);
  }

  @SuppressWarnings("AnnotateFormatMethod") // the annotation would be one more dependency
  private static String text(String format, Object... figures) {
    return String.format(Locale.ROOT, format, figures);
  }
}
