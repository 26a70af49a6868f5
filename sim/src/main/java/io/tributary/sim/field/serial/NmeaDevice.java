package io.tributary.sim.field.serial;

import io.tributary.sim.field.DeviceOptions;
import io.tributary.sim.field.Lifetime;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

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
      names = "--damage",
      paramLabel = "PERCENT",
      defaultValue = "0",
      description = "of the lines, damaged (default: ${DEFAULT-VALUE})")
  private double damage;

  @Option(
      names = "--ships",
      paramLabel = "N",
      defaultValue = "2",
      description = "around it, which its AIS receiver tells (default: ${DEFAULT-VALUE})")
  private int ships;

  @Mixin private DeviceOptions options = new DeviceOptions();

  private long lines;

  @Override
  public Integer call() throws InterruptedException {
    LineDamage damages = new LineDamage(options.seed(), damage);
    // Its seconds are those of its life, which pass by its rate.
    return options.liveByItself(life -> {
      try (VanishingLine line = new VanishingLine(port, options.vanishNanos());
          OutputStream recorded = options.openRecord()) {
        line.plug();
        say(life, line, damages, recorded);
        return "%,d lines, %,d of them damaged; vanished %d"
            .formatted(lines, damages.damaged(), line.vanished());
      }
    });
  }

  private void say(Lifetime life, VanishingLine line, LineDamage damages, OutputStream recorded)
      throws IOException, InterruptedException {
    Receiver receiver = new Receiver(options.seed(), Instant.now());
    Ships around = new Ships(ships);
    long startNanos = System.nanoTime();
    for (long second = 0; options.seconds() == 0 || second < options.seconds(); second++) {
      if (!line.goesOnUntil(startNanos + (long) (second * 1e9 / rate), life)) {
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
        line.say(sent.getBytes(StandardCharsets.ISO_8859_1));
        lines++;
      }
    }
    line.awaitReader();
  }
}
