package io.tributary.device.part;

import io.tributary.adapter.measurement.Measurement;
import java.math.BigDecimal;
import java.util.HexFormat;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Maxim DS18B20 and DS1822: temperature over 1-Wire (data sheet 19-7487, figures 4 and 9; table 2). The kernel's driver speaks the bus and
/// shows the scratchpad, which is decoded here.
///
/// ```
///  72 01    temperature: sixteenths of a degree, with a sign, lower byte first
///  4b 46    alarms          7f  configuration: bits 6–5 are 9 to 12 bits of resolution
///  ff 0e 10 reserved        57  checksum, x⁸ + x⁵ + x⁴ + 1
/// ```
public final class Ds18b20 {
  private static final Pattern SCRATCHPAD = Pattern.compile("^((?:[0-9a-f]{2} ){9}): crc=");

  /// What it shows before its first conversion, which nothing but a reserved byte tells from a true 85 °C.
  private static final int AT_POWER_ON = 0x0550;

  private static final int RESERVED = 6;
  private static final int RESERVED_AT_POWER_ON = 0x0c;
  private static final int CONFIGURATION = 4;
  private static final int CHECKSUM_POLYNOMIAL = 0x8c; // its bits from the last to the first

  private Ds18b20() {}

  /// What the kernel's file `w1_slave` says.
  public static Measurement of(String source, String text) {
    Matcher found = SCRATCHPAD.matcher(text);
    if (!found.find()) {
      return Measurement.error(source, "the kernel shows no scratchpad but '" + text.strip() + "'");
    }
    byte[] scratchpad = HexFormat.ofDelimiter(" ").parseHex(found.group(1).strip());
    String doubt = doubt(scratchpad);
    return doubt != null
        ? Measurement.error(source, doubt).of(scratchpad)
        : Measurement.good(source, celsius(scratchpad)).in("°C").of(scratchpad);
  }

  private static @Nullable String doubt(byte[] scratchpad) {
    int all = 0;
    for (byte each : scratchpad) {
      all |= each;
    }
    if (all == 0) {
      return "the wire is held down: all bits are zero"; // whose checksum would be right
    }
    if (checksum(scratchpad) != 0) {
      return "the checksum is wrong";
    }
    return raw(scratchpad) == AT_POWER_ON && scratchpad[RESERVED] == RESERVED_AT_POWER_ON
        ? "it shows 85 °C since it was switched on, and has not measured yet"
        : null;
  }

  /// Over all nine bytes it is zero.
  private static int checksum(byte[] scratchpad) {
    int checksum = 0;
    for (byte each : scratchpad) {
      checksum ^= each & 0xff;
      for (int bit = 0; bit < 8; bit++) {
        checksum = (checksum >> 1) ^ ((checksum & 1) == 0 ? 0 : CHECKSUM_POLYNOMIAL);
      }
    }
    return checksum;
  }

  private static short raw(byte[] scratchpad) {
    return (short) ((scratchpad[0] & 0xff) | (scratchpad[1] << 8));
  }

  private static BigDecimal celsius(byte[] scratchpad) {
    int undefinedBits = 3 - ((scratchpad[CONFIGURATION] >> 5) & 0b11);
    int sixteenths = (raw(scratchpad) >> undefinedBits) << undefinedBits;
    return Numbers.plain(BigDecimal.valueOf(sixteenths * 625L, 4));
  }
}
