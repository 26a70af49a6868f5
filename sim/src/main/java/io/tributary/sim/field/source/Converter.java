package io.tributary.sim.field.source;

import io.tributary.device.simulated.SimulatedChip;
import java.util.Arrays;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// Analog-to-digital converters, as their registers and their answers are.
final class Converter {
  private Converter() {}

  /// What is at the input of a converter.
  interface Input {
    /// Asked once for each conversion, when it is read.
    ///
    /// @return null: nobody answers
    @Nullable Integer code();
  }

  /// An ADS1115: a write to its configuration with the highest bit begins a conversion, which has ended when that is read.
  static SimulatedChip ads1115(Input input) {
    return new SimulatedChip() {
      private static final int CONVERSION = 0;
      private static final int CONFIGURATION = 1;
      private static final int READY = 1 << 15;

      private final int[] registers = new int[4];
      private boolean isConverted;

      @Override
      public boolean write(int register, byte[] bytes) {
        registers[register] = ((bytes[0] & 0xff) << 8) | (bytes[1] & 0xff);
        isConverted |= register == CONFIGURATION && (registers[CONFIGURATION] & READY) != 0;
        return true;
      }

      @Override
      public byte @Nullable [] read(int register, int count) {
        if (register == CONVERSION && isConverted) {
          Integer code = input.code();
          if (code == null) {
            return null;
          }
          registers[CONVERSION] = code;
          isConverted = false;
        }
        int word = registers[register];
        return Arrays.copyOf(new byte[] {(byte) (word >> 8), (byte) word}, count);
      }
    };
  }

  /// An MCP3008: three bytes there and back, the last ten bits of which are the code. Where nobody answers the bus is high.
  static UnaryOperator<byte[]> mcp3008(Input input) {
    return sent -> {
      Integer code = input.code();
      return code == null
          ? new byte[] {-1, -1, -1}
          : new byte[] {0, (byte) (code >> 8), code.byteValue()};
    };
  }
}
