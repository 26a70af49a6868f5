package io.tributary.sim.field;

import io.tributary.sim.ExitStatus;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// `sim device p1`: a smart meter on a serial line of its own.
@Command(
    name = "p1",
    description = {
      "A smart meter (DSMR 5) on a pseudo-terminal: a telegram each second, whose values move, until",
      "SIGTERM. Needs socat. Some telegrams may be damaged, half, or followed by garbage, and the line",
      "may vanish for a while."
    },
    mixinStandardHelpOptions = true)
public final class P1Device implements Callable<Integer> {
  private static final int VANISHED_SECONDS = 3;

  @Option(
      names = "--port",
      paramLabel = "PATH",
      required = true,
      description = "where the line appears, for the adapter's key `port`")
  private Path port = Path.of("");

  @Option(
      names = "--rate",
      paramLabel = "N",
      defaultValue = "1",
      description = "telegrams in a second (default: ${DEFAULT-VALUE})")
  private double rate;

  @Option(
      names = "--seconds",
      paramLabel = "N",
      description = "how long it lives (default: until SIGTERM)")
  private long seconds;

  @Option(
      names = "--checksum",
      paramLabel = "PERCENT",
      defaultValue = "0",
      description = "of the telegrams have a bit turned (default: ${DEFAULT-VALUE})")
  private double checksum;

  @Option(
      names = "--half",
      paramLabel = "PERCENT",
      defaultValue = "0",
      description = "of the telegrams end in the middle (default: ${DEFAULT-VALUE})")
  private double half;

  @Option(
      names = "--garbage",
      paramLabel = "PERCENT",
      defaultValue = "0",
      description =
          "of the telegrams have bytes behind them that mean nothing (default: ${DEFAULT-VALUE})")
  private double garbage;

  @Option(
      names = "--vanish",
      paramLabel = "SECONDS",
      description = "how often the line vanishes for " + VANISHED_SECONDS + " s (default: never)")
  private long vanish;

  @Option(
      names = "--record",
      paramLabel = "FILE",
      description = "where to write the telegrams that were sent undamaged (default: nowhere)")
  private @Nullable Path record;

  @Option(
      names = "--seed",
      paramLabel = "S",
      defaultValue = "1",
      description = "of its values and of the damage (default: ${DEFAULT-VALUE})")
  private long seed;

  @Spec private CommandSpec spec;

  private long telegrams;
  private long vanished;

  @Override
  public Integer call() throws InterruptedException {
    TelegramDamage damage;
    try {
      damage = new TelegramDamage(seed, checksum, half, garbage);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
    }
    try (Lifetime life = new Lifetime(seconds)) {
      try (TerminalPair line = new TerminalPair(port);
          OutputStream recorded =
              record == null ? OutputStream.nullOutputStream() : Files.newOutputStream(record)) {
        line.plug();
        say(life, line, damage, recorded);
      } catch (IOException e) {
        spec.commandLine().getErr().println("sim device p1: " + e.getMessage());
        return ExitStatus.WORLD;
      }
      spec.commandLine()
          .getOut()
          .printf("%,d telegrams; %s; vanished %d%n", telegrams, damage.summary(), vanished);
      spec.commandLine().getOut().flush();
    }
    return ExitStatus.DONE;
  }

  private void say(Lifetime life, TerminalPair line, TelegramDamage damage, OutputStream recorded)
      throws IOException, InterruptedException {
    Meter meter = new Meter(seed, Instant.now());
    OutputStream out = line.instrument();
    long startNanos = System.nanoTime();
    long pluggedNanos = startNanos;
    while (life.goesOnFor(startNanos + (long) (telegrams * 1e9 / rate) - System.nanoTime())) {
      if (vanish > 0 && System.nanoTime() - pluggedNanos > TimeUnit.SECONDS.toNanos(vanish)) {
        out.close();
        line.pull();
        vanished++;
        if (!life.goesOnFor(TimeUnit.SECONDS.toNanos(VANISHED_SECONDS))) {
          return;
        }
        line.plug();
        out = line.instrument();
        pluggedNanos = System.nanoTime();
      }
      byte[] telegram = meter.second();
      TelegramDamage.Sent sent = damage.of(telegram);
      if (sent.isWhole()) {
        recorded.write(telegram);
        recorded.flush();
      }
      out.write(sent.bytes());
      out.flush();
      telegrams++;
    }
    TimeUnit.SECONDS.sleep(1); // what is in the line is read before it vanishes
    out.close();
  }
}
