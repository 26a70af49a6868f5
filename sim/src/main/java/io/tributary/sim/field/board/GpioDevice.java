package io.tributary.sim.field.board;

import io.tributary.device.simulated.SimulatedBoard;
import io.tributary.sim.field.DeviceOptions;
import io.tributary.sim.field.Lifetime;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `sim device gpio`: pins that somebody pulls.
@Command(
    name = "gpio",
    description = {
      "Pins of a simulated board whose levels change, one after the other, until SIGTERM. A change may",
      "bounce, the kernel may have lost some, and the board may vanish for a while. An edge may set",
      "the other pins. The record has a line for each change: PIN LEVEL."
    },
    mixinStandardHelpOptions = true)
public final class GpioDevice implements Callable<Integer> {
  private static final int BOUNCES_MOST = 10;
  private static final int LOST_MOST = 20;

  @Option(
      names = "--board",
      paramLabel = "PATH",
      required = true,
      description = "of the board's socket, for the adapter's key `chip`, as simulated:PATH")
  private Path path = Path.of("");

  @Option(
      names = "--pins",
      paramLabel = "N",
      split = ",",
      defaultValue = "17,27,22",
      description = "which change (default: ${DEFAULT-VALUE})")
  private List<Integer> pins = List.of();

  @Option(
      names = "--rate",
      paramLabel = "N",
      defaultValue = "2",
      description = "changes in a second, of all pins together (default: ${DEFAULT-VALUE})")
  private double rate;

  @Option(
      names = "--bounce",
      paramLabel = "PERCENT",
      defaultValue = "0",
      description = "of the changes bounce for a moment (default: ${DEFAULT-VALUE})")
  private double bounce;

  @Option(
      names = "--lose",
      paramLabel = "PERCENT",
      defaultValue = "0",
      description =
          "of the changes have some before them that the kernel lost (default: ${DEFAULT-VALUE})")
  private double lose;

  @Mixin private DeviceOptions options = new DeviceOptions();

  private long changes;
  private long bounced;
  private long lost;

  @Override
  public Integer call() throws InterruptedException {
    Random random = new Random(options.seed());
    return options.live(life -> {
      try (PrintWriter recorded =
          new PrintWriter(options.openRecord(), false, StandardCharsets.US_ASCII)) {
        long vanished =
            VanishingBoard.live(path, life, board -> pull(board, life, random, recorded));
        return "%,d changes, %,d of them bounced, %,d more lost; vanished %d"
            .formatted(changes, bounced, lost, vanished);
      }
    });
  }

  private boolean pull(SimulatedBoard board, Lifetime life, Random random, PrintWriter recorded)
      throws InterruptedException {
    long sinceNanos = System.nanoTime();
    boolean goesOn = true;
    while (goesOn && System.nanoTime() - sinceNanos < options.vanishNanos()) {
      change(board, random, recorded);
      goesOn = life.goesOnFor((long) (1e9 / rate));
    }
    return goesOn;
  }

  private void change(SimulatedBoard board, Random random, PrintWriter recorded) {
    int pin = pins.get((int) (changes % pins.size()));
    boolean level = !board.isHigh(pin);
    if (random.nextDouble() * 100 < lose) {
      int some = 1 + random.nextInt(LOST_MOST);
      board.lose(some);
      lost += some;
    }
    if (random.nextDouble() * 100 < bounce) {
      bounced++;
      for (int i = random.nextInt(BOUNCES_MOST); i >= 0; i--) {
        board.drive(pin, level);
        board.drive(pin, !level);
      }
    }
    recorded.println(pin + " " + (level ? 1 : 0));
    board.drive(pin, level);
    changes++;
  }
}
