package io.tributary.sim.field.modbus.lines;

import com.grack.nanojson.JsonObject;
import com.grack.nanojson.JsonParser;
import com.grack.nanojson.JsonParserException;
import com.grack.nanojson.JsonStringWriter;
import io.tributary.sim.field.TopicValues.Timed;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/// How the devices of a line were read.
///
/// A poll is due each interval, on a grid that the edge chooses, and may be late as long as it comes before the next is due: then two readings
/// are less than two intervals apart, and none is lacking. A living device has missed an interval when it had no good reading for two intervals
/// or more, when it has fewer of them than whole intervals have passed since its first, or when one of its readings is an error. A dead device
/// must have errors, with their reason, and nothing else.
final class Rhythm {
  private final Population population;
  private final List<Long> distancesMs = new ArrayList<>();
  private final List<String> violations = new ArrayList<>();
  private final Set<String> reasons = new TreeSet<>();
  private long good;
  private long livingErrors;
  private long deadErrors;

  private static final class Told {
    final List<Long> goodMs = new ArrayList<>();
    final List<String> errors = new ArrayList<>();
  }

  /// @param readings of the line's topic
  /// @param beginMs since when it is judged, in milliseconds since 1970
  /// @param endMs until when
  Rhythm(Population population, List<Timed> readings, long beginMs, long endMs)
      throws JsonParserException {
    this.population = population;
    Map<String, Told> between = told(readings, beginMs, endMs);
    Map<String, Told> ever = told(readings, Long.MIN_VALUE, Long.MAX_VALUE);
    Set<Integer> dead = population.dead();
    for (int number = 1; number <= population.devices(); number++) {
      String source = population.source(number);
      if (dead.contains(number)) {
        judgeDead(source, ever.getOrDefault(source, new Told()));
      } else {
        judgeLiving(source, between.getOrDefault(source, new Told()), beginMs, endMs);
      }
    }
    Collections.sort(distancesMs);
  }

  private static Map<String, Told> told(List<Timed> readings, long beginMs, long endMs)
      throws JsonParserException {
    Map<String, Told> told = new HashMap<>();
    for (Timed each : readings) {
      JsonObject reading = JsonParser.object().from(each.value());
      Told one = told.computeIfAbsent(reading.getString("source"), source -> new Told());
      if (each.timestampMs() < beginMs || each.timestampMs() >= endMs) {
        continue;
      }
      if ("good".equals(reading.getString("quality"))) {
        one.goodMs.add(each.timestampMs());
      } else {
        one.errors.add(String.valueOf(reading.getString("reason")));
      }
    }
    return told;
  }

  private void judgeLiving(String source, Told told, long beginMs, long endMs) {
    long previousMs = beginMs;
    long longestMs = 0;
    for (long goodMs : told.goodMs) {
      if (previousMs != beginMs) {
        distancesMs.add(goodMs - previousMs);
      }
      longestMs = Math.max(longestMs, goodMs - previousMs);
      previousMs = goodMs;
    }
    longestMs = Math.max(longestMs, endMs - previousMs);
    good += told.goodMs.size();
    livingErrors += told.errors.size();
    long firstMs = told.goodMs.isEmpty() ? beginMs : told.goodMs.getFirst();
    long due = (endMs - firstMs) / population.intervalMs();
    if (longestMs >= 2L * population.intervalMs()
        || told.goodMs.size() < due
        || !told.errors.isEmpty()) {
      violations.add(
          "%s has %d readings of %d, %d ms without one, and %d errors%s"
              .formatted(
                  source,
                  told.goodMs.size(),
                  due,
                  longestMs,
                  told.errors.size(),
                  told.errors.isEmpty() ? "" : ": " + told.errors.getFirst()));
    }
  }

  private void judgeDead(String source, Told told) {
    deadErrors += told.errors.size();
    told.errors.forEach(reason -> reasons.add(reason.replaceAll("^[0-9.]+:[0-9]+: ", "")));
    if (told.errors.isEmpty() || !told.goodMs.isEmpty()) {
      violations.add(
          "%s is dead, and has %d errors and %d good readings"
              .formatted(source, told.errors.size(), told.goodMs.size()));
    }
  }

  /// What must not be, in words; empty when all is well.
  List<String> violations() {
    return violations;
  }

  /// @param share 0 to 1
  private long distanceMs(double share) {
    return distancesMs.isEmpty()
        ? 0
        : distancesMs.get((int) Math.ceil(share * (distancesMs.size() - 1)));
  }

  static String heading() {
    return "%-5s %8s %7s %5s %9s | %7s %7s %7s | %13s %12s"
        .formatted(
            "line",
            "interval",
            "devices",
            "dead",
            "readings",
            "median",
            "p99",
            "longest",
            "living errors",
            "dead errors");
  }

  String row() {
    return "%-5s %5d ms %7d %5d %,9d | %4d ms %4d ms %4d ms | %13d %12d"
        .formatted(
            population.adapter(),
            population.intervalMs(),
            population.devices(),
            population.dead().size(),
            good,
            distanceMs(0.5),
            distanceMs(0.99),
            distanceMs(1),
            livingErrors,
            deadErrors);
  }

  /// What the dead are said to be.
  Set<String> reasons() {
    return reasons;
  }

  /// The figures, as one member of an array.
  void write(JsonStringWriter json) {
    json.object()
        .value("line", population.adapter())
        .value("intervalMs", population.intervalMs())
        .value("devices", population.devices())
        .value("dead", population.dead().size())
        .value("readings", good)
        .value("medianMs", distanceMs(0.5))
        .value("p99Ms", distanceMs(0.99))
        .value("longestMs", distanceMs(1))
        .value("livingErrors", livingErrors)
        .value("deadErrors", deadErrors)
        .array("reasons", reasons)
        .array("violations", violations)
        .end();
  }
}
