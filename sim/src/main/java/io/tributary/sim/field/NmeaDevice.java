package io.tributary.sim.field;

import io.tributary.sim.ExitStatus;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// `sim device nmea`: a satellite receiver on a serial line of its own.
@Command(
    name = "nmea",
    description = {
      "A satellite receiver that sails in a circle, with an AIS receiver that hears ships around it, on a",
      "pseudo-terminal: what they say each second, until SIGTERM. Needs socat. Some lines may be",
      "damaged, and the line may vanish for a while."
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
      names = "--ships",
      paramLabel = "N",
      defaultValue = "2",
      description = "around it, which its AIS receiver tells (default: ${DEFAULT-VALUE})")
  private int ships;

  @Option(
      names = "--record",
      paramLabel = "FILE",
      description = "where to write the lines that were sent undamaged (default: nowhere)")
  private @Nullable Path record;

  @Option(
      names = "--seed",
      paramLabel = "S",
      defaultValue = "1",
      description = "of what it says and of the damage (default: ${DEFAULT-VALUE})")
  private long seed;

  @Spec private CommandSpec spec;

  private long lines;
  private long vanished;

  @Override
  public Integer call() throws InterruptedException {
    LineDamage damages = new LineDamage(seed, damage);
    try (Lifetime life = new Lifetime(0)) {
      try (TerminalPair line = new TerminalPair(port);
          OutputStream recorded =
              record == null ? OutputStream.nullOutputStream() : Files.newOutputStream(record)) {
        line.plug();
        say(life, line, damages, recorded);
      } catch (IOException e) {
        spec.commandLine().getErr().println("sim device nmea: " + e.getMessage());
        return ExitStatus.WORLD;
      }
      spec.commandLine()
          .getOut()
          .printf(
              "%,d lines, %,d of them damaged; vanished %d%n", lines, damages.damaged(), vanished);
      spec.commandLine().getOut().flush();
    }
    return ExitStatus.DONE;
  }

  private void say(Lifetime life, TerminalPair line, LineDamage damages, OutputStream recorded)
      throws IOException, InterruptedException {
    Receiver receiver = new Receiver(seed, Instant.now());
    Ships around = new Ships(ships);
    OutputStream out = line.instrument();
    long startNanos = System.nanoTime();
    long plugged = 0;
    for (long second = 0; seconds == 0 || second < seconds; second++) {
      if (vanish > 0 && second - plugged == vanish) {
        out.close();
        line.pull();
        vanished++;
        if (!life.goesOnFor(TimeUnit.SECONDS.toNanos(VANISHED_SECONDS))) {
          return;
        }
        line.plug();
        out = line.instrument();
        plugged = second;
      }
      long dueNanos = startNanos + (long) (second * 1e9 / rate);
      if (!life.goesOnFor(dueNanos - System.nanoTime())) {
        break;
      }
      List<String> said = new ArrayList<>(receiver.second());
      said.addAll(around.second());
      for (String sentence : said) {
        String sent = damages.line(sentence);
        if (sent.equals(sentence)) {
          recorded.write(sentence.getBytes(StandardCharsets.ISO_8859_1));
          recorded.flush();
        }
        out.write(sent.getBytes(StandardCharsets.ISO_8859_1));
        lines++;
      }
      out.flush();
    }
    TimeUnit.SECONDS.sleep(1); // what is in the line is read before it vanishes
    out.close();
  }
}
