package io.tributary.sim.world;

import com.grack.nanojson.JsonArray;
import com.grack.nanojson.JsonObject;
import com.grack.nanojson.JsonStringWriter;
import com.grack.nanojson.JsonWriter;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/// What a run of worlds has seen, in words and as JSON.
final class Figures {
  private static final double DAY_MS = TimeUnit.DAYS.toMillis(1);
  private static final double DAYS_OF_A_YEAR = 365.25;

  private Figures() {}

  static String inWords(Worlds worlds, Plot plot) {
    Tally tally = worlds.tally();
    return String.format(
        Locale.ROOT,
        "%s: %d worlds (%d a minute, %.1f virtual days), %d violations%s; %d readings, %d acknowledged,"
            + " %d under Gaps; digest %016x",
        plot.label(),
        worlds.done(),
        worlds.seedsPerMinute(),
        tally.livedMs() / DAY_MS,
        worlds.violations(),
        worlds.violations() == 0 ? "" : ", first in seed " + worlds.firstViolatingSeed(),
        tally.readings(),
        tally.acked(),
        tally.droppedWithGap(),
        worlds.digest());
  }

  static String toJson(Worlds worlds, Plot plot) {
    Tally tally = worlds.tally();
    JsonStringWriter writer = JsonWriter.string().object();
    writer.value("story", plot.label());
    writer.value("row", plot.row());
    writer.value("seeds", worlds.done());
    writer.value("violations", worlds.violations());
    if (worlds.violations() == 0) {
      writer.nul("firstViolatingSeed");
    } else {
      writer.value("firstViolatingSeed", worlds.firstViolatingSeed());
    }
    writer.value("seedsPerMinute", worlds.seedsPerMinute());
    writer.value("readings", tally.readings());
    writer.value("acked", tally.acked());
    writer.value("missing", tally.timesBroken(Violation.Kind.MISSING));
    writer.value("duplicated", tally.timesBroken(Violation.Kind.DUPLICATED));
    writer.value("disordered", tally.timesBroken(Violation.Kind.DISORDERED));
    writer.value("droppedWithGap", tally.droppedWithGap());
    writer.value("gaps", tally.gaps());
    writer.value("turns", tally.turns());
    writer.value("virtualDays", rounded(tally.livedMs() / DAY_MS));
    writer.value("virtualYears", rounded(tally.livedMs() / DAY_MS / DAYS_OF_A_YEAR));
    long injected = 0;
    writer.object("faults");
    for (Fault fault : Fault.values()) {
      if (!fault.isOfTests() || tally.struckBy(fault) > 0) {
        writer.value(fault.label(), tally.struckBy(fault));
      }
      injected += fault.weight() > 0 ? tally.struckBy(fault) : 0;
    }
    writer.end();
    writer.value("faultsInjected", injected);
    if (!tally.reunions().isEmpty()) {
      tally.reunions().write(writer);
    }
    writer.object("states");
    tally.states().forEach(writer::value);
    writer.end();
    writer.value("digest", String.format(Locale.ROOT, "%016x", worlds.digest()));
    return writer.end().done();
  }

  static String plots() {
    StringBuilder lines = new StringBuilder();
    for (Plot plot : Plot.values()) {
      String row = plot.row() == 0 ? "" : Integer.toString(plot.row());
      lines.append(String.format(Locale.ROOT, "%-20s %3s  %s%n", plot.label(), row, plot.words()));
    }
    return lines.toString();
  }

  static String plotsAsJson() {
    JsonArray plots = new JsonArray();
    for (Plot plot : Plot.values()) {
      JsonObject each = new JsonObject();
      each.put("story", plot.label());
      each.put("row", plot.row());
      each.put("words", plot.words());
      plots.add(each);
    }
    return JsonWriter.string(plots) + "\n";
  }

  private static double rounded(double value) {
    return Math.round(value * 1000) / 1000.0;
  }
}
