package io.tributary.groups;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// A program that somebody else wrote, in a process of its own; what it prints goes to a file.
final class Program implements AutoCloseable {
  /// The bound of each wait for a program.
  private static final int PATIENCE_SECONDS = 60;

  private final List<String> command;
  private final Path output;
  private final Process process;

  /// Starts it; `input` is what it reads as its standard input.
  Program(Path folder, List<String> command, String input) throws IOException {
    this.command = command;
    output = Files.createTempFile(folder, "output", ".txt");
    Path lines = Files.writeString(Files.createTempFile(folder, "input", ".txt"), input);
    process =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectInput(lines.toFile())
            .redirectOutput(output.toFile())
            .start();
  }

  /// The command line of a Java program on the class path of the tests.
  static List<String> java(String main, List<String> arguments) {
    return java(
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
        main,
        arguments);
  }

  static List<String> java(String classPath, String main, List<String> arguments) {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                classPath,
                main));
    command.addAll(arguments);
    return command;
  }

  /// What it printed until it ended by itself, with success.
  List<String> lines() throws Exception {
    assertTrue(
        process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS),
        () -> command.getLast() + " does not end: " + printed());
    List<String> lines = printed();
    assertEquals(0, process.exitValue(), () -> String.join("\n", lines));
    return lines;
  }

  /// Whether it ended by itself within a moment.
  boolean endsSoon() throws InterruptedException {
    return process.waitFor(100, TimeUnit.MILLISECONDS);
  }

  /// What it printed until now.
  List<String> printed() {
    try {
      return Files.readAllLines(output);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  /// Asks it to end in order, as `kill` does, and waits for that.
  void terminate() throws Exception {
    process.destroy();
    if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
      // A JVM prints what its threads wait for.
      new ProcessBuilder("kill", "-QUIT", Long.toString(process.pid())).start().waitFor();
      endsSoon();
      fail(command.getLast() + " does not end: " + String.join("\n", printed()));
    }
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
