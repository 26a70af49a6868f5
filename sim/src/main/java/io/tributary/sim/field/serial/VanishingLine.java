package io.tributary.sim.field.serial;

import io.tributary.sim.field.DeviceOptions;
import io.tributary.sim.field.Lifetime;
import io.tributary.sim.field.TerminalPair;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/// The instrument's end of a serial line, which vanishes now and then.
final class VanishingLine implements AutoCloseable {
  private static final long LAST_WORDS_SECONDS = 1;

  private final TerminalPair terminals;
  private final long vanishNanos;
  private OutputStream out = OutputStream.nullOutputStream();
  private long pluggedNanos;
  private long vanished;

  /// Has no line yet.
  ///
  /// @param port where it appears
  /// @param vanishNanos how often it vanishes
  VanishingLine(Path port, long vanishNanos) {
    this.terminals = new TerminalPair(port);
    this.vanishNanos = vanishNanos;
  }

  void plug() throws IOException, InterruptedException {
    terminals.plug();
    out = terminals.instrument();
    pluggedNanos = System.nanoTime();
  }

  /// Waits until a moment, or a little longer when the line has to vanish first.
  ///
  /// @return whether the life goes on
  boolean goesOnUntil(long nanos, Lifetime life) throws IOException, InterruptedException {
    if (System.nanoTime() - pluggedNanos > vanishNanos) {
      out.close();
      terminals.pull();
      vanished++;
      if (!life.goesOnFor(DeviceOptions.VANISHED_NANOS)) {
        return false;
      }
      plug();
    }
    return life.goesOnFor(nanos - System.nanoTime());
  }

  void say(byte[] bytes) throws IOException {
    out.write(bytes);
  }

  /// How often it did.
  long vanished() {
    return vanished;
  }

  /// What is in the line is read before it vanishes for good.
  void awaitReader() throws InterruptedException {
    TimeUnit.SECONDS.sleep(LAST_WORDS_SECONDS);
  }

  @Override
  public void close() throws IOException {
    out.close();
    terminals.close();
  }
}
