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

/// Microchip MCP3008: eight voltages with 10 bits (data sheet DS21295, section 5 and figure 6-1).
///
/// ```
///  sent      00000001  s ccc ----  --------      s single, ccc which
///  received  --------  ----- 0 bb  bbbbbbbb      a zero, then ten bits
/// ```
final class Mcp3008 implements Part {
  static final PartType<Transfer> TYPE = new PartType<>("mcp3008", Set.of(), Mcp3008::reader);

  private static final int SINGLE = 1 << 3;
  private static final int FULL_SCALE = 1024;
  private static final int NULL_BIT = 1 << 2;

  private static final Map<String, Integer> INPUTS = new LinkedHashMap<>();

  static {
    for (int i = 0; i < 8; i++) {
      INPUTS.put(String.valueOf(i), SINGLE | i);
    }
    // A difference: the first of a pair above the second, or below it.
    for (int i = 0; i < 8; i++) {
      INPUTS.put(i + "-" + (i ^ 1), i);
    }
  }

  private record Input(Analog analog, int code) {}

  private final Transfer transfer;
  private final List<Input> inputs;
  private final BigDecimal reference;

  private Mcp3008(Transfer transfer, List<Input> inputs, BigDecimal reference) {
    this.transfer = transfer;
    this.inputs = inputs;
    this.reference = reference;
  }

  private static Function<Transfer, Part> reader(Section section) {
    BigDecimal reference =
        section.decimal(
            "reference", new BigDecimal("3.3"), new BigDecimal("0.25"), new BigDecimal("5.5"));
    List<Input> inputs =
        Inputs.of(
            section,
            INPUTS.keySet(),
            (each, name) ->
                new Input(Analog.read(each, name), Inputs.choice(each, "input", INPUTS, "0")));
    return transfer -> new Mcp3008(transfer, inputs, reference);
  }

  @Override
  public List<String> sources() {
    return inputs.stream().map(each -> each.analog().name()).toList();
  }

  @Override
  public List<Measurement> measure() throws IOException {
    List<Measurement> measured = new ArrayList<>(inputs.size());
    for (Input each : inputs) {
      byte[] raw = transfer.transfer((byte) 1, (byte) (each.code() << 4), (byte) 0);
      measured.add(
          (raw[1] & NULL_BIT) == 0
              ? each.analog().of(volts(raw), raw)
              : Measurement.error(each.analog().name(), "nobody answers: the zero is missing")
                  .of(raw));
    }
    return measured;
  }

  private BigDecimal volts(byte[] raw) {
    int value = ((raw[1] & 0b11) << 8) | (raw[2] & 0xff);
    return reference.multiply(BigDecimal.valueOf(value)).divide(BigDecimal.valueOf(FULL_SCALE));
  }
}
