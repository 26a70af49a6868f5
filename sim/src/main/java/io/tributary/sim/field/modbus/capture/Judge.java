package io.tributary.sim.field.modbus.capture;

import com.grack.nanojson.JsonArray;
import com.grack.nanojson.JsonObject;
import com.grack.nanojson.JsonParser;
import com.grack.nanojson.JsonParserException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/// Holds what was read, and what was counted, against the script.
final class Judge {
  private static final int SHOWN_MOST = 10;

  private final Opinion opinion;
  private final List<String> differences = new ArrayList<>();
  private long different;
  private long values;
  private long exceptions;

  Judge(Opinion opinion) {
    this.opinion = opinion;
  }

  /// Compares what was counted in the capture.
  void judge(Counts counts) {
    for (String name : Counts.NAMES) {
      if (counts.get(name) != opinion.count(name)) {
        differ(name + " " + counts.get(name) + ", the script counts " + opinion.count(name));
      }
    }
    if (!counts.functions().equals(opinion.functions())) {
      differ("functions " + counts.functions() + ", the script has " + opinion.functions());
    }
  }

  /// Compares the readings of each point, in their order, with its registers or bits in the captured answers. What comes behind these may
  /// only say the last again, or be silent.
  ///
  /// @param readings of the topic, as JSON
  void judge(PollPlan plan, List<String> readings) throws JsonParserException {
    Map<String, List<JsonObject>> bySource = new HashMap<>();
    for (String reading : readings) {
      JsonObject one = JsonParser.object().from(reading);
      bySource.computeIfAbsent(one.getString("source"), each -> new ArrayList<>()).add(one);
    }
    Set<String> reads = new TreeSet<>(opinion.answers().keySet());
    plan.leftOut().forEach(read -> reads.remove(read.toString()));
    for (Read read : plan.answers().keySet()) {
      JsonArray answers = opinion.answers().get(read.toString());
      if (answers == null) {
        differ("the script has no read of " + read);
        continue;
      }
      reads.remove(read.toString());
      for (int i = 0; i < read.count(); i++) {
        String source = String.valueOf(plan.source(read, i));
        List<JsonObject> found = bySource.getOrDefault(source, List.of());
        bySource.remove(source);
        judge(source, i, answers, found);
      }
    }
    reads.forEach(read -> differ("the script has a read of " + read));
    bySource.keySet().forEach(source -> differ("readings of " + source));
  }

  private void judge(String source, int at, JsonArray answers, List<JsonObject> readings) {
    if (readings.size() < answers.size()) {
      differ(source + " has " + readings.size() + " readings of " + answers.size());
    }
    for (int i = 0; i < readings.size(); i++) {
      boolean isMore = i >= answers.size();
      Object expected = answers.get(Math.min(i, answers.size() - 1));
      boolean isRight = is(expected, at, readings.get(i)) || (isMore && isSilence(readings.get(i)));
      if (!isRight) {
        differ(
            "reading %d of %s is %s, the script has %s"
                .formatted(i, source, readings.get(i), expected));
      } else if (!isMore) {
        values++;
        exceptions += expected instanceof JsonArray ? 0 : 1;
      }
    }
  }

  /// Whether a reading is what the answer says at its place.
  private static boolean is(Object answer, int at, JsonObject reading) {
    if (!(answer instanceof JsonArray registers)) {
      return "error".equals(reading.getString("quality"))
          && reading.get("value") == null
          && String.valueOf(reading.getString("reason"))
              .contains("exception " + ((Number) answer).intValue() + ",");
    }
    if (!"good".equals(reading.getString("quality")) || at >= registers.size()) {
      return false;
    }
    int expected = registers.getInt(at);
    Object value = reading.get("value");
    return value instanceof Boolean bit
        ? expected == (bit ? 1 : 0)
        : value instanceof Integer register && register == expected;
  }

  private static boolean isSilence(JsonObject reading) {
    return "error".equals(reading.getString("quality"))
        && !String.valueOf(reading.getString("reason")).contains("exception");
  }

  /// Notes a difference; of many, the first are told.
  void differ(String difference) {
    different++;
    if (differences.size() < SHOWN_MOST) {
      differences.add(difference);
    }
  }

  boolean isAsTheScriptSays() {
    return different == 0;
  }

  String verdict() {
    if (different == 0) {
      return "as the script counts";
    }
    String more = different > SHOWN_MOST ? "; and " + (different - SHOWN_MOST) + " more" : "";
    return String.join("; ", differences) + more;
  }

  /// Readings that are what the script has.
  long values() {
    return values;
  }

  /// How many of these are exceptions.
  long exceptions() {
    return exceptions;
  }
}
