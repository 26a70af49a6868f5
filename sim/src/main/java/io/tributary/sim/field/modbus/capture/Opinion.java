package io.tributary.sim.field.modbus.capture;

import com.grack.nanojson.JsonArray;
import com.grack.nanojson.JsonObject;
import com.grack.nanojson.JsonParser;
import com.grack.nanojson.JsonParserException;
import io.tributary.sim.field.Script;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;

/// What a script in another language says of a capture: it has its own pcap, its own TCP and its own Modbus.
final class Opinion {
  private static final String SCRIPT = "modbus_count.py";

  private final JsonObject said;

  private Opinion(JsonObject said) {
    this.said = said;
  }

  /// @param directory where the script may lie while it runs
  /// @throws IOException when there is no Python, or the script fails
  static Opinion of(Path file, int port, Path directory) throws IOException, InterruptedException {
    return new Opinion(
        Script.run(Opinion.class, SCRIPT, directory, file.toString(), Integer.toString(port)));
  }

  /// @param output of the script
  static Opinion parsed(String output) throws IOException {
    try {
      return new Opinion(JsonParser.object().from(output));
    } catch (JsonParserException e) {
      throw new IOException("the counting script says no JSON", e);
    }
  }

  long count(String name) {
    return said.getObject("counts").getLong(name);
  }

  /// Requests by their function code.
  Map<String, Long> functions() {
    Map<String, Long> functions = new TreeMap<>();
    said.getObject("functions")
        .forEach((function, count) -> functions.put(function, ((Number) count).longValue()));
    return functions;
  }

  /// To each read, by the name that {@link Read#toString} has for it, its answers: an array of registers or bits, or the number of an
  /// exception.
  Map<String, JsonArray> answers() {
    Map<String, JsonArray> answers = new TreeMap<>();
    said.getObject("answers").forEach((read, all) -> answers.put(read, (JsonArray) all));
    return answers;
  }
}
