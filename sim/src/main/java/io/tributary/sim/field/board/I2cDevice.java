package io.tributary.sim.field.board;

import io.tributary.device.simulated.SimulatedBoard;
import io.tributary.sim.field.DeviceOptions;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `sim device i2c`: sensors on a bus of their own.
@Command(
    name = "i2c",
    description = {
      "Sensors on a simulated board, until SIGTERM: on I2C a BME280 at 0x76, an ADS1115 at 0x48 and an",
      "INA219 at 0x40, on SPI an MCP3008 at chip select 0. Their values move. They may not answer, a",
      "measurement may not end, and the board may vanish for a while. The record has a line for each",
      "measurement: PART REGISTERS."
    },
    mixinStandardHelpOptions = true)
public final class I2cDevice implements Callable<Integer> {
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

  @Mixin private DeviceOptions options = new DeviceOptions();

  @Override
  public Integer call() throws InterruptedException {
    ChipDice dice = options.made(() -> new ChipDice(options.seed(), silent, busy));
    return options.live(life -> {
      try (PrintWriter recorded =
          new PrintWriter(options.openRecord(), false, StandardCharsets.US_ASCII)) {
        Chips.Measured record =
            (chip, bytes) -> recorded.println(chip + " " + HexFormat.of().formatHex(bytes));
        long vanished =
            VanishingBoard.live(
                path,
                life,
                board -> {
                  plug(board, dice, record);
                  return life.goesOnFor(options.vanishNanos());
                });
        return "%,d measurements, %,d of them without an end; %,d transfers unanswered; vanished %d"
            .formatted(dice.measurements.get(), dice.waits.get(), dice.silences.get(), vanished);
      }
    });
  }

  private static void plug(SimulatedBoard board, ChipDice dice, Chips.Measured record) {
    board.plug(BME280, Chips.bme280(dice, record));
    board.plug(ADS1115, Chips.ads1115(dice, record));
    board.plug(INA219, Chips.ina219(dice, record));
    board.select(0, Chips.mcp3008(dice, record));
  }
}
