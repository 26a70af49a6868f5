package io.tributary.device.part;

import io.tributary.adapter.measurement.Measurement;
import io.tributary.settings.Section;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Bosch BME280: temperature, pressure and humidity (data sheet BST-BME280-DS001, sections 4.2 and 5).
///
/// ```
///  0x88 … 0xA1  calibration: T1–T3, P1–P9, H1      0xF3  status: bit 3 is measuring
///  0xD0         identity 0x60                      0xF4  oversampling of T and P, mode
///  0xE1 … 0xE7  calibration: H2–H6                 0xF5  filter
///  0xF2         oversampling of H                  0xF7 … 0xFE  pressure 20, temperature 20, humidity 16 bits
/// ```
///
/// It sleeps between measurements (forced mode), so it does not warm itself.
final class Bme280 implements Part {
  static final PartType<Registers> TYPE =
      new PartType<>("bme280", Set.of(0x76, 0x77), Bme280::reader);

  private static final int CALIBRATION = 0x88;
  private static final int CALIBRATION_BYTES = 26;
  private static final int IDENTITY = 0xd0;
  private static final int HUMIDITY_CALIBRATION = 0xe1;
  private static final int HUMIDITY_CALIBRATION_BYTES = 7;
  private static final int HUMIDITY_CONTROL = 0xf2;
  private static final int STATUS = 0xf3;
  private static final int CONTROL = 0xf4;
  private static final int FILTER = 0xf5;
  private static final int DATA = 0xf7;
  private static final int DATA_BYTES = 8;

  private static final int IS_BME280 = 0x60;
  private static final int IS_BMP280 = 0x58;
  private static final int MEASURING = 1 << 3;
  private static final int FORCED = 1;

  /// What the data registers hold before anything was measured, or where a measurement was left out.
  private static final int NOTHING_OF_20_BITS = 0x80000;

  private static final int NOTHING_OF_16_BITS = 0x8000;

  /// How often it is asked whether it is ready, beyond the time that the data sheet allows it.
  private static final int LOOKS = 10;

  private static final int LOOK_MICROS = 1000;

  /// What the part measures, by its data sheet's section 1; beyond it, its numbers mean nothing.
  private static final Quantity TEMPERATURE = new Quantity("temperature", "°C", 2, -40, 85);

  private static final Quantity PRESSURE = new Quantity("pressure", "Pa", 1, 30_000, 110_000);
  private static final Quantity HUMIDITY = new Quantity("humidity", "%", 2, 0, 100);

  private final Registers registers;

  /// 1, 2, 4, 8 or 16 samples a measurement, as the registers write it: 1 to 5.
  private final int oversampling;

  private @Nullable Bme280Calibration calibration;

  Bme280(Registers registers, int oversampling) {
    this.registers = registers;
    this.oversampling = oversampling;
  }

  private static Function<Registers, Part> reader(Section section) {
    int samples = section.integer("oversampling", 1, 1, 16);
    if (Integer.bitCount(samples) != 1) {
      section.refuse("oversampling", "is " + samples + " but must be one of 1, 2, 4, 8, 16");
    }
    int code = Integer.numberOfTrailingZeros(Integer.highestOneBit(samples)) + 1;
    return registers -> new Bme280(registers, code);
  }

  @Override
  public List<String> sources() {
    return List.of(TEMPERATURE.source(), PRESSURE.source(), HUMIDITY.source());
  }

  @Override
  public void begin() throws IOException {
    int identity = registers.read(IDENTITY, 1)[0] & 0xff;
    if (identity != IS_BME280) {
      throw new IOException(
          "is no BME280: its identity is 0x%02x%s"
              .formatted(
                  identity, identity == IS_BMP280 ? ", a BMP280, which has no humidity" : ""));
    }
    calibration =
        Bme280Calibration.of(
            registers.read(CALIBRATION, CALIBRATION_BYTES),
            registers.read(HUMIDITY_CALIBRATION, HUMIDITY_CALIBRATION_BYTES));
    registers.write(FILTER, (byte) 0);
  }

  @Override
  public List<Measurement> measure() throws IOException {
    Bme280Calibration known = calibration;
    if (known == null) {
      throw new IllegalStateException("begin() comes first");
    }
    registers.write(
        HUMIDITY_CONTROL, (byte) oversampling); // counts from the next write of CONTROL on
    registers.write(CONTROL, (byte) ((oversampling << 5) | (oversampling << 2) | FORCED));
    awaitReady();
    return values(known, registers.read(DATA, DATA_BYTES));
  }

  private void awaitReady() throws IOException {
    int samples = 1 << (oversampling - 1);
    registers.pause(1250 + 3 * 2300 * (long) samples + 2 * 575); // section 9.1, the longest
    for (int look = 0; (registers.read(STATUS, 1)[0] & MEASURING) != 0; look++) {
      if (look == LOOKS) {
        throw new IOException("a measurement does not end");
      }
      registers.pause(LOOK_MICROS);
    }
  }

  private static List<Measurement> values(Bme280Calibration known, byte[] data) {
    int pressure = twentyBits(data, 0);
    int temperature = twentyBits(data, 3);
    int humidity = ((data[6] & 0xff) << 8) | (data[7] & 0xff);
    if (temperature == NOTHING_OF_20_BITS) {
      String reason = "the temperature was not measured, and the others need it";
      return List.of(
          Measurement.error("temperature", reason).of(data),
          Measurement.error("pressure", reason).of(data),
          Measurement.error("humidity", reason).of(data));
    }
    double fine = known.fine(temperature);
    return List.of(
        TEMPERATURE.of(known.celsius(fine), data),
        pressure == NOTHING_OF_20_BITS
            ? Measurement.error("pressure", "was not measured").of(data)
            : PRESSURE.of(known.pascal(pressure, fine), data),
        humidity == NOTHING_OF_16_BITS
            ? Measurement.error("humidity", "was not measured").of(data)
            : HUMIDITY.of(known.percent(humidity, fine), data));
  }

  private static int twentyBits(byte[] data, int at) {
    return ((data[at] & 0xff) << 12) | ((data[at + 1] & 0xff) << 4) | ((data[at + 2] & 0xf0) >> 4);
  }
}
