package io.tributary.sim.plant;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/// One program of the plant: a child process that can be killed and started again with the same
/// arguments. What it prints goes to a log file.
public final class Program implements AutoCloseable {
  private static final Duration TERMINATION = Duration.ofSeconds(20);
  private static final int LOG_LINES_SHOWN = 15;

  private final String name;
  private final List<String> command;
  private final Map<String, String> environment;
  private final Path log;
  private @Nullable Process process;
  private double cpuSecondsBefore;
  private long peakBytesBefore;

  /// @param arguments of `./tributary`
  public Program(String name, List<String> arguments, Map<String, String> environment, Path log) {
    this.name = name;
    this.command = new ArrayList<>();
    command.add(Launcher.path());
    command.addAll(arguments);
    this.environment = environment;
    this.log = log;
  }

  public String name() {
    return name;
  }

  public Program start() throws IOException {
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().putAll(environment);
    builder.environment().put("TRIBUTARY_NO_BUILD", "1");
    builder.redirectErrorStream(true);
    builder.redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
    process = builder.start();
    process.getOutputStream().close();
    return this;
  }

  /// SIGKILL: what was not forced may be lost with a power cut, here it stays in the page cache.
  public void kill() throws InterruptedException {
    Process running = running();
    remember();
    running.destroyForcibly().waitFor();
  }

  /// SIGTERM, and SIGKILL when that has no effect.
  ///
  /// @return the exit status
  public int terminate() throws InterruptedException {
    Process running = running();
    remember();
    running.destroy();
    if (!running.waitFor(TERMINATION.toMillis(), TimeUnit.MILLISECONDS)) {
      running.destroyForcibly().waitFor();
    }
    return running.exitValue();
  }

  /// Waits for the program's own end.
  public int await() throws InterruptedException {
    return running().waitFor();
  }

  public boolean isAlive() {
    return process != null && process.isAlive();
  }

  public long pid() {
    return running().pid();
  }

  /// Polls until the condition holds.
  ///
  /// @throws IOException when the program ends before, or the time is up; shows the end of its log
  public void awaitUntil(String what, Duration patience, BooleanSupplier condition)
      throws IOException, InterruptedException {
    long deadline = System.nanoTime() + patience.toNanos();
    while (!condition.getAsBoolean()) {
      boolean late = System.nanoTime() > deadline;
      if (late || !isAlive()) {
        throw new IOException(
            name
                + (late
                    ? " is not " + what + " after " + patience.toSeconds() + " s"
                    : " has ended")
                + "; the end of "
                + log
                + ":\n"
                + endOfLog());
      }
      TimeUnit.MILLISECONDS.sleep(5);
    }
  }

  /// CPU seconds used, user and system, over all the lives of this program.
  public double cpuSeconds() {
    return cpuSecondsBefore + (isAlive() ? ProcStat.cpuSeconds(pid()) : 0);
  }

  /// The most memory it had resident, over all its lives.
  public long peakRssBytes() {
    return Math.max(peakBytesBefore, isAlive() ? ProcStat.peakRssBytes(pid()) : 0);
  }

  public long rssBytes() {
    return isAlive() ? ProcStat.rssBytes(pid()) : 0;
  }

  private void remember() {
    cpuSecondsBefore = cpuSeconds();
    peakBytesBefore = peakRssBytes();
  }

  private Process running() {
    if (process == null) {
      throw new IllegalStateException(name + " was not started");
    }
    return process;
  }

  private String endOfLog() {
    try {
      List<String> lines = Files.readAllLines(log);
      return String.join(
          "\n", lines.subList(Math.max(0, lines.size() - LOG_LINES_SHOWN), lines.size()));
    } catch (IOException e) {
      return "(cannot be read: " + e.getMessage() + ")";
    }
  }

  /// Kills what still runs.
  @Override
  public void close() {
    if (process != null) {
      process.destroyForcibly();
    }
  }
}
