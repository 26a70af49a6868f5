package io.tributary.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.grack.nanojson.JsonObject;
import com.grack.nanojson.JsonParser;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// The programs as they are shipped, started by the launcher.
public final class Shipped {
  private static final long MINUTES_MOST = 10;

  private Shipped() {}

  /// Runs a command that must end well.
  ///
  /// @param arguments of `./tributary`, among them `--json`
  /// @return its last line
  public static JsonObject run(String... arguments) throws Exception {
    Ended ended = end("", arguments);
    assertEquals(0, ended.exitStatus(), () -> String.join("\n", ended.lines()));
    return JsonParser.object().from(ended.lines().getLast());
  }

  /// Runs a command to its end.
  ///
  /// @param arguments of `./tributary`
  public static int exitStatus(String... arguments) throws Exception {
    return exitStatusWhenTyping("", arguments);
  }

  /// Runs a command to its end.
  ///
  /// @param typed its standard input
  /// @param arguments of `./tributary`
  public static int exitStatusWhenTyping(String typed, String... arguments) throws Exception {
    return end(typed, arguments).exitStatus();
  }

  private record Ended(int exitStatus, List<String> lines) {}

  private static Ended end(String typed, String... arguments) throws Exception {
    Path output = Files.createTempFile("tributary-shipped-", ".out");
    try {
      List<String> command = new ArrayList<>(List.of(launcher().toString()));
      command.addAll(List.of(arguments));
      ProcessBuilder builder =
          new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile());
      builder.environment().put("TRIBUTARY_NO_BUILD", "1");
      Process process = builder.start();
      try {
        try (OutputStream input = process.getOutputStream()) {
          input.write(typed.getBytes(StandardCharsets.UTF_8));
        }
        assertTrue(process.waitFor(MINUTES_MOST, TimeUnit.MINUTES), "it does not end");
      } finally {
        process.destroy();
      }
      return new Ended(process.exitValue(), Files.readAllLines(output, StandardCharsets.UTF_8));
    } finally {
      Files.delete(output);
    }
  }

  private static Path launcher() {
    Path repository = Path.of("").toAbsolutePath();
    while (!Files.exists(repository.resolve("tributary"))) {
      repository = repository.getParent();
      assertNotNull(repository, "no launcher above the working directory");
    }
    return repository.resolve("tributary");
  }
}
