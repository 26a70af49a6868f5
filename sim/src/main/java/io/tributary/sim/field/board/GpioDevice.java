package io.tributary.sim.field.board;

import io.tributary.device.simulated.SimulatedBoard;
import io.tributary.sim.ExitStatus;
import io.tributary.sim.field.Lifetime;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// `sim device gpio`: pins that somebody pulls.
@Command(
    name = "gpio",
    description = {
      "Pins of a simulated board whose levels change, one after the other, until SIGTERM. A change may",
      "bounce, the kernel may have lost some, and the board may vanish for a while. An edge may set",
      "the other pins."
    },
    mixinStandardHelpOptions = true)
public final class GpioDevice implements Callable<Integer> {
  private static final int VANISHED_SECONDS = 3;
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
      names = "--seconds",
      paramLabel = "N",
      description = "how long it lives (default: until SIGTERM)")
  private long seconds;

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

  @Option(
      names = "--vanish",
      paramLabel = "SECONDS",
      description = "how often the board vanishes for " + VANISHED_SECONDS + " s (default: never)")
  private long vanish;

  @Option(
      names = "--record",
      paramLabel = "FILE",
      description = "where to write each change, as PIN LEVEL (default: nowhere)")
  private @Nullable Path record;

  @Option(
      names = "--seed",
      paramLabel = "S",
      defaultValue = "1",
      description = "of what happens (default: ${DEFAULT-VALUE})")
  private long seed;

  @Spec private CommandSpec spec;
  private long changes;
  private long bounced;
  private long lost;
  private long vanished;

  @Override
  public Integer call() throws InterruptedException {
    try (Lifetime life = new Lifetime(seconds)) {
      try (Writer out =
              record == null
                  ? Writer.nullWriter()
                  : Files.newBufferedWriter(record, StandardCharsets.US_ASCII);
          PrintWriter recorded = new PrintWriter(out)) {
        live(life, new Random(seed), recorded);
      } catch (IOException e) {
        spec.commandLine().getErr().println("sim device gpio: " + e.getMessage());
        return ExitStatus.WORLD;
      }
      spec.commandLine()
          .getOut()
          .printf(
              "%,d changes, %,d of them bounced, %,d more lost; vanished %d%n",
              changes, bounced, lost, vanished);
      spec.commandLine().getOut().flush();
    }
    return ExitStatus.DONE;
  }

  private void live(Lifetime life, Random random, PrintWriter recorded)
      throws IOException, InterruptedException {
    boolean goesOn = true;
    while (goesOn) {
      long endNanos = System.nanoTime() + TimeUnit.SECONDS.toNanos(vanish);
      try (SimulatedBoard board = SimulatedBoard.listen(path)) {
        while (goesOn && (vanish == 0 || System.nanoTime() - endNanos < 0)) {
          change(board, random, recorded);
          goesOn = life.goesOnFor((long) (1e9 / rate));
        }
      }
      if (goesOn) {
        vanished++;
        goesOn = life.goesOnFor(TimeUnit.SECONDS.toNanos(VANISHED_SECONDS));
      }
    }
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
