package io.tributary.device.part;

import io.tributary.adapter.measurement.Measurement;
import io.tributary.settings.Section;
import java.io.IOException;
import java.math.BigDecimal;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// Texas Instruments INA219: the voltage of a supply, the current through a resistor, and their product (data sheet SBOS448, sections 8.5
/// and 8.6 of its edition G).
///
/// ```
///  0x00  13 range 32 V │ 12–11 range of the shunt: 40, 80, 160, 320 mV │ 10–7, 6–3 bits │ 2–0 mode, 011 is once
///  0x01  shunt, 10 µV          0x03  power, 20 steps of the current
///  0x02  15–3 supply, 4 mV     0x04  current, in steps of 1/32768 of the most
///        1 ready, 0 overflow   0x05  calibration: 0.04096 / (step × shunt)
/// ```
final class Ina219 implements Part {
  static final PartType<Registers> TYPE =
      new PartType<>(
          "ina219",
          IntStream.rangeClosed(0x40, 0x4f).boxed().collect(Collectors.toUnmodifiableSet()),
          Ina219::reader);

  private static final int CONFIGURATION = 0;
  private static final int SHUNT = 1;
  private static final int SUPPLY = 2;
  private static final int POWER = 3;
  private static final int CURRENT = 4;
  private static final int CALIBRATION = 5;

  private static final int SUPPLY_TO_32_VOLTS = 1 << 13;
  private static final int TWELVE_BITS = (0b0011 << 7) | (0b0011 << 3);
  private static final int ONCE = 0b011;
  private static final int READY = 1 << 1;
  private static final int OVERFLOW = 1;

  private static final double SHUNT_MOST_VOLTS = 0.32;
  private static final double NARROWEST_SHUNT_VOLTS = 0.04;
  private static final int CALIBRATION_MOST = 0xfffe;

  /// Two conversions of twelve bits, the longest.
  private static final int CONVERSION_MICROS = 2 * 586;

  private static final int LOOKS = 10;

  private final Registers registers;
  private final int configuration;
  private final int calibration;

  /// What one step of the current's register is, in A.
  private final double step;

  /// What the shunt's register cannot go beyond, in steps of 10 µV.
  private final int shuntMost;

  private Ina219(Registers registers, int gain, int calibration, double step) {
    this.registers = registers;
    this.configuration = SUPPLY_TO_32_VOLTS | (gain << 11) | TWELVE_BITS | ONCE;
    this.calibration = calibration;
    this.step = step;
    this.shuntMost = 4000 << gain;
  }

  private static Function<Registers, Part> reader(Section section) {
    double shunt =
        section
            .decimal(
                "shunt", new BigDecimal("0.1"), new BigDecimal("0.0001"), BigDecimal.valueOf(100))
            .doubleValue();
    double most =
        section
            .decimal(
                "current-most",
                BigDecimal.valueOf(SHUNT_MOST_VOLTS / shunt),
                new BigDecimal("0.0001"),
                BigDecimal.valueOf(1000))
            .doubleValue();
    if (shunt * most > SHUNT_MOST_VOLTS * 1.000001) {
      section.refuse(
          "current-most",
          "is %s A, which makes %.3f V at a shunt of %s Ω; the part measures up to %s V"
              .formatted(most, shunt * most, shunt, SHUNT_MOST_VOLTS));
    }
    int gain = 0;
    while (gain < 3 && shunt * most > (NARROWEST_SHUNT_VOLTS * (1 << gain)) * 1.000001) {
      gain++;
    }
    // The register has no lowest bit, and the step follows from what fits it.
    int calibration = (int) Math.min(CALIBRATION_MOST, 0.04096 * 32768 / (most * shunt)) & ~1;
    double step = 0.04096 / (calibration * shunt);
    int chosen = gain;
    return registers -> new Ina219(registers, chosen, calibration, step);
  }

  @Override
  public List<String> sources() {
    return List.of("voltage", "current", "power");
  }

  @Override
  public List<Measurement> measure() throws IOException {
    write(CALIBRATION, calibration); // each time: it forgets it when its supply falters
    write(CONFIGURATION, configuration);
    registers.pause(CONVERSION_MICROS);
    int supply = registers.unsignedWord(SUPPLY);
    for (int look = 0; (supply & READY) == 0; look++) {
      if (look == LOOKS) {
        throw new IOException("a conversion does not end");
      }
      registers.pause(CONVERSION_MICROS / LOOKS);
      supply = registers.unsignedWord(SUPPLY);
    }
    short shunt = (short) registers.unsignedWord(SHUNT);
    short current = (short) registers.unsignedWord(CURRENT);
    int power = registers.unsignedWord(POWER); // clears what is ready
    Measurement voltage =
        Measurement.good("voltage", Numbers.plain(BigDecimal.valueOf((supply >> 3) * 4L, 3)))
            .in("V")
            .of(bytes(supply));
    if ((supply & OVERFLOW) != 0 || Math.abs(shunt) >= shuntMost) {
      String reason =
          (supply & OVERFLOW) != 0
              ? "the numbers of the part do not hold it; choose a greater current-most"
              : "the voltage of the shunt is beyond its range of ±" + shuntMost / 100 + " mV";
      return List.of(
          voltage,
          Measurement.error("current", reason).of(bytes(current)),
          Measurement.error("power", reason).of(bytes(power)));
    }
    return List.of(
        voltage,
        Measurement.good("current", Numbers.rounded(current * step, 6)).in("A").of(bytes(current)),
        Measurement.good("power", Numbers.rounded(power * 20 * step, 5)).in("W").of(bytes(power)));
  }

  private void write(int register, int value) throws IOException {
    registers.write(register, (byte) (value >> 8), (byte) value);
  }

  private static byte[] bytes(int word) {
    return new byte[] {(byte) (word >> 8), (byte) word};
  }
}
