package io.tributary.sim.field.source;

import java.util.HexFormat;

/// What the kernel shows of a DS18B20 with twelve bits (`Documentation/w1/slaves/w1_therm.rst`; data sheet 19-7487, figures 4 and 9).
///
/// ```
///  91 01 4b 46 7f ff 0c 10 25 : crc=25 YES
///  91 01 4b 46 7f ff 0c 10 25 t=25062
/// ```
public final class Scratchpad {
  private static final int BYTES = 8;

  /// x⁸ + x⁵ + x⁴ + 1, its bits from the last to the first.
  private static final int POLYNOMIAL = 0x8c;

  private Scratchpad() {}

  /// @param sixteenths of a degree, from -880 to 2000
  public static String text(int sixteenths) {
    byte[] bytes = {
      (byte) sixteenths, (byte) (sixteenths >> 8), 0x4b, 0x46, 0x7f, (byte) 0xff, 0x0e, 0x10, 0
    };
    bytes[BYTES] = (byte) checksum(bytes);
    String hex = HexFormat.ofDelimiter(" ").formatHex(bytes);
    return "%s : crc=%02x YES%n%s t=%d%n"
        .formatted(hex, bytes[BYTES] & 0xff, hex, sixteenths * 1_000 / 16);
  }

  /// Over the first eight bytes.
  private static int checksum(byte[] bytes) {
    int checksum = 0;
    for (int i = 0; i < BYTES; i++) {
      checksum ^= bytes[i] & 0xff;
      for (int bit = 0; bit < Byte.SIZE; bit++) {
        checksum = (checksum >> 1) ^ ((checksum & 1) == 0 ? 0 : POLYNOMIAL);
      }
    }
    return checksum;
  }
}
