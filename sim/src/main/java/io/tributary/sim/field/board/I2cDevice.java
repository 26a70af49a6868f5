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
import java.util.HexFormat;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// `sim device i2c`: sensors on a bus of their own.
@Command(
    name = "i2c",
    description = {
      "Sensors on a simulated board, until SIGTERM: on I2C a BME280 at 0x76, an ADS1115 at 0x48 and an",
      "INA219 at 0x40, on SPI an MCP3008 at chip select 0. Their values move. They may not answer, a",
      "measurement may not end, and the board may vanish for a while."
    },
    mixinStandardHelpOptions = true)
public final class I2cDevice implements Callable<Integer> {
  private static final int VANISHED_SECONDS = 3;
  private static final int BME280 = 0x76;
  private static final int ADS1115 = 0x48;
  private static final int INA219 = 0x40;

  @Option(
      names = "--board",
      paramLabel = "PATH",
      required = true,
      description = "of the board's socket, for the adapters' key `bus`, as simulated:PATH")
  private Path path = Path.of("");

  @Option(
      names = "--seconds",
      paramLabel = "N",
      description = "how long it lives (default: until SIGTERM)")
  private long seconds;

  @Option(
      names = "--silent",
      paramLabel = "PERCENT",
      defaultValue = "0",
      description = "of the transfers, which nobody answers (default: ${DEFAULT-VALUE})")
  private double silent;

  @Option(
      names = "--busy",
      paramLabel = "PERCENT",
      defaultValue = "0",
      description = "of the measurements, which do not end (default: ${DEFAULT-VALUE})")
  private double busy;

  @Option(
      names = "--vanish",
      paramLabel = "SECONDS",
      description = "how often the board vanishes for " + VANISHED_SECONDS + " s (default: never)")
  private long vanish;

  @Option(
      names = "--record",
      paramLabel = "FILE",
      description = "where to write what was measured, as registers (default: nowhere)")
  private @Nullable Path record;

  @Option(
      names = "--seed",
      paramLabel = "S",
      defaultValue = "1",
      description = "of what goes wrong (default: ${DEFAULT-VALUE})")
  private long seed;

  @Spec private CommandSpec spec;
  private long vanished;

  @Override
  public Integer call() throws InterruptedException {
    ChipDice dice;
    try {
      dice = new ChipDice(seed, silent, busy);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
    }
    try (Lifetime life = new Lifetime(seconds)) {
      try (Writer out =
              record == null
                  ? Writer.nullWriter()
                  : Files.newBufferedWriter(record, StandardCharsets.US_ASCII);
          PrintWriter recorded = new PrintWriter(out)) {
        Chips.Measured registers =
            (chip, bytes) -> recorded.println(chip + " " + HexFormat.of().formatHex(bytes));
        live(life, dice, registers);
      } catch (IOException e) {
        spec.commandLine().getErr().println("sim device i2c: " + e.getMessage());
        return ExitStatus.WORLD;
      }
      spec.commandLine()
          .getOut()
          .printf(
              "%,d measurements, %,d of them without an end; %,d transfers unanswered; vanished %d%n",
              dice.measurements.get(), dice.waits.get(), dice.silences.get(), vanished);
      spec.commandLine().getOut().flush();
    }
    return ExitStatus.DONE;
  }

  private void live(Lifetime life, ChipDice dice, Chips.Measured record)
      throws IOException, InterruptedException {
    boolean goesOn = true;
    while (goesOn) {
      try (SimulatedBoard board = SimulatedBoard.listen(path)) {
        board.plug(BME280, Chips.bme280(dice, record));
        board.plug(ADS1115, Chips.ads1115(dice, record));
        board.plug(INA219, Chips.ina219(dice, record));
        board.select(0, Chips.mcp3008(dice, record));
        goesOn = life.goesOnFor(vanish > 0 ? TimeUnit.SECONDS.toNanos(vanish) : Long.MAX_VALUE);
      }
      if (goesOn) {
        vanished++;
        goesOn = life.goesOnFor(TimeUnit.SECONDS.toNanos(VANISHED_SECONDS));
      }
    }
  }
}
