package io.tributary.sim.field.serial;

import io.tributary.sim.field.DeviceOptions;
import io.tributary.sim.field.Lifetime;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.time.Instant;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

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

  @Mixin private DeviceOptions options = new DeviceOptions();

  private long telegrams;

  @Override
  public Integer call() throws InterruptedException {
    TelegramDamage damage =
        options.made(() -> new TelegramDamage(options.seed(), checksum, half, garbage));
    return options.live(life -> {
      try (VanishingLine line = new VanishingLine(port, options.vanishNanos());
          OutputStream recorded = options.openRecord()) {
        line.plug();
        say(life, line, damage, recorded);
        return "%,d telegrams; %s; vanished %d"
            .formatted(telegrams, damage.summary(), line.vanished());
      }
    });
  }

  private void say(Lifetime life, VanishingLine line, TelegramDamage damage, OutputStream recorded)
      throws IOException, InterruptedException {
    Meter meter = new Meter(options.seed(), Instant.now());
    long startNanos = System.nanoTime();
    while (line.goesOnUntil(startNanos + (long) (telegrams * 1e9 / rate), life)) {
      byte[] telegram = meter.second();
      TelegramDamage.Sent sent = damage.of(telegram);
      if (sent.isWhole()) {
        recorded.write(telegram);
        recorded.flush();
      }
      line.say(sent.bytes());
      telegrams++;
    }
    line.awaitReader();
  }
}
