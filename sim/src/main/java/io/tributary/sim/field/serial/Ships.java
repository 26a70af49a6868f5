package io.tributary.sim.field.serial;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// Ships around the boat, as its AIS receiver tells them (ITU-R M.1371-5, annex 8): where each is every second, a message of type 1, and
/// in turn who one of them is, a message of type 5 in two sentences.
final class Ships {
  private static final int FIRST_MMSI = 503_000_101;
  private static final int SECONDS_A_VOYAGE = 5;
  private static final int FRAGMENT_CHARACTERS = 56;
  private static final int MESSAGE_NUMBERS = 10;
  private static final double DEGREE = 600_000;
  private static final String LETTERS =
      "@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_ !\"#$%&'()*+,-./0123456789:;<=>?";

  private final int ships;
  private long seconds;
  private int number;

  Ships(int ships) {
    this.ships = ships;
  }

  /// The sentences of the next second, with their checksums and line ends.
  List<String> second() {
    List<String> said = new ArrayList<>();
    for (int ship = 0; ship < ships; ship++) {
      String payload = armoured(position(ship));
      say(said, "AIVDM,1,1,,%s,%s,0".formatted(ship % 2 == 0 ? "A" : "B", payload));
    }
    if (ships > 0 && seconds % SECONDS_A_VOYAGE == 0) {
      int ship = (int) (seconds / SECONDS_A_VOYAGE % ships);
      String payload = armoured(voyage(ship));
      number = (number + 1) % MESSAGE_NUMBERS;
      String first = payload.substring(0, FRAGMENT_CHARACTERS);
      String second = payload.substring(FRAGMENT_CHARACTERS);
      int fill = (6 - 424 % 6) % 6;
      say(said, "AIVDM,2,1,%d,A,%s,0".formatted(number, first));
      say(said, "AIVDM,2,2,%d,A,%s,%d".formatted(number, second, fill));
    }
    seconds++;
    return said;
  }

  private String position(int ship) {
    double turn = seconds / 600.0 + ship;
    double latitude = -33.8 - ship * 0.01 + 0.05 * Math.sin(turn);
    double longitude = 151.3 + ship * 0.01 + 0.05 * Math.cos(turn);
    int course = (int) Math.floorMod(Math.round(3600 - Math.toDegrees(turn) * 10), 3600L);
    return bits(1, 6)
        + bits(0, 2)
        + bits(FIRST_MMSI + ship, 30)
        + bits(0, 4) // under way
        + bits(0, 8) // does not turn
        + bits(80 + ship, 10)
        + bits(1, 1)
        + bits(Math.round(longitude * DEGREE), 28)
        + bits(Math.round(latitude * DEGREE), 27)
        + bits(course, 12)
        + bits(course / 10, 9)
        + bits(seconds % 60, 6)
        + bits(0, 25);
  }

  private String voyage(int ship) {
    return bits(5, 6)
        + bits(0, 2)
        + bits(FIRST_MMSI + ship, 30)
        + bits(0, 2)
        + bits(9_074_729 + ship, 30)
        + text("VJ" + ship, 7)
        + text("SHIP NUMBER " + ship, 20)
        + bits(70, 8)
        + bits(100, 9)
        + bits(20, 9)
        + bits(10, 6)
        + bits(12, 6)
        + bits(1, 4)
        + bits(11, 4)
        + bits(29, 5)
        + bits(14, 5)
        + bits(30, 6)
        + bits(71, 8)
        + text("SYDNEY", 20)
        + bits(0, 2);
  }

  private static String bits(long value, int width) {
    StringBuilder bits = new StringBuilder();
    for (int bit = width - 1; bit >= 0; bit--) {
      bits.append(value >> bit & 1);
    }
    return bits.toString();
  }

  private static String text(String text, int letters) {
    StringBuilder bits = new StringBuilder();
    for (int i = 0; i < letters; i++) {
      bits.append(bits(i < text.length() ? LETTERS.indexOf(text.charAt(i)) : 0, 6));
    }
    return bits.toString();
  }

  private static String armoured(String bits) {
    StringBuilder characters = new StringBuilder();
    for (int at = 0; at < bits.length(); at += 6) {
      StringBuilder six = new StringBuilder(bits.substring(at, Math.min(at + 6, bits.length())));
      while (six.length() < 6) {
        six.append('0');
      }
      int value = Integer.parseInt(six.toString(), 2);
      characters.append((char) (value < 40 ? value + 48 : value + 56));
    }
    return characters.toString();
  }

  private static void say(List<String> said, String sentence) {
    said.add(
        String.format(
            Locale.ROOT, "!%s*%02X\r\n", sentence, sentence.chars().reduce(0, (a, b) -> a ^ b)));
  }
}
