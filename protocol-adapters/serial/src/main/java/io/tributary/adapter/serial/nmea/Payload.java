package io.tributary.adapter.serial.nmea;

import java.util.BitSet;

/// The bits of an AIS message, six to a character (IEC 61162-1, annex C).
final class Payload {
  private static final int BITS = 6;

  /// The table has a hole between W and the grave accent.
  private static final int BEHIND_HOLE = 40;

  private static final int HOLE = 8;

  private static final String LETTERS =
      "@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_ !\"#$%&'()*+,-./0123456789:;<=>?";

  private final BitSet bits = new BitSet();
  private int length;

  /// Appends a fragment.
  ///
  /// @param fill bits that its last character has too many
  void add(String characters, int fill) throws FieldRefused {
    for (int i = 0; i < characters.length(); i++) {
      add(characters.charAt(i));
    }
    length -= fill;
    if (length < 0) {
      throw new FieldRefused("payload has fewer bits than it is filled up with");
    }
    bits.clear(length, length + fill + 1);
  }

  private void add(char character) throws FieldRefused {
    boolean isLow = character >= '0' && character <= 'W';
    boolean isHigh = character >= '`' && character <= 'w';
    if (!isLow && !isHigh) {
      throw new FieldRefused("payload has '" + character + "', which stands for no bits");
    }
    int value = character - '0';
    value -= value > BEHIND_HOLE ? HOLE : 0;
    for (int bit = BITS - 1; bit >= 0; bit--) {
      bits.set(length++, ((value >> bit) & 1) == 1);
    }
  }

  int length() {
    return length;
  }

  long unsigned(int from, int width) throws FieldRefused {
    if (from + width > length) {
      throw new FieldRefused("message ends after " + length + " of " + (from + width) + " bits");
    }
    long value = 0;
    for (int i = from; i < from + width; i++) {
      value = (value << 1) | (bits.get(i) ? 1 : 0);
    }
    return value;
  }

  long signed(int from, int width) throws FieldRefused {
    long value = unsigned(from, width);
    return value << (Long.SIZE - width) >> (Long.SIZE - width);
  }

  boolean flag(int at) throws FieldRefused {
    return unsigned(at, 1) == 1;
  }

  /// Text up to its first `@`, without the blanks behind it.
  String text(int from, int width) throws FieldRefused {
    StringBuilder text = new StringBuilder();
    for (int at = from; at + BITS <= from + width; at += BITS) {
      char letter = LETTERS.charAt((int) unsigned(at, BITS));
      if (letter == '@') {
        break;
      }
      text.append(letter);
    }
    return text.toString().stripTrailing();
  }
}
