package io.tributary.device.part;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tributary.settings.Settings;
import io.tributary.settings.SettingsRefused;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What the drivers write, when they give up, and what they refuse to be set to.
class PartsTest {
  private final FakeRegisters registers = new FakeRegisters();

  @Test
  void anotherChipAtTheAddressIsNamed() throws SettingsRefused {
    Part part = Dump.part(Bme280.TYPE, "{}", registers);
    registers.put(0xd0, (byte) 0x58);

    IOException refused = assertThrows(IOException.class, part::begin);

    assertEquals(
        "is no BME280: its identity is 0x58, a BMP280, which has no humidity",
        refused.getMessage());
  }

  @Test
  void bme280IsForcedOnceWithHumidityFirst() throws IOException, SettingsRefused {
    Part part = bme280("{oversampling: 8}", 0);

    part.measure();

    // Data sheet, section 5.4.3: 0xF2 counts after a write of 0xF4. 100 is 8 samples, 01 forced.
    assertEquals(List.of("f5=00", "f2=04", "f4=91"), registers.written);
    assertTrue(registers.pausedMicros > 55_000, "8 samples take up to 57 ms");
  }

  @Test
  void bme280ThatIsNeverReadyIsGivenUp() throws IOException, SettingsRefused {
    Part part = bme280("{}", 1 << 3);

    assertEquals(
        "a measurement does not end", assertThrows(IOException.class, part::measure).getMessage());
  }

  /// A bus that is short of its clock shows zeros, with which the formulas make −138 °C.
  @Test
  void bme280WithoutCalibrationIsNone() throws SettingsRefused {
    registers.put(0xd0, (byte) 0x60);
    registers.put(0x88, new byte[26]);
    registers.put(0xe1, new byte[7]);
    Part part = Dump.part(Bme280.TYPE, "{}", registers);

    assertEquals(
        "has no calibration: its registers are empty",
        assertThrows(IOException.class, part::begin).getMessage());
  }

  private Part bme280(String settings, int status) throws IOException, SettingsRefused {
    registers.put(0xd0, (byte) 0x60);
    byte[] ones = new byte[26];
    Arrays.fill(ones, (byte) 1);
    registers.put(0x88, ones);
    registers.put(0xe1, Arrays.copyOf(ones, 7));
    registers.put(0xf3, (byte) status);
    registers.put(0xf7, new byte[8]);
    Part part = Dump.part(Bme280.TYPE, settings, registers);
    part.begin();
    return part;
  }

  /// Data sheet, table 8: start, input, range, single, rate, comparator off.
  @ParameterizedTest
  @CsvSource({
    "'input: 0', c383",
    "'input: 3, range: 6.144, rate: 860', f1e3",
    "'input: 0-1, range: 0.256, rate: 8', 8b03",
    "'input: 2-3, range: 2.048, rate: 100', b583", // the next rate that there is, 128
  })
  void ads1115IsConfiguredAsItsDataSheetSays(String input, String configuration)
      throws IOException, SettingsRefused {
    registers.put(0, (byte) 0, (byte) 1);
    registers.put(1, (byte) 0x80, (byte) 0);

    Dump.part(Ads1115.TYPE, "{inputs: [{name: a, " + input + "}]}", registers).measure();

    assertEquals(List.of("01=" + configuration), registers.written);
  }

  @Test
  void ads1115ThatIsNeverReadyIsGivenUp() throws SettingsRefused {
    registers.put(0, (byte) 0, (byte) 1);
    registers.put(1, (byte) 0, (byte) 0);
    Part part = Dump.part(Ads1115.TYPE, "{inputs: [{name: a}]}", registers);

    assertThrows(IOException.class, part::measure);
  }

  /// Data sheet, section 8.6: 32 V, range of the shunt, twelve bits, once; and the calibration of section 8.5.1.
  @ParameterizedTest
  @CsvSource({
    "'{}', 05=1062, 00=399b",
    "'{shunt: 0.1, current-most: 0.4}', 05=8312, 00=219b",
    "'{shunt: 0.002, current-most: 32.768}', 05=5000, 00=299b",
  })
  void ina219IsCalibratedForItsShunt(String settings, String calibration, String configuration)
      throws IOException, SettingsRefused {
    for (int each = 0; each < 5; each++) {
      registers.put(each, (byte) 0, (byte) 2);
    }

    Dump.part(Ina219.TYPE, settings, registers).measure();

    assertEquals(List.of(calibration, configuration), registers.written);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "bme280 | {oversampling: 3} | oversampling: is 3 but must be one of 1, 2, 4, 8, 16",
        "ads1115 | {} | inputs: is empty; it must say what to measure",
        "ads1115 | {inputs: [{name: a, input: 0-2}]} | inputs[0].input: is '0-2' but must be one of 0-1, 0-3, 1-3, 2-3, 0, 1, 2, 3",
        "ads1115 | {inputs: [{name: a, range: 5}]} | inputs[0].range: is '5' but must be one of 6.144, 4.096",
        "ads1115 | {inputs: [{name: a}, {name: a}]} | inputs[1].name: is 'a', which another one has",
        "ads1115 | {inputs: [{name: a, scale: x}]} | inputs[0].scale: is 'x'",
        "ina219 | {shunt: 0.1, current-most: 5} | makes 0.500 V at a shunt of 0.1 Ω",
        "ina219 | {shunt: 0} | shunt: is '0'",
      })
  void whatCannotBeIsRefused(String name, String settings, String expected) throws SettingsRefused {
    PartType<Registers> type =
        Parts.I2C.stream().filter(each -> each.name().equals(name)).findFirst().orElseThrow();
    var section = Settings.parse("edge.yaml", settings);
    var unused = type.reader().apply(section);

    SettingsRefused refused = assertThrows(SettingsRefused.class, section::finish);

    assertTrue(String.valueOf(refused.getMessage()).contains(expected), refused::getMessage);
  }
}
