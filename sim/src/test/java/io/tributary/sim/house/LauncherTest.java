package io.tributary.sim.house;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// The launcher, run by every POSIX shell of this machine. Nothing here builds or starts a program: that is what the demo and the
/// trial do.
class LauncherTest {
  private static final int PATIENCE_SECONDS = 30;
  private static final int WRONG_USAGE = 2;

  private record Outcome(int status, String out, String err) {}

  @TempDir private Path elsewhere;

  private final Path launcher = House.open().root().resolve("tributary");

  @ParameterizedTest
  @MethodSource("shells")
  void tellsEveryCommandWhenAskedForHelp(List<String> shell) throws Exception {
    Outcome outcome = run(shell, Map.of(), launcher, "--help");
    assertEquals(0, outcome.status(), outcome.err());
    for (String command : List.of("demo", "hub", "edge", "topic", "consume", "sim", "bench")) {
      assertTrue(outcome.out().contains("\n  " + command + " "), () -> "no " + command);
    }
  }

  @ParameterizedTest
  @MethodSource("shells")
  void refusesAWordThatItDoesNotKnow(List<String> shell) throws Exception {
    Outcome outcome = run(shell, Map.of(), launcher, "demmo");
    assertEquals(WRONG_USAGE, outcome.status());
    assertTrue(outcome.err().contains("unknown command: demmo"), outcome.err());
    assertEquals("", outcome.out());
  }

  @ParameterizedTest
  @MethodSource("shells")
  void findsAJdk25WhereverThisTestRuns(List<String> shell) throws Exception {
    Outcome outcome = run(shell, Map.of(), launcher, "--java-home");
    assertEquals(0, outcome.status(), outcome.err());
    String release = Files.readString(Path.of(outcome.out().strip(), "release"));
    assertTrue(release.contains("JAVA_VERSION=\"25"), release);
  }

  @ParameterizedTest
  @MethodSource("shells")
  void namesAJavaHomeThatIsNoJdk25(List<String> shell) throws Exception {
    Map<String, String> environment = Map.of("TRIBUTARY_JAVA_HOME", elsewhere.toString());
    Outcome outcome = run(shell, environment, launcher, "edge", "--help");
    assertEquals(WRONG_USAGE, outcome.status());
    assertTrue(outcome.err().contains(elsewhere.toString()), outcome.err());
    assertTrue(outcome.err().contains("unset it"), outcome.err());
  }

  @ParameterizedTest
  @MethodSource("shells")
  void knowsItsHomeThroughLinksFromAnotherDirectory(List<String> shell) throws Exception {
    Path first = Files.createSymbolicLink(elsewhere.resolve("first"), launcher);
    Path second = Files.createSymbolicLink(elsewhere.resolve("second"), first.getFileName());
    Outcome outcome = run(shell, Map.of(), second, "--version");
    Files.delete(second);
    Files.delete(first);
    assertEquals(0, outcome.status(), outcome.err());
    assertTrue(outcome.out().startsWith("tributary "), outcome.out());
  }

  @Test
  void runsByItsOwnFirstLine() throws Exception {
    assertEquals(0, run(List.of(), Map.of(), launcher, "--version").status());
  }

  @ParameterizedTest
  @MethodSource("shells")
  void dumpsOneClassArchiveWhenSeveralEdgesStartAtOnceAndAnotherWhenAJarIsNewer(List<String> shell)
      throws Exception {
    FakeHouse house = new FakeHouse(elsewhere, launcher);
    house.end(house.edge(shell, "status", "status"));
    assertEquals(0, house.dumps());
    List<Process> edges = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      edges.add(house.edge(shell, "start", "edge-" + i));
    }
    // The one that dumps goes on when it is told to; the others say that they wait for it.
    house.await("2 wait", () -> house.said("waiting for process") == 2 && house.dumps() == 1);
    Files.writeString(house.go(), "");
    for (Process edge : edges) {
      assertTrue(edge.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS));
      assertEquals(0, edge.exitValue());
    }
    assertEquals(1, house.dumps());
    assertEquals(3, house.startsWithArchive());

    house.end(house.edge(shell, "start", "again"));
    assertEquals(1, house.dumps());
    house.touchJar();
    house.end(house.edge(shell, "start", "newer"));
    assertEquals(2, house.dumps());
    assertEquals(5, house.startsWithArchive());
  }

  @ParameterizedTest
  @MethodSource("shells")
  void startsWithoutAClassArchiveWhereNoneCanBeWritten(List<String> shell) throws Exception {
    FakeHouse house = new FakeHouse(elsewhere, launcher);
    Files.createFile(house.root().resolve("target"));
    house.end(house.edge(shell, "start", "edge"));
    assertEquals(0, house.dumps());
    assertEquals(1, house.starts());
  }

  private static Stream<List<String>> shells() {
    return Stream.of(List.of("sh"), List.of("bash"), List.of("dash"), List.of("busybox", "sh"))
        .filter(shell -> isOnPath(shell.getFirst()));
  }

  private static boolean isOnPath(String command) {
    return Stream.of(System.getenv("PATH").split(":"))
        .anyMatch(folder -> Files.isExecutable(Path.of(folder, command)));
  }

  private Outcome run(
      List<String> shell, Map<String, String> environment, Path script, String... arguments)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(shell);
    command.add(script.toString());
    command.addAll(List.of(arguments));
    Path out = elsewhere.resolve("out");
    Path err = elsewhere.resolve("err");
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(elsewhere.toFile())
            .redirectOutput(out.toFile())
            .redirectError(err.toFile());
    builder.environment().remove("TRIBUTARY_JAVA_HOME");
    builder.environment().put("TRIBUTARY_NO_BUILD", "1");
    builder.environment().putAll(environment);
    Process process = builder.start();
    if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
      process.destroyForcibly();
      throw new AssertionError(command + " did not end within " + PATIENCE_SECONDS + " s");
    }
    return new Outcome(process.exitValue(), read(out), read(err));
  }

  private static String read(Path file) throws IOException {
    return Files.readString(file, StandardCharsets.UTF_8);
  }
}
