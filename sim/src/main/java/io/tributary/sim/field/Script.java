package io.tributary.sim.field;

import com.grack.nanojson.JsonObject;
import com.grack.nanojson.JsonParser;
import com.grack.nanojson.JsonParserException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/// A Python script that lies among our resources, for an opinion that shares no code with us.
public final class Script {
  private Script() {}

  /// Runs it.
  ///
  /// @param owner beside whose class it lies
  /// @param scratch a directory for it
  /// @return the JSON object that it prints, with numbers as they are written
  public static JsonObject run(Class<?> owner, String name, Path scratch, String... arguments)
      throws IOException, InterruptedException {
    Path script = scratch.resolve(name);
    try (InputStream in = owner.getResourceAsStream(name)) {
      Files.write(script, Objects.requireNonNull(in).readAllBytes());
    }
    List<String> command = new ArrayList<>(List.of("python3", script.toString()));
    command.addAll(List.of(arguments));
    Process python =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    String said = new String(python.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (python.waitFor() != 0) {
      throw new IOException(name + " failed");
    }
    try {
      return (JsonObject) JsonParser.any().withLazyNumbers().from(said);
    } catch (JsonParserException e) {
      throw new IOException(name + " prints no JSON: " + e.getMessage(), e);
    }
  }
}
