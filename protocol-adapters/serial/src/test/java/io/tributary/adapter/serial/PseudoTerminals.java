package io.tributary.adapter.serial;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// A pair of pseudo-terminals by socat: what an instrument writes into one end, the adapter reads from the other.
final class PseudoTerminals implements AutoCloseable {
  private static final Path SOCAT = Path.of("/usr/bin/socat");

  final Path instrument;
  final Path port;
  private @Nullable Process socat;

  PseudoTerminals(Path directory) {
    assumeTrue(Files.isExecutable(SOCAT), "SKIPPED: no socat; install socat");
    instrument = directory.resolve("instrument");
    port = directory.resolve("port");
  }

  /// Plugs the line in.
  void plug() throws IOException {
    socat =
        new ProcessBuilder(
                SOCAT.toString(), "pty,rawer,link=" + instrument, "pty,rawer,link=" + port)
            .inheritIO()
            .start();
    long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    while (!Files.exists(instrument) || !Files.exists(port)) {
      assertTrue(System.nanoTime() < until, "socat makes no terminals");
      Thread.onSpinWait();
    }
  }

  /// Pulls it out.
  void pull() {
    Process running = socat;
    if (running != null) {
      running.destroy();
      running.onExit().join();
      socat = null;
    }
  }

  OutputStream write() throws IOException {
    return Files.newOutputStream(instrument);
  }

  @Override
  public void close() {
    pull();
  }
}
