package io.tributary.adapter.file;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/// What logrotate does, where the machine has it.
class LogrotateTest extends TailTest {
  private final List<String> written = new ArrayList<>();

  @Test
  void createLosesAndDoublesNothing() throws Exception {
    rotateOften("a.log*", "create");
    eventually(() -> values().size() >= written.size());
    awaitTurns();
    assertEquals(written, values());
  }

  @Test
  void copytruncateBetweenTheLinesLosesAndDoublesNothing() throws Exception {
    rotateOften("a.log", "copytruncate");
    eventually(() -> values().size() >= written.size());
    awaitTurns();
    assertEquals(written, values());
  }

  private void rotateOften(String path, String way) throws IOException, InterruptedException {
    assumeTrue(
        Files.isExecutable(Path.of("/usr/sbin/logrotate")),
        "SKIPPED: /usr/sbin/logrotate is not there; install it to see rotations as it makes them");
    start(path, "lines: text\nformat: raw\nquiet: 50ms");
    Path rules = directory.resolve("rules");
    Files.writeString(
        rules, directory.resolve("a.log") + " {\n rotate 20\n missingok\n " + way + "\n}\n");
    Files.setPosixFilePermissions(
        rules, java.nio.file.attribute.PosixFilePermissions.fromString("rw-r--r--"));
    for (int round = 0; round < 10; round++) {
      for (int i = 0; i < 50; i++) {
        written.add("round " + round + " line " + i);
        append("a.log", written.getLast() + "\n");
      }
      if (way.equals("copytruncate")) {
        eventually(() -> values().size() == written.size());
      } else {
        awaitTurns();
      }
      Process logrotate =
          new ProcessBuilder(
                  "/usr/sbin/logrotate",
                  "--force",
                  "--state",
                  directory.resolve("state").toString(),
                  rules.toString())
              .inheritIO()
              .start();
      assertEquals(
          Set.of(true, 0), Set.of(logrotate.waitFor(20, TimeUnit.SECONDS), logrotate.exitValue()));
    }
  }
}
