package io.tributary.sim.field.board;

import io.tributary.device.simulated.SimulatedChip;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// Chips that measure something that moves. Written from their data sheets for the simulator; the drivers have nothing of it.
final class Chips {
  private static final byte[] CALIBRATION =
      HexFormat.of().parseHex("706b436718fc7d8e43d6d00b270b8c00f9ff8c3cf8c67017004b");
  private static final byte[] HUMIDITY_CALIBRATION = HexFormat.of().parseHex("6a01001309001e");

  private Chips() {}

  /// Told of what a chip measured, as its registers hold it.
  interface Measured {
    void measured(String chip, byte[] registers);
  }

  /// A BME280 around 25 °C, 1,006 hPa and 47 %.
  static SimulatedChip bme280(ChipDice dice, Measured record) {
    return new Bme280(dice, record);
  }

  private static final class Bme280 implements SimulatedChip {
    private final ChipDice dice;
    private final Measured record;
    private final byte[] data = {(byte) 0x80, 0, 0, (byte) 0x80, 0, 0, (byte) 0x80, 0};
    private boolean isBusy;
    private int step;

    Bme280(ChipDice dice, Measured record) {
      this.dice = dice;
      this.record = record;
    }

    @Override
    public byte @Nullable [] read(int register, int count) {
      if (dice.isSilent()) {
        return null;
      }
      byte[] from =
          switch (register) {
            case 0xd0 -> new byte[] {0x60};
            case 0x88 -> CALIBRATION;
            case 0xe1 -> HUMIDITY_CALIBRATION;
            case 0xf3 -> new byte[] {(byte) (isBusy ? 1 << 3 : 0)};
            case 0xf7 -> data;
            default -> new byte[count];
          };
      return Arrays.copyOf(from, count);
    }

    @Override
    public boolean write(int register, byte[] bytes) {
      if (dice.isSilent()) {
        return false;
      }
      if (register == 0xf4 && (bytes[0] & 0b11) == 1) {
        isBusy = dice.isBusy();
        if (!isBusy) {
          measure();
        }
      }
      return true;
    }

    private void measure() {
      double phase = step++ / 50.0;
      put(0, 415_148 + (int) (2_000 * Math.sin(phase)), 20);
      put(3, 519_888 + (int) (9_000 * Math.sin(phase / 3)), 20);
      put(6, 28_476 + (int) (700 * Math.cos(phase)), 16);
      record.measured("bme280", data.clone());
    }

    private void put(int at, int value, int bits) {
      int aligned = bits == 16 ? value << 8 : value << 4;
      data[at] = (byte) (aligned >> 16);
      data[at + 1] = (byte) (aligned >> 8);
      if (bits > 16) {
        data[at + 2] = (byte) aligned;
      }
    }
  }

  /// A chip of words with sixteen bits, one of which starts it.
  private abstract static class WordChip implements SimulatedChip {
    final ChipDice dice;
    final int[] words = new int[256];
    int step;

    WordChip(ChipDice dice) {
      this.dice = dice;
    }

    @Override
    public byte @Nullable [] read(int register, int count) {
      return dice.isSilent()
          ? null
          : Arrays.copyOf(
              new byte[] {(byte) (words[register] >> 8), (byte) words[register]}, count);
    }

    @Override
    public boolean write(int register, byte[] bytes) {
      if (dice.isSilent()) {
        return false;
      }
      words[register] = ((bytes[0] & 0xff) << 8) | (bytes[1] & 0xff);
      written(register);
      return true;
    }

    abstract void written(int register);
  }

  /// An ADS1115 whose inputs swing.
  static SimulatedChip ads1115(ChipDice dice, Measured record) {
    return new WordChip(dice) {
      @Override
      void written(int register) {
        if (register != 1 || (words[1] & 0x8000) == 0) {
          return;
        }
        if (dice.isBusy()) {
          words[1] &= 0x7fff;
          return;
        }
        int input = (words[1] >> 12) & 0b111;
        words[0] = 12_000 + 1_000 * input + (int) (900 * Math.sin(step++ / 20.0));
        record.measured("ads1115", new byte[] {(byte) (words[0] >> 8), (byte) words[0]});
      }
    };
  }

  /// An INA219 at a supply of 12 V.
  static SimulatedChip ina219(ChipDice dice, Measured record) {
    return new WordChip(dice) {
      @Override
      void written(int register) {
        if (register != 0) {
          return;
        }
        int shunt = 2_000 + (int) (500 * Math.sin(step++ / 30.0));
        int supply = 2_995;
        words[1] = shunt;
        words[4] = shunt * words[5] / 4096;
        words[3] = words[4] * supply / 5000;
        words[2] = (supply << 3) | (dice.isBusy() ? 0 : 0b10);
        if ((words[2] & 0b10) != 0) {
          record.measured("ina219", new byte[] {(byte) (words[4] >> 8), (byte) words[4]});
        }
      }
    };
  }

  /// An MCP3008, which knows no silence: where nothing answers, the bus is high.
  static UnaryOperator<byte[]> mcp3008(ChipDice dice, Measured record) {
    int[] step = {0};
    return sent -> {
      if (dice.isSilent() || sent.length != 3 || sent[0] != 1) {
        return new byte[] {-1, -1, -1};
      }
      int input = (sent[1] >> 4) & 0b111;
      int value = 100 * input + 150 + (int) (90 * Math.sin(step[0]++ / 25.0));
      byte[] answer = {0, (byte) (value >> 8), (byte) value};
      record.measured("mcp3008", answer);
      return answer;
    };
  }
}
