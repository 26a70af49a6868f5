package io.tributary.sim.guests;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// A chain of guests, and the records that are sent through it.
///
/// @param records how many
record ChainStory(String name, List<Link> links, Records kind, int records) {
  /// A guest of a chain.
  ///
  /// @param module a file below the samples, without its suffix, or `@` and a name of the catalogue
  record Link(String module, Map<String, String> params) {
    boolean isOfTheCatalogue() {
      return module.startsWith("@");
    }

    String name() {
      return isOfTheCatalogue() ? module.substring(1) : module;
    }
  }

  /// Where each record is a call of its own.
  private static final int FEW = 100;

  private static final int MANY = 1_000;

  /// All of them.
  static List<ChainStory> all() {
    List<ChainStory> stories = new ArrayList<>();
    for (String language : List.of("c", "as")) {
      stories.add(one("filter-" + language, Map.of("key", "an"), Records.TEXT, MANY));
      stories.add(one("map-" + language, Map.of(), Records.TEXT, MANY));
      stories.add(one("filter-map-" + language, Map.of(), Records.NUMBERS, MANY));
      stories.add(one("array-map-" + language, Map.of(), Records.ARRAYS, FEW));
      stories.add(one("aggregate-" + language, Map.of(), Records.NUMBERS, MANY));
      stories.add(one("aggregate-concat-" + language, Map.of(), Records.TEXT, FEW));
      stories.add(one("look-back-" + language, Map.of(), Records.INTEGERS, MANY));
    }
    stories.add(one("calls-c", Map.of(), Records.TEXT, MANY));
    stories.add(one("wasi-c", Map.of(), Records.TEXT, FEW));
    Link convert = new Link("@unit-conversion", Map.of("from", "°C", "to", "°F"));
    Link deadband =
        new Link("@deadband", Map.of("band", "2", "max-silence", "20s", "max-keys", "5"));
    Link window = new Link("@window", Map.of("length", "10s", "max-keys", "5"));
    Map<String, String> anomaly =
        Map.of(
            "window", "50", "min-samples", "10", "threshold", "2", "hold", "30s", "max-keys", "8");
    stories.add(one("@regex-filter", Map.of("regex", "2[0-4]\\.\\d,|é"), Records.READINGS, MANY));
    stories.add(
        one(
            "@json-project",
            Map.of("fields", "{\"t\": \"$.value\", \"u\": \"$.more[1].unit\"}"),
            Records.READINGS,
            MANY));
    stories.add(one(convert, Records.READINGS));
    stories.add(one(deadband, Records.READINGS));
    stories.add(one(window, Records.READINGS));
    stories.add(one(window, Records.EXTREMES));
    stories.add(
        one("@dedup", Map.of("path", "value", "count", "50", "age", "1m"), Records.READINGS, MANY));
    stories.add(one("@csv-to-json", Map.of("columns", "a,b,c"), Records.CSV, MANY));
    stories.add(one("@anomaly", anomaly, Records.READINGS, MANY));
    stories.add(one("@anomaly", anomaly, Records.EXTREMES, MANY));
    stories.add(one(convert, Records.EXTREMES));
    stories.add(
        new ChainStory("three", List.of(convert, deadband, window), Records.READINGS, MANY));
    for (String hostile : List.of("trap", "divide-by-zero", "load-out-of-bounds", "recursion")) {
      stories.add(one("hostile/" + hostile, Map.of(), Records.TEXT, FEW));
    }
    return stories;
  }

  private static ChainStory one(Link link, Records kind) {
    return one(link.module, link.params, kind, MANY);
  }

  private static ChainStory one(
      String module, Map<String, String> params, Records kind, int records) {
    return new ChainStory(
        module.replace("@", "") + " of " + kind.name().toLowerCase(Locale.ROOT),
        List.of(new Link(module, params)),
        kind,
        records);
  }
}
