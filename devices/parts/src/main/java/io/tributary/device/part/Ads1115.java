package io.tributary.device.part;

import io.tributary.adapter.measurement.Measurement;
import io.tributary.settings.Section;
import java.io.IOException;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/// Texas Instruments ADS1115: four voltages with 16 bits (data sheet SBAS444, section 9.6 of its edition D).
///
/// ```
///  0x00  conversion, 16 bits with a sign: full scale is 32768
///  0x01  15 start, and ready │ 14–12 inputs │ 11–9 range │ 8 single │ 7–5 rate │ 4–0 comparator, 00011 is off
/// ```
final class Ads1115 implements Part {
  static final PartType<Registers> TYPE =
      new PartType<>("ads1115", Set.of(0x48, 0x49, 0x4a, 0x4b), Ads1115::reader);

  private static final int CONVERSION = 0;
  private static final int CONFIGURATION = 1;

  private static final int READY = 1 << 15;
  private static final int SINGLE = 1 << 8;
  private static final int COMPARATOR_OFF = 0b00011;
  private static final int FULL_SCALE = 32_768;

  private static final Map<String, Integer> INPUTS = new LinkedHashMap<>();
  private static final Map<String, Integer> RANGES = new LinkedHashMap<>();
  private static final int[] RATES = {8, 16, 32, 64, 128, 250, 475, 860};

  static {
    List<String> inputs = List.of("0-1", "0-3", "1-3", "2-3", "0", "1", "2", "3");
    inputs.forEach(each -> INPUTS.put(each, INPUTS.size()));
    List<String> ranges = List.of("6.144", "4.096", "2.048", "1.024", "0.512", "0.256");
    ranges.forEach(each -> RANGES.put(each, RANGES.size()));
  }

  private static final int LOOKS = 10;

  /// @param configuration for a single conversion
  /// @param range full scale, in V
  /// @param rate conversions a second
  private record Input(Analog analog, int configuration, BigDecimal range, int rate) {}

  private final Registers registers;
  private final List<Input> inputs;

  private Ads1115(Registers registers, List<Input> inputs) {
    this.registers = registers;
    this.inputs = inputs;
  }

  private static Function<Registers, Part> reader(Section section) {
    List<Input> inputs = Inputs.of(section, INPUTS.keySet(), Ads1115::input);
    return registers -> new Ads1115(registers, inputs);
  }

  private static Input input(Section section, String name) {
    int input = Inputs.choice(section, "input", INPUTS, "0");
    int range = Inputs.choice(section, "range", RANGES, "4.096");
    int rate = section.integer("rate", 128, RATES[0], RATES[RATES.length - 1]);
    int rateCode = 0;
    while (RATES[rateCode] < rate) {
      rateCode++;
    }
    return new Input(
        Analog.read(section, name),
        READY | (input << 12) | (range << 9) | SINGLE | (rateCode << 5) | COMPARATOR_OFF,
        new BigDecimal(List.copyOf(RANGES.keySet()).get(range)),
        RATES[rateCode]);
  }

  @Override
  public List<String> sources() {
    return inputs.stream().map(each -> each.analog().name()).toList();
  }

  @Override
  public List<Measurement> measure() throws IOException {
    List<Measurement> measured = new ArrayList<>(inputs.size());
    for (Input each : inputs) {
      measured.add(measure(each));
    }
    return measured;
  }

  private Measurement measure(Input input) throws IOException {
    registers.write(
        CONFIGURATION, (byte) (input.configuration() >> 8), (byte) input.configuration());
    int conversionMicros = 1_100_000 / input.rate() + 50; // its clock may be a tenth too slow
    registers.pause(conversionMicros);
    for (int look = 0; (registers.unsignedWord(CONFIGURATION) & READY) == 0; look++) {
      if (look == LOOKS) {
        throw new IOException("a conversion does not end");
      }
      registers.pause(conversionMicros / LOOKS + 1);
    }
    byte[] raw = registers.read(CONVERSION, 2);
    short value = (short) ((raw[0] << 8) | (raw[1] & 0xff));
    if (value == Short.MAX_VALUE || value == Short.MIN_VALUE) {
      return Measurement.error(
              input.analog().name(), "the voltage is beyond its range of ±" + input.range() + " V")
          .of(raw);
    }
    BigDecimal volts =
        input.range().multiply(BigDecimal.valueOf(value)).divide(BigDecimal.valueOf(FULL_SCALE));
    return input.analog().of(volts, raw);
  }
}
