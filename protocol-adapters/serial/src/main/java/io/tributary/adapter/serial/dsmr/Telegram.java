package io.tributary.adapter.serial.dsmr;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What a meter sends each second, or each ten.
///
/// ```
///  /ISK5\2M550T-1012            identification
///
///  1-3:0.2.8(50)                an object: its OBIS code and its values
///  1-0:1.8.1(004426.049*kWh)
///  0-1:24.2.1(240101120500W)(02390.123*m3)
///  !522B                        CRC-16 of all from / to !
/// ```
///
/// @param objects in their order; one that is written over two lines is one
public record Telegram(String identification, List<CosemObject> objects) {
  /// What a telegram says of one OBIS code.
  ///
  /// @param values what its parentheses hold, as written
  public record CosemObject(String obis, List<String> values) {}

  /// What is wrong with something that was meant to be a telegram.
  public enum Fault {
    CHECKSUM,
    /// It has none at all: meters before version 4 send none.
    UNCHECKED,
    MALFORMED
  }

  /// Why something is no telegram.
  public static final class Damaged extends Exception {
    private static final long serialVersionUID = 1;

    public final transient Fault fault;

    Damaged(Fault fault, String text) {
      super(text);
      this.fault = fault;
    }
  }

  private static final Pattern OBJECT =
      Pattern.compile("(\\d+-\\d+:\\d+\\.\\d+\\.\\d+(?:[.*]\\d+)?)((?:\\([^()]*\\))+)");
  private static final Pattern CONTINUED = Pattern.compile("(?:\\([^()]*\\))+");
  private static final Pattern VALUE = Pattern.compile("\\(([^()]*)\\)");
  private static final int CHECKSUM_DIGITS = 4;

  /// The CRC-16 that IBM used first: x^16 + x^15 + x^2 + 1, reflected, from 0 on.
  private static final int POLYNOMIAL = 0xA001;

  /// Reads a telegram.
  ///
  /// @param bytes from `/` to the end of the line of the `!`
  /// @param mustBeChecked whether one without a checksum is damaged
  public static Telegram read(byte[] bytes, boolean mustBeChecked) throws Damaged {
    String text = new String(bytes, StandardCharsets.ISO_8859_1);
    int end = text.lastIndexOf('!');
    if (!text.startsWith("/") || end < 0) {
      throw new Damaged(Fault.MALFORMED, "does not reach from / to !");
    }
    check(bytes, end + 1, text.substring(end + 1).strip(), mustBeChecked);
    List<String> lines = text.substring(1, end).lines().map(String::strip).toList();
    return new Telegram(lines.isEmpty() ? "" : lines.getFirst(), objects(lines));
  }

  private static void check(byte[] bytes, int length, String checksum, boolean mustBeChecked)
      throws Damaged {
    if (checksum.isEmpty()) {
      if (mustBeChecked) {
        throw new Damaged(Fault.UNCHECKED, "has no checksum; `checksum: optional` takes it");
      }
      return;
    }
    String expected = "%04X".formatted(crc(bytes, length));
    if (checksum.length() != CHECKSUM_DIGITS || !checksum.equalsIgnoreCase(expected)) {
      throw new Damaged(
          Fault.CHECKSUM, "has the checksum '" + checksum + "', and its bytes have " + expected);
    }
  }

  static int crc(byte[] bytes, int length) {
    int crc = 0;
    for (int i = 0; i < length; i++) {
      crc ^= bytes[i] & 0xff;
      for (int bit = 0; bit < Byte.SIZE; bit++) {
        crc = (crc & 1) == 1 ? (crc >> 1) ^ POLYNOMIAL : crc >> 1;
      }
    }
    return crc;
  }

  private static List<CosemObject> objects(List<String> lines) throws Damaged {
    List<CosemObject> objects = new ArrayList<>();
    for (String line : lines.subList(Math.min(1, lines.size()), lines.size())) {
      Matcher object = OBJECT.matcher(line);
      if (object.matches()) {
        objects.add(new CosemObject(object.group(1), values(object.group(2))));
      } else if (CONTINUED.matcher(line).matches() && !objects.isEmpty()) {
        CosemObject begun = objects.removeLast();
        List<String> all = new ArrayList<>(begun.values());
        all.addAll(values(line));
        objects.add(new CosemObject(begun.obis(), List.copyOf(all)));
      } else if (!line.isEmpty()) {
        throw new Damaged(Fault.MALFORMED, "has a line that is no object: '" + line + "'");
      }
    }
    return List.copyOf(objects);
  }

  private static List<String> values(String text) {
    return VALUE.matcher(text).results().map(each -> each.group(1)).toList();
  }
}
