package io.tributary.sim.field;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// A serial line by socat: two pseudo-terminals, what is written to one is read from the other.
public final class TerminalPair implements AutoCloseable {
  private static final long READY_NANOS = TimeUnit.SECONDS.toNanos(10);

  private final Path instrument;
  private final Path port;
  private volatile @Nullable Process socat;

  /// @param port where a program finds the line: a link to a terminal
  public TerminalPair(Path port) {
    this.port = port;
    this.instrument = port.resolveSibling(port.getFileName() + ".instrument");
  }

  /// @throws IOException when socat is missing, or makes none
  public void plug() throws IOException, InterruptedException {
    Process started;
    try {
      started =
          new ProcessBuilder("socat", "pty,rawer,link=" + instrument, "pty,rawer,link=" + port)
              .redirectError(ProcessBuilder.Redirect.INHERIT)
              .start();
    } catch (IOException e) {
      throw new IOException("a serial line needs socat; install it", e);
    }
    socat = started;
    long until = System.nanoTime() + READY_NANOS;
    while (!Files.exists(instrument) || !Files.exists(port)) {
      if (!started.isAlive() || System.nanoTime() > until) {
        throw new IOException("socat makes no terminals at " + port);
      }
      TimeUnit.MILLISECONDS.sleep(10);
    }
  }

  /// The line vanishes.
  public void pull() {
    Process running = socat;
    if (running != null) {
      running.destroy();
      running.onExit().join();
      socat = null;
    }
  }

  /// What the instrument says.
  public OutputStream instrument() throws IOException {
    return Files.newOutputStream(instrument);
  }

  /// The end of the line at which the instrument is.
  public Path instrumentPath() {
    return instrument;
  }

  public Path port() {
    return port;
  }

  @Override
  public void close() {
    pull();
  }
}
