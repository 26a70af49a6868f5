package io.tributary.device.part;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tributary.adapter.measurement.Measurement;
import io.tributary.adapter.measurement.Quality;
import java.math.BigDecimal;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class Ds18b20Test {
  @Test
  void whatTheKernelShowsIsDecoded() {
    Measurement measured =
        Ds18b20.of(
            "boiler",
            "72 01 4b 46 7f ff 0e 10 57 : crc=57 YES\n72 01 4b 46 7f ff 0e 10 57 t=23125\n");

    assertEquals(new BigDecimal("23.125"), measured.value());
    assertEquals("°C", measured.unit());
    assertArrayEquals(HexFormat.of().parseHex("72014b467fff0e1057"), measured.raw());
  }

  /// Data sheet, table 1.
  @ParameterizedTest
  @CsvSource({
    "125, d007",
    "85, 5005",
    "25.0625, 9101",
    "10.125, a200",
    "0.5, 0800",
    "0, 0000",
    "-0.5, f8ff",
    "-10.125, 5eff",
    "-25.0625, 6ffe",
    "-55, 90fc"
  })
  void theTableOfItsDataSheet(BigDecimal celsius, String registers) {
    Measurement measured = Ds18b20.of("t", shown(registers + "4b467fff0f10"));

    assertEquals(0, celsius.compareTo((BigDecimal) measured.value()), () -> "" + measured.value());
  }

  /// Bits below the resolution are undefined: 9 bits are half degrees.
  @ParameterizedTest
  @CsvSource({"1f, 25", "3f, 25", "5f, 25.125", "7f, 25.1875"})
  void undefinedBitsAreNoValue(String configuration, BigDecimal celsius) {
    Measurement measured = Ds18b20.of("t", shown("93014b46" + configuration + "ff0f10"));

    assertEquals(0, celsius.compareTo((BigDecimal) measured.value()), () -> "" + measured.value());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "73 01 4b 46 7f ff 0e 10 57 : crc=57 NO\n", // one bit
        "00 00 00 00 00 00 00 00 00 : crc=00 YES\n",
        "ff ff ff ff ff ff ff ff ff : crc=c9 NO\n",
        "50 05 4b 46 7f ff 0c 10 1c : crc=1c YES\n", // never measured
        "72 01 4b 46 7f ff 0e 10 : crc=57 YES\n",
        "",
      })
  void doubtIsAnError(String text) {
    Measurement measured = Ds18b20.of("t", text);

    assertEquals(Quality.ERROR, measured.quality());
    assertTrue(measured.value() == null);
  }

  private static String shown(String eightBytes) {
    byte[] bytes = HexFormat.of().parseHex(eightBytes);
    int checksum = checksum(bytes);
    return "%s %02x : crc=%02x YES\n"
        .formatted(HexFormat.ofDelimiter(" ").formatHex(bytes), checksum, checksum);
  }

  /// As the circuit of the data sheet's figure 11 does it: a shift register, bit by bit.
  private static int checksum(byte[] bytes) {
    int[] stages = new int[8];
    for (byte each : bytes) {
      for (int bit = 0; bit < 8; bit++) {
        int in = ((each >> bit) & 1) ^ stages[7];
        int[] next = {
          in, stages[0], stages[1], stages[2], stages[3] ^ in, stages[4] ^ in, stages[5], stages[6]
        };
        stages = next;
      }
    }
    int value = 0;
    for (int i = 0; i < 8; i++) {
      value |= stages[7 - i] << i;
    }
    return value;
  }
}
