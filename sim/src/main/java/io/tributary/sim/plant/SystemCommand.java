package io.tributary.sim.plant;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// A short command of the operating system: mount, ip, tc, kill.
public final class SystemCommand {
  private static final int TIMEOUT_S = 30;

  private SystemCommand() {}

  /// Runs it to its end.
  ///
  /// @return null when it succeeds, else the command and what it said
  public static @Nullable String run(String... command) throws InterruptedException {
    String line = String.join(" ", command);
    try {
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      process.getOutputStream().close();
      String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (!process.waitFor(TIMEOUT_S, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        return line + ": does not end";
      }
      return process.exitValue() == 0 ? null : line + ": " + said.strip();
    } catch (IOException e) {
      return line + ": " + e.getMessage();
    }
  }

  /// What a command says on its standard output.
  ///
  /// @throws IOException when it fails; says the command and its words
  public static String output(String... command) throws IOException, InterruptedException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    process.getOutputStream().close();
    String said =
        new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    if (process.waitFor() != 0) {
      throw new IOException(String.join(" ", command) + ": " + said);
    }
    return said;
  }

  /// Runs a command that takes something back; what it cannot do is told in the log and left.
  public static void undo(String... command) {
    try {
      String refused = run(command);
      if (refused != null) {
        System.getLogger(SystemCommand.class.getName()).log(System.Logger.Level.WARNING, refused);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
