package io.tributary.adapter.serial.port;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// How a configuration names a serial port. A path such as `/dev/ttyUSB0` may be another converter after each start; a link below
/// `/dev/serial/by-id` and a USB id are always the same one.
public sealed interface PortAddress {
  /// What a configuration may write.
  String ALLOWED =
      "a path such as /dev/ttyUSB0, a name such as ttyUSB0, or usb:VENDOR:PRODUCT[:SERIAL] with both as 4 hexadecimal digits";

  Pattern USB = Pattern.compile("usb:([0-9a-fA-F]{4}):([0-9a-fA-F]{4})(?::(.+))?");

  /// A path, absolute or, as a bare name, below `/dev`.
  record OfPath(String path) implements PortAddress {
    @Override
    public String toString() {
      return path;
    }
  }

  /// The first converter with these ids, as `lsusb` shows them.
  ///
  /// @param serial null: whichever
  record OfUsb(int vendor, int product, @Nullable String serial) implements PortAddress {
    @Override
    public String toString() {
      return "usb:%04x:%04x%s".formatted(vendor, product, serial == null ? "" : ":" + serial);
    }
  }

  /// Takes what a configuration writes.
  ///
  /// @throws IllegalArgumentException when it is none of {@link #ALLOWED}
  static PortAddress parse(String text) {
    Matcher usb = USB.matcher(text);
    if (usb.matches()) {
      return new OfUsb(
          Integer.parseInt(usb.group(1), 16), Integer.parseInt(usb.group(2), 16), usb.group(3));
    }
    if (text.isBlank() || text.toLowerCase(Locale.ROOT).startsWith("usb:")) {
      throw new IllegalArgumentException(text);
    }
    return new OfPath(text.contains("/") ? text : "/dev/" + text);
  }
}
