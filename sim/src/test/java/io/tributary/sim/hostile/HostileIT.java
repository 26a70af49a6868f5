package io.tributary.sim.hostile;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The programs as they are shipped, under a small attack of each kind that needs no timeout.
final class HostileIT {
  private static final long MINUTES_MOST = 5;

  @TempDir private Path directory;

  @Test
  void everyHostilePeerIsThrownOutAndTheHonestLoseNothing() throws Exception {
    Path output = directory.resolve("output");
    ProcessBuilder builder =
        new ProcessBuilder(
                launcher().toString(), "sim", "hostile", "--quick", "--connections", "100")
            .redirectErrorStream(true)
            .redirectOutput(output.toFile());
    builder.environment().put("TRIBUTARY_NO_BUILD", "1");
    Process process = builder.start();
    process.getOutputStream().close();
    try {
      assertTrue(process.waitFor(MINUTES_MOST, TimeUnit.MINUTES), "it does not end");
    } finally {
      process.destroy();
    }
    String said = Files.readString(output);
    assertEquals(0, process.exitValue(), said);
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
