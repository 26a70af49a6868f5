package io.tributary.device.bus;

import com.sun.jna.Memory;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/// Pins of the kernel's, by `/dev/gpiochip*` (`linux/gpio.h`, its second version, from Linux 5.10 on). The inputs are one request, so their
/// changes come in one order, with numbers: what the kernel had to drop is missing among them.
final class KernelPins implements Pins {
  private static final long GET_LINE_VALUES = 0xc010b40eL;
  private static final long SET_LINE_VALUES = 0xc010b40fL;
  private static final int VALUES_BYTES = 16;

  /// `struct gpio_v2_line_event`.
  private static final int EVENT_BYTES = 48;

  /// Read at a time.
  private static final int EVENTS = 64;

  private static final int RISING = 1;

  private final List<Input> inputs;
  private final List<Output> outputs;

  /// Of the requests; -1 where nothing was asked for.
  private final int inputFile;

  private final int outputFile;
  private final Memory events = new Memory((long) EVENTS * EVENT_BYTES);
  private int lastSequence;

  private KernelPins(List<Input> inputs, int inputFile, List<Output> outputs, int outputFile) {
    this.inputs = inputs;
    this.inputFile = inputFile;
    this.outputs = outputs;
    this.outputFile = outputFile;
  }

  static KernelPins open(String chip, String consumer, List<Input> inputs, List<Output> outputs)
      throws IOException {
    GpioChip found = GpioChip.open(chip);
    int inputFile = -1;
    try {
      inputFile = inputs.isEmpty() ? -1 : found.request(LineRequest.ofInputs(inputs, consumer));
      int outputFile =
          outputs.isEmpty() ? -1 : found.request(LineRequest.ofOutputs(outputs, consumer));
      return new KernelPins(inputs, inputFile, outputs, outputFile);
    } catch (IOException e) {
      if (inputFile >= 0) {
        Kernel.close(inputFile);
      }
      throw e;
    } finally {
      found.close();
    }
  }

  @Override
  public boolean isActive(int pin) throws IOException {
    long mask = 1L << indexOf(inputs.stream().map(Input::pin).toList(), pin);
    try (Memory values = new Memory(VALUES_BYTES)) {
      values.setLong(0, 0);
      values.setLong(8, mask);
      Kernel.ioctl(inputFile, GET_LINE_VALUES, values, "pin " + pin);
      return (values.getLong(0) & mask) != 0;
    }
  }

  @Override
  public void set(int pin, boolean active) throws IOException {
    long mask = 1L << indexOf(outputs.stream().map(Output::pin).toList(), pin);
    try (Memory values = new Memory(VALUES_BYTES)) {
      values.setLong(0, active ? mask : 0);
      values.setLong(8, mask);
      Kernel.ioctl(outputFile, SET_LINE_VALUES, values, "pin " + pin);
    }
  }

  private static int indexOf(List<Integer> pins, int pin) {
    int index = pins.indexOf(pin);
    if (index < 0) {
      throw new IllegalArgumentException("pin " + pin + " was not asked for");
    }
    return index;
  }

  @Override
  public List<Edge> edges(int waitMs) throws IOException {
    if (!Kernel.awaitInput(inputFile, waitMs)) {
      return List.of();
    }
    int count = Kernel.read(inputFile, events) / EVENT_BYTES;
    List<Edge> edges = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      long at = (long) i * EVENT_BYTES;
      int sequence = events.getInt(at + 16);
      edges.add(
          new Edge(
              events.getInt(at + 12),
              events.getInt(at + 8) == RISING,
              events.getLong(at),
              sequence - lastSequence - 1));
      lastSequence = sequence;
    }
    return edges;
  }

  @Override
  public void close() {
    if (inputFile >= 0) {
      Kernel.close(inputFile);
    }
    if (outputFile >= 0) {
      Kernel.close(outputFile);
    }
  }
}
