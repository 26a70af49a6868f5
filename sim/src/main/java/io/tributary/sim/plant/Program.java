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
  private List<String> before = List.of();
  private final Map<String, String> environment;
  private final Path log;
  private @Nullable Process process;
  private boolean watched;
  private double cpuSecondsBefore;
  private long peakBytesBefore;

  /// @param arguments of `./tributary`
  public Program(String name, List<String> arguments, Map<String, String> environment, Path log) {
    this(name, environment, log, launched(arguments));
  }

  private Program(String name, Map<String, String> environment, Path log, List<String> command) {
    this.name = name;
    this.command = List.copyOf(command);
    this.environment = environment;
    this.log = log;
  }

  /// A program that is none of ours.
  ///
  /// @param command with its arguments
  public static Program foreign(
      String name, List<String> command, Map<String, String> environment, Path log) {
    return new Program(name, environment, log, command);
  }

  private static List<String> launched(List<String> arguments) {
    List<String> command = new ArrayList<>();
    command.add(Launcher.path());
    command.addAll(arguments);
    return command;
  }

  public String name() {
    return name;
  }

  /// Has another command run this one, which must end up as this program or as its parent, as
  /// `ip netns exec NAME` or `strace` do.
  public Program behind(List<String> newBefore) {
    before = List.copyOf(newBefore);
    return this;
  }

  public Program start() throws IOException {
    return start(List.of());
  }

  /// Starts it behind one more command, for this life only.
  public Program start(List<String> oneMoreBefore) throws IOException {
    List<String> words = new ArrayList<>(before);
    words.addAll(oneMoreBefore);
    words.addAll(command);
    watched = !oneMoreBefore.isEmpty();
    ProcessBuilder builder = new ProcessBuilder(words);
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
    self().destroyForcibly();
    running.waitFor();
  }

  /// Sends a signal as `kill -NAME` does, STOP and CONT for instance.
  public void signal(String name) throws IOException, InterruptedException {
    if (new ProcessBuilder("kill", "-" + name, Long.toString(pid())).start().waitFor() != 0) {
      throw new IOException(this.name + " cannot be sent SIG" + name);
    }
  }

  /// SIGTERM, and SIGKILL when that has no effect.
  ///
  /// @return the exit status
  public int terminate() throws InterruptedException {
    Process running = running();
    remember();
    self().destroy();
    if (!running.waitFor(TERMINATION.toMillis(), TimeUnit.MILLISECONDS)) {
      self().destroyForcibly();
      running.waitFor();
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
    return self().pid();
  }

  /// The program itself, where another one has started it and stays its parent.
  private ProcessHandle self() {
    ProcessHandle handle = running().toHandle();
    return watched ? handle.children().findFirst().orElse(handle) : handle;
  }

  /// Waits for the program's own end; false if it goes on.
  public boolean await(Duration patience) throws InterruptedException {
    return running().waitFor(patience.toMillis(), TimeUnit.MILLISECONDS);
  }

  /// The status with which it ended.
  public int exitStatus() {
    return running().exitValue();
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

  /// The most memory that this life of it had resident so far.
  public long peakRssBytesOfThisLife() {
    return isAlive() ? ProcStat.peakRssBytes(pid()) : 0;
  }

  /// What this life of it caused to be written to devices, by the pages that it made dirty.
  public long writtenBytesOfThisLife() {
    return isAlive() ? ProcStat.writtenBytes(pid()) : 0;
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

  /// The last lines that it printed.
  public String endOfLog() {
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
      self().destroyForcibly();
      process.destroyForcibly();
    }
  }
}
