package io.tributary.device.bus;

import com.sun.jna.Memory;
import io.tributary.device.bus.Pins.Input;
import io.tributary.device.bus.Pins.Output;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// `struct gpio_v2_line_request`: which lines, and how each is to be. What all lines share are flags; what some have differently are
/// attributes with a mask of lines, of which there are ten.
final class LineRequest {
  static final int BYTES = 592;

  /// Where the kernel writes the file of the request.
  static final int FILE_AT = 588;

  /// Lines of one request at most.
  static final int LINES_MOST = 64;

  /// Changes that the kernel keeps until they are read: the most it allows. Half a second of a line at 2 kHz.
  private static final int EVENTS_KEPT = 1024;

  private static final int CONSUMER_AT = 256;
  private static final int CONSUMER_BYTES = 32;
  private static final int FLAGS_AT = 288;
  private static final int ATTRIBUTE_COUNT_AT = 296;
  private static final int ATTRIBUTES_AT = 320;
  private static final int ATTRIBUTE_BYTES = 24;
  private static final int ATTRIBUTES_MOST = 10;
  private static final int LINE_COUNT_AT = 560;
  private static final int EVENTS_KEPT_AT = 564;

  private static final int ATTRIBUTE_FLAGS = 1;
  private static final int ATTRIBUTE_VALUES = 2;
  private static final int ATTRIBUTE_DEBOUNCE = 3;

  private static final long ACTIVE_LOW = 1 << 1;
  private static final long INPUT = 1 << 2;
  private static final long OUTPUT = 1 << 3;
  private static final long BOTH_EDGES = (1 << 4) | (1 << 5);
  private static final long PULL_UP = 1 << 8;
  private static final long PULL_DOWN = 1 << 9;
  private static final long PULL_OFF = 1 << 10;
  private static final long CLOCK_REALTIME = 1 << 11;

  private final Memory memory = new Memory(BYTES);
  private int attributes;

  private LineRequest(List<Integer> pins, String consumer) throws IOException {
    memory.clear();
    if (pins.size() > LINES_MOST) {
      throw new IOException(pins.size() + " pins; one adapter has at most " + LINES_MOST);
    }
    for (int i = 0; i < pins.size(); i++) {
      memory.setInt(4L * i, pins.get(i));
    }
    byte[] name = consumer.getBytes(StandardCharsets.UTF_8);
    memory.write(CONSUMER_AT, Arrays.copyOf(name, CONSUMER_BYTES - 1), 0, CONSUMER_BYTES - 1);
    memory.setInt(LINE_COUNT_AT, pins.size());
  }

  static LineRequest ofInputs(List<Input> inputs, String consumer) throws IOException {
    LineRequest request = new LineRequest(inputs.stream().map(Input::pin).toList(), consumer);
    request.memory.setInt(EVENTS_KEPT_AT, EVENTS_KEPT);
    Map<Long, Long> flags = new LinkedHashMap<>();
    Map<Long, Long> debounces = new LinkedHashMap<>();
    for (int i = 0; i < inputs.size(); i++) {
      Input input = inputs.get(i);
      flags.merge(flags(input), 1L << i, (one, other) -> one | other);
      if (input.debounceMicros() > 0) {
        debounces.merge((long) input.debounceMicros(), 1L << i, (one, other) -> one | other);
      }
    }
    request.flags(flags);
    for (Map.Entry<Long, Long> each : debounces.entrySet()) {
      request.attribute(ATTRIBUTE_DEBOUNCE, each.getKey(), each.getValue());
    }
    return request;
  }

  private static long flags(Input input) {
    return INPUT
        | BOTH_EDGES
        | CLOCK_REALTIME
        | (input.isActiveLow() ? ACTIVE_LOW : 0)
        | switch (input.pull()) {
          case UP -> PULL_UP;
          case DOWN -> PULL_DOWN;
          case OFF -> PULL_OFF;
          case AS_IS -> 0;
        };
  }

  static LineRequest ofOutputs(List<Output> outputs, String consumer) throws IOException {
    LineRequest request = new LineRequest(outputs.stream().map(Output::pin).toList(), consumer);
    Map<Long, Long> flags = new LinkedHashMap<>();
    long active = 0;
    for (int i = 0; i < outputs.size(); i++) {
      Output output = outputs.get(i);
      flags.merge(
          OUTPUT | (output.isActiveLow() ? ACTIVE_LOW : 0), 1L << i, (one, other) -> one | other);
      active |= output.isActive() ? 1L << i : 0;
    }
    request.flags(flags);
    request.attribute(ATTRIBUTE_VALUES, active, mask(outputs.size()));
    return request;
  }

  private static long mask(int lines) {
    return lines == Long.SIZE ? -1L : (1L << lines) - 1;
  }

  /// The first are those of all lines; the others are for their own.
  private void flags(Map<Long, Long> linesByFlags) throws IOException {
    boolean isFirst = true;
    for (Map.Entry<Long, Long> each : linesByFlags.entrySet()) {
      if (isFirst) {
        memory.setLong(FLAGS_AT, each.getKey());
        isFirst = false;
      } else {
        attribute(ATTRIBUTE_FLAGS, each.getKey(), each.getValue());
      }
    }
  }

  private void attribute(int kind, long value, long lines) throws IOException {
    if (attributes == ATTRIBUTES_MOST) {
      throw new IOException(
          "the pins differ in too many ways: the kernel takes "
              + ATTRIBUTES_MOST
              + " different debounce times and kinds of pull in one adapter; make it two");
    }
    long at = ATTRIBUTES_AT + (long) attributes * ATTRIBUTE_BYTES;
    memory.setInt(at, kind);
    if (kind == ATTRIBUTE_DEBOUNCE) {
      memory.setInt(at + 8, (int) value); // of a union: 32 bits of it
    } else {
      memory.setLong(at + 8, value);
    }
    memory.setLong(at + 16, lines);
    attributes++;
    memory.setInt(ATTRIBUTE_COUNT_AT, attributes);
  }

  Memory memory() {
    return memory;
  }
}
