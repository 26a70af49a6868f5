package io.tributary.groups;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.tributary.log.FileDisk;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// kafkajs, which speaks the protocol by itself and in its older versions, as npm installs it.
@Timeout(240)
final class KafkajsIT {
  private static final Path PROGRAM = Path.of("src", "test", "kafkajs");

  @TempDir private Path folder;
  private RealHub hub;

  @BeforeEach
  void start() throws Exception {
    assumeInstalled("node");
    assumeInstalled("npm");
    for (String file : List.of("package.json", "package-lock.json", "client.js")) {
      Files.copy(PROGRAM.resolve(file), folder.resolve(file));
    }
    run(List.of("npm", "ci", "--no-audit", "--no-fund", "--ignore-scripts"));
    hub = new RealHub(new FileDisk(folder.resolve("hub")));
  }

  private static void assumeInstalled(String program) {
    boolean found =
        List.of(System.getenv("PATH").split(":")).stream()
            .anyMatch(directory -> Files.isExecutable(Path.of(directory, program)));
    if (!found) {
      System.err.println(
          "NOT TESTED: " + program + " is not installed, so nothing shows that kafkajs works");
    }
    assumeTrue(found, program + " is not installed");
  }

  @AfterEach
  void end() {
    if (hub != null) { // it is not there where npm is not
      hub.close();
    }
  }

  @Test
  void writesReadsInAGroupAndAdministers() throws Exception {
    assertEquals(
        List.of("created true", "partitions 3", "listed true"), step("create", "wind", "3"));
    assertEquals(List.of("errors 0"), step("write", "wind", "0", "1000"));
    assertEquals(values(0, 1_000), sorted(step("read", "wind", "readers", "1000")));
    assertEquals(
        List.of("end 1000", "committed 1000", "state Empty", "groups readers"),
        step("inspect", "wind", "readers"));
    hub.stop();
    hub.start();
    assertEquals(List.of("errors 0"), step("write", "wind", "1000", "1100"));
    assertEquals(values(1_000, 1_100), sorted(step("read", "wind", "readers", "100")));
    assertEquals(List.of("low 1", "listed false"), step("remove", "wind", "readers"));
    assertTrue(step("create", "wind", "1").contains("partitions 1"));
  }

  private List<String> step(String name, String... arguments) throws Exception {
    List<String> command = new ArrayList<>(List.of("node", "client.js", name, hub.address()));
    command.addAll(List.of(arguments));
    return run(command);
  }

  private List<String> run(List<String> command) throws Exception {
    try (Program program = new Program(folder, command, "")) {
      return program.lines();
    }
  }

  private static List<String> values(int from, int to) {
    return IntStream.range(from, to).mapToObj(i -> "value " + i + " kafkajs").sorted().toList();
  }

  private static List<String> sorted(List<String> lines) {
    return lines.stream().sorted().toList();
  }
}
