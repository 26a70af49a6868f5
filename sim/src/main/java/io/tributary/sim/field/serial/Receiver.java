package io.tributary.sim.field.serial;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;

/// A satellite receiver on a boat that sails in a circle: what it says each second, as NMEA 0183. Now and then it loses its fix.
final class Receiver {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("HHmmss.SSS", Locale.ROOT).withZone(ZoneOffset.UTC);
  private static final DateTimeFormatter DATE =
      DateTimeFormatter.ofPattern("ddMMyy", Locale.ROOT).withZone(ZoneOffset.UTC);
  private static final DateTimeFormatter DATE_FIELDS =
      DateTimeFormatter.ofPattern("dd,MM,yyyy", Locale.ROOT).withZone(ZoneOffset.UTC);
  private static final double LATITUDE = -33.86;
  private static final double LONGITUDE = 151.21;
  private static final double RADIUS_DEGREES = 0.02;
  private static final double SECONDS_A_CIRCLE = 900;
  private static final double LOST = 0.02;
  private static final double FOUND = 0.2;

  private final SplittableRandom random;
  private Instant now;
  private long seconds;
  private boolean hasFix = true;

  Receiver(long seed, Instant start) {
    this.random = new SplittableRandom(seed);
    this.now = start;
  }

  /// The sentences of the next second, with their checksums and line ends.
  List<String> second() {
    hasFix = hasFix ? random.nextDouble() >= LOST : random.nextDouble() < FOUND;
    double turn = 2 * Math.PI * seconds / SECONDS_A_CIRCLE;
    String place =
        hasFix
            ? angle(LATITUDE + RADIUS_DEGREES * Math.sin(turn), 2, "N", "S")
                + ","
                + angle(LONGITUDE + RADIUS_DEGREES * Math.cos(turn), 3, "E", "W")
            : ",,,";
    double course = Math.toDegrees(Math.PI - turn + 4 * Math.PI) % 360;
    double knots = 5 + random.nextDouble(0.5);
    String time = TIME.format(now);
    int satellites = 6 + random.nextInt(6);
    List<String> said = new ArrayList<>();
    say(
        said,
        "GNRMC,%s,%s,%s,%s,%s,,,%s",
        time,
        hasFix ? "A" : "V",
        place,
        hasFix ? "%.2f,%.1f".formatted(knots, course) : ",",
        DATE.format(now),
        hasFix ? "A" : "N");
    say(
        said,
        "GNGGA,%s,%s,%d,%02d,%.1f,%s,M,22.1,M,,",
        time,
        place,
        hasFix ? 1 : 0,
        hasFix ? satellites : 0,
        hasFix ? 0.9 : 99.9,
        hasFix ? "%.1f".formatted(3 + random.nextDouble()) : "");
    say(said, "GNGLL,%s,%s,%s,%s", place, time, hasFix ? "A" : "V", hasFix ? "A" : "N");
    say(said, "GNVTG,%.1f,T,,M,%.2f,N,%.2f,K,%s", course, knots, knots * 1.852, hasFix ? "A" : "N");
    say(said, "GNZDA,%s,%s,00,00", time, DATE_FIELDS.format(now));
    for (int sentence = 1; sentence <= 3; sentence++) {
      StringBuilder inView = new StringBuilder("GPGSV,3,%d,%02d".formatted(sentence, 12));
      for (int i = 0; i < 4; i++) {
        inView.append(
            ",%02d,%02d,%03d,%s"
                .formatted(
                    4 * sentence + i,
                    random.nextInt(90),
                    random.nextInt(360),
                    random.nextInt(4) == 0 ? "" : Integer.toString(15 + random.nextInt(30))));
      }
      say(said, "%s", inView);
    }
    seconds++;
    now = now.plusSeconds(1);
    return said;
  }

  @SuppressWarnings("AnnotateFormatMethod") // its callers are all here
  private static void say(List<String> said, String form, Object... words) {
    String sentence = String.format(Locale.ROOT, form, words);
    said.add("$%s*%02X\r\n".formatted(sentence, sentence.chars().reduce(0, (a, b) -> a ^ b)));
  }

  private static String angle(double degrees, int digits, String plus, String minus) {
    double size = Math.abs(degrees);
    int whole = (int) size;
    return String.format(
        Locale.ROOT,
        "%0" + digits + "d%08.5f,%s",
        whole,
        Math.min((size - whole) * 60, 59.99999),
        degrees < 0 ? minus : plus);
  }
}
