package io.tributary.sim.field.serial;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.SplittableRandom;

/// Damages some lines of a capture, as a bad cable or a receiver that is switched on in mid-sentence does. The same seed damages
/// the same lines.
final class LineDamage {
  private static final int PERCENT = 100;

  private final SplittableRandom random;
  private final double percent;
  private int damaged;

  LineDamage(long seed, double percent) {
    this.random = new SplittableRandom(seed);
    this.percent = percent;
  }

  byte[] of(byte[] capture) {
    ByteArrayOutputStream out = new ByteArrayOutputStream(capture.length);
    int from = 0;
    for (int at = 0; at < capture.length; at++) {
      if (capture[at] == '\n') {
        String line = new String(capture, from, at + 1 - from, StandardCharsets.ISO_8859_1);
        out.writeBytes(line(line).getBytes(StandardCharsets.ISO_8859_1));
        from = at + 1;
      }
    }
    out.write(capture, from, capture.length - from);
    return out.toByteArray();
  }

  /// A line with its end, damaged or not.
  String line(String line) {
    int text = line.stripTrailing().length();
    if (text == 0 || random.nextDouble(PERCENT) >= percent) {
      return line;
    }
    damaged++;
    int at = random.nextInt(text);
    return switch (random.nextInt(6)) {
      case 0 -> // a bit is turned
          line.substring(0, at)
              + (char) (line.charAt(at) ^ (1 << random.nextInt(8)))
              + line.substring(at + 1);
      case 1 -> line.substring(0, at) + line.substring(at + 1); // a byte is lost
      case 2 -> line.substring(at); // the beginning is lost
      case 3 -> line.substring(0, at) + line.substring(text); // the end is lost
      case 4 -> line.substring(0, at); // and the line's end with it
      default -> line.substring(0, at) + noise() + line.substring(at);
    };
  }

  private String noise() {
    StringBuilder noise = new StringBuilder();
    for (int left = random.nextInt(1, 6); left > 0; left--) {
      char c = (char) random.nextInt(256);
      noise.append(c == '\n' ? 'x' : c);
    }
    return noise.toString();
  }

  int damaged() {
    return damaged;
  }
}
