package io.tributary.device.bus;

import com.sun.jna.Memory;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// A chip of pins, found by number, path or label.
final class GpioChip implements AutoCloseable {
  private static final long GET_CHIP_INFO = 0x8044b401L;
  private static final long GET_LINE = 0xc250b407L;

  /// `struct gpiochip_info`: name, label, number of lines.
  private static final int INFO_BYTES = 68;

  private static final int LABEL_AT = 32;
  private static final Path DEV = Path.of("/dev");

  /// How the labels of chips begin whose pins a board has on its header: the Raspberry Pi 5, and those before it.
  private static final List<String> OF_HEADERS = List.of("pinctrl-rp1", "pinctrl-bcm");

  private final String path;
  private final int file;

  private GpioChip(String path) throws IOException {
    this.path = path;
    this.file = Kernel.open(path);
  }

  /// @param chip a number, a path or a label; empty: the header's, or the first
  static GpioChip open(String chip) throws IOException {
    if (chip.contains("/")) {
      return new GpioChip(chip);
    }
    if (!chip.isEmpty() && chip.chars().allMatch(Character::isDigit)) {
      return new GpioChip("/dev/gpiochip" + chip);
    }
    List<String> labels = new ArrayList<>();
    for (String wanted : chip.isEmpty() ? OF_HEADERS : List.of(chip)) {
      for (Path each : all()) {
        String label = label(each);
        if (chip.isEmpty() ? label.startsWith(wanted) : label.equals(wanted)) {
          return new GpioChip(each.toString());
        }
        labels.add(label);
      }
    }
    if (chip.isEmpty()) {
      return new GpioChip("/dev/gpiochip0");
    }
    throw new IOException(
        "no chip of pins has the label '"
            + chip
            + "'; there are "
            + (labels.isEmpty() ? "none at all" : String.join(", ", labels)));
  }

  private static List<Path> all() throws IOException {
    List<Path> all = new ArrayList<>();
    try (DirectoryStream<Path> found = Files.newDirectoryStream(DEV, "gpiochip*")) {
      found.forEach(all::add);
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
    all.sort(null);
    return all;
  }

  private static String label(Path path) throws IOException {
    try (GpioChip chip = new GpioChip(path.toString());
        Memory info = new Memory(INFO_BYTES)) {
      Kernel.ioctl(chip.file, GET_CHIP_INFO, info, path + " is no chip of pins");
      return info.getString(LABEL_AT);
    }
  }

  /// @return the file of the lines, which outlives the chip's
  int request(LineRequest request) throws IOException {
    Kernel.ioctl(file, GET_LINE, request.memory(), "the pins on " + path);
    return request.memory().getInt(LineRequest.FILE_AT);
  }

  @Override
  public void close() {
    Kernel.close(file);
  }
}
