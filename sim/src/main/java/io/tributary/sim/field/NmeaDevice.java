package io.tributary.sim.field;

import io.tributary.sim.ExitStatus;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// `sim device nmea`: a satellite receiver on a serial line of its own.
@Command(
    name = "nmea",
    description = {
      "A satellite receiver that sails in a circle, on a pseudo-terminal: what it says each second,",
      "until SIGTERM. Needs socat. Some lines may be damaged, and the line may vanish for a while."
    },
    mixinStandardHelpOptions = true)
public final class NmeaDevice implements Callable<Integer> {
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
      description = "seconds of its life in a second (default: ${DEFAULT-VALUE})")
  private double rate;

  @Option(
      names = "--seconds",
      paramLabel = "N",
      description = "of its life (default: until SIGTERM)")
  private long seconds;

  @Option(
      names = "--damage",
      paramLabel = "PERCENT",
      defaultValue = "0",
      description = "of the lines, damaged (default: ${DEFAULT-VALUE})")
  private double damage;

  @Option(
      names = "--vanish",
      paramLabel = "SECONDS",
      description = "how often the line vanishes for " + VANISHED_SECONDS + " s (default: never)")
  private long vanish;

  @Option(
      names = "--seed",
      paramLabel = "S",
      defaultValue = "1",
      description = "of what it says and of the damage (default: ${DEFAULT-VALUE})")
  private long seed;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws InterruptedException {
    Receiver receiver = new Receiver(seed, Instant.now());
    LineDamage damages = new LineDamage(seed, damage);
    long startNanos = System.nanoTime();
    long lines = 0;
    try (TerminalPair line = new TerminalPair(port)) {
      Thread stop = new Thread(line::close, "nmea-stop");
      Runtime.getRuntime().addShutdownHook(stop);
      line.plug();
      long plugged = 0;
      OutputStream out = line.instrument();
      for (long second = 0; seconds == 0 || second < seconds; second++) {
        if (vanish > 0 && second - plugged == vanish) {
          out.close();
          line.pull();
          TimeUnit.SECONDS.sleep(VANISHED_SECONDS);
          line.plug();
          out = line.instrument();
          plugged = second;
        }
        long dueNanos = startNanos + (long) (second * 1e9 / rate);
        TimeUnit.NANOSECONDS.sleep(dueNanos - System.nanoTime());
        for (String sentence : receiver.second()) {
          out.write(damages.line(sentence).getBytes(StandardCharsets.ISO_8859_1));
          lines++;
        }
        out.flush();
      }
      out.close();
      TimeUnit.SECONDS.sleep(1); // what is in the line is read before it vanishes
    } catch (IOException e) {
      spec.commandLine().getErr().println("sim device nmea: " + e.getMessage());
      return ExitStatus.WORLD;
    }
    spec.commandLine()
        .getOut()
        .printf("%,d lines, %,d of them damaged%n", lines, damages.damaged());
    return ExitStatus.DONE;
  }
}
