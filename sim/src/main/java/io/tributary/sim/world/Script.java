package io.tributary.sim.world;

import com.grack.nanojson.JsonArray;
import com.grack.nanojson.JsonObject;
import com.grack.nanojson.JsonParser;
import com.grack.nanojson.JsonParserException;
import com.grack.nanojson.JsonWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// What is to be run: a seed, the plot that shapes its story, and the mishaps, when they are not those that the seed
/// draws. As a file it is a story that replays exactly, as long as the code is the same.
///
/// @param mishaps null: those of the seed
record Script(long seed, Plot plot, @Nullable List<Mishap> mishaps) {
  private static final String SUFFIX = ".json";

  /// Whether a story's name is that of a file.
  static boolean isFile(String story) {
    return story.endsWith(SUFFIX);
  }

  Script with(List<Mishap> others) {
    return new Script(seed, plot, others);
  }

  static Script read(Path file) throws IOException {
    try {
      JsonObject story = JsonParser.object().from(Files.readString(file));
      Plot plot = Plot.named(story.getString("story", ""));
      if (plot == null || !story.has("seed")) {
        throw new IOException(file + " names no seed or no story that there is");
      }
      List<Mishap> mishaps = new ArrayList<>();
      for (Object each : story.getArray("mishaps", new JsonArray())) {
        mishaps.add(mishap((JsonObject) each));
      }
      return new Script(story.getLong("seed"), plot, mishaps);
    } catch (JsonParserException | ClassCastException | IllegalArgumentException e) {
      throw new IOException(file + " is no story: " + e.getMessage(), e);
    }
  }

  private static Mishap mishap(JsonObject from) {
    return new Mishap(
        from.getLong("atMs"),
        Fault.valueOf(from.getString("fault", "").toUpperCase(Locale.ROOT)),
        from.getInt("edge"),
        from.getLong("forMs"),
        Long.parseLong(from.getString("seed", "0")));
  }

  /// Writes it where it does not overwrite that of another seed.
  ///
  /// @param violation what it shows, for whoever reads the file
  Path write(Path directory, List<Mishap> left, String violation) throws IOException {
    Files.createDirectories(directory);
    JsonObject story = new JsonObject();
    story.put("story", plot.label());
    story.put("seed", seed);
    story.put("violation", violation.lines().findFirst().orElse(""));
    JsonArray array = new JsonArray();
    for (Mishap mishap : left) {
      JsonObject each = new JsonObject();
      each.put("atMs", mishap.atMs());
      each.put("fault", mishap.fault().name());
      each.put("edge", mishap.edge());
      each.put("forMs", mishap.forMs());
      each.put("seed", Long.toString(mishap.seed()));
      array.add(each);
    }
    story.put("mishaps", array);
    Path file = directory.resolve(plot.label() + "-" + seed + SUFFIX);
    Files.writeString(file, JsonWriter.indent("  ").string().value(story).done() + "\n");
    return file;
  }
}
