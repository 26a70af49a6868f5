package io.tributary.sim.field;

import io.tributary.sim.ExitStatus;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// What each device of the field is told, and how its command runs: it lives, and its last line says what it did.
public final class DeviceOptions {
  private static final int VANISHED_SECONDS = 3;

  /// How long a device that vanishes is away.
  public static final long VANISHED_NANOS = TimeUnit.SECONDS.toNanos(VANISHED_SECONDS);

  @Option(
      names = "--seconds",
      paramLabel = "N",
      description = "of its life (default: until SIGTERM)")
  private long seconds;

  @Option(
      names = "--vanish",
      paramLabel = "SECONDS",
      description = "how often it vanishes for " + VANISHED_SECONDS + " s (default: never)")
  private long vanish;

  @Option(
      names = "--record",
      paramLabel = "FILE",
      description = "where to write what it says, as it was undamaged (default: nowhere)")
  private @Nullable Path record;

  @Option(
      names = "--seed",
      paramLabel = "S",
      defaultValue = "1",
      description = "of what it says and of what goes wrong (default: ${DEFAULT-VALUE})")
  private long seed;

  @Spec(Spec.Target.MIXEE)
  private @Nullable CommandSpec command;

  /// A device, which ends with its life.
  public interface Device {
    /// @return what it did, in one line
    String live(Lifetime life) throws IOException, InterruptedException;
  }

  /// What can be away for a while.
  public interface Vanishing {
    void vanish(long nanos) throws IOException, InterruptedException;
  }

  /// 0: without end.
  public long seconds() {
    return seconds;
  }

  public long seed() {
    return seed;
  }

  /// Between one time that it vanishes and the next; never is the longest.
  public long vanishNanos() {
    return vanish == 0 ? Long.MAX_VALUE : TimeUnit.SECONDS.toNanos(vanish);
  }

  /// The file of its record; null: none is wanted.
  public @Nullable Path record() {
    return record;
  }

  /// The record, or nowhere.
  public OutputStream openRecord() throws IOException {
    return record == null ? OutputStream.nullOutputStream() : Files.newOutputStream(record);
  }

  /// Something that further options describe.
  ///
  /// @throws ParameterException when they make no sense, and it cannot be made
  public <T> T made(Supplier<T> maker) {
    try {
      return maker.get();
    } catch (IllegalArgumentException e) {
      throw new ParameterException(command().commandLine(), String.valueOf(e.getMessage()), e);
    }
  }

  /// Lives until SIGTERM, or as many seconds as it was told.
  ///
  /// @return the exit status
  public int live(Device device) throws InterruptedException {
    return live(device, new Lifetime(seconds));
  }

  /// Lives until SIGTERM, or until it ends by itself.
  public int liveByItself(Device device) throws InterruptedException {
    return live(device, new Lifetime(0));
  }

  private int live(Device device, Lifetime begun) throws InterruptedException {
    try (Lifetime life = begun) {
      var out = command().commandLine().getOut();
      out.println(device.live(life));
      out.flush();
      return ExitStatus.DONE;
    } catch (IOException e) {
      command()
          .commandLine()
          .getErr()
          .println("sim device " + command().name() + ": " + e.getMessage());
      return ExitStatus.WORLD;
    }
  }

  /// Has something that lives by itself vanish now and then, to the end of its life.
  ///
  /// @return how often it did
  public long vanishing(Vanishing thing, Lifetime life) throws IOException, InterruptedException {
    long vanished = 0;
    while (life.goesOnFor(vanishNanos())) {
      thing.vanish(VANISHED_NANOS);
      vanished++;
    }
    return vanished;
  }

  private CommandSpec command() {
    if (command == null) {
      throw new IllegalStateException("options of no command");
    }
    return command;
  }
}
