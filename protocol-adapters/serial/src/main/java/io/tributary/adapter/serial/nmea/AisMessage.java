package io.tributary.adapter.serial.nmea;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What ships and stations say (ITU-R M.1371-5, annex 8, section 3). Values that a message calls not available are left out. Of types
/// that are not known here, type and station are all that is read.
final class AisMessage {
  private static final long LONGITUDE_UNKNOWN = 181 * 600_000L;
  private static final long LATITUDE_UNKNOWN = 91 * 600_000L;
  private static final BigDecimal IN_A_DEGREE = BigDecimal.valueOf(600_000);
  private static final BigDecimal IN_A_DEGREE_COARSE = BigDecimal.valueOf(600);
  private static final int ANGLE_DIGITS = 9;

  private static final int SPEED_UNKNOWN = 1023;
  private static final int COURSE_UNKNOWN = 3600;
  private static final int HEADING_UNKNOWN = 511;
  private static final int ALTITUDE_UNKNOWN = 4095;
  private static final int COARSE_SPEED_UNKNOWN = 63;
  private static final int COARSE_COURSE_UNKNOWN = 511;

  /// Beyond it the rate was not measured.
  private static final int TURN_MOST = 126;

  private static final double TURN_SCALE = 4.733;
  private static final int NAME_BITS = 120;
  private static final int CALLSIGN_BITS = 42;

  private final Payload bits;
  private final Map<String, Object> values = new LinkedHashMap<>();

  private AisMessage(Payload bits) {
    this.bits = bits;
  }

  /// @return the values, `type` and `mmsi` first
  static Map<String, Object> read(Payload bits) throws FieldRefused {
    AisMessage message = new AisMessage(bits);
    message.read();
    return message.values;
  }

  private void read() throws FieldRefused {
    int type = (int) bits.unsigned(0, 6);
    values.put("type", type);
    values.put("mmsi", bits.unsigned(8, 30));
    switch (type) {
      case 1, 2, 3 -> position();
      case 4, 11 -> base();
      case 5 -> voyage();
      case 9 -> aircraft();
      case 14 -> values.put("text", bits.text(40, bits.length() - 40));
      case 18 -> small(type);
      case 19 -> small(type);
      case 21 -> aid();
      case 24 -> parts();
      case 27 -> coarse();
      default -> {}
    }
  }

  private void position() throws FieldRefused {
    values.put("status", bits.unsigned(38, 4));
    long turn = bits.signed(42, 8);
    if (Math.abs(turn) <= TURN_MOST) {
      double root = (double) turn / TURN_SCALE;
      values.put(
          "turnDegreesPerMinute",
          BigDecimal.valueOf(Math.copySign(root * root, root)).setScale(1, RoundingMode.HALF_UP));
    }
    put("speedKnots", tenths(50, 10, SPEED_UNKNOWN));
    values.put("accurate", bits.flag(60));
    place(61, 89);
    put("courseDegrees", tenths(116, 12, COURSE_UNKNOWN));
    put("headingDegrees", known(128, 9, HEADING_UNKNOWN));
    put("second", second(137));
  }

  private void base() throws FieldRefused {
    values.put(
        "time",
        "%04d-%02d-%02dT%02d:%02d:%02dZ"
            .formatted(
                bits.unsigned(38, 14),
                bits.unsigned(52, 4),
                bits.unsigned(56, 5),
                bits.unsigned(61, 5),
                bits.unsigned(66, 6),
                bits.unsigned(72, 6)));
    values.put("accurate", bits.flag(78));
    place(79, 107);
  }

  private void voyage() throws FieldRefused {
    put("imo", known(40, 30, 0));
    putText("callsign", 70, CALLSIGN_BITS);
    putText("name", 112, NAME_BITS);
    values.put("shipType", bits.unsigned(232, 8));
    dimensions(240);
    values.put(
        "eta",
        "%02d-%02dT%02d:%02dZ"
            .formatted(
                bits.unsigned(274, 4),
                bits.unsigned(278, 5),
                bits.unsigned(283, 5),
                bits.unsigned(288, 6)));
    put("draughtM", tenths(294, 8, 0));
    putText("destination", 302, NAME_BITS);
  }

  private void aircraft() throws FieldRefused {
    put("altitudeM", known(38, 12, ALTITUDE_UNKNOWN));
    put("speedKnots", known(50, 10, SPEED_UNKNOWN));
    values.put("accurate", bits.flag(60));
    place(61, 89);
    put("courseDegrees", tenths(116, 12, COURSE_UNKNOWN));
    put("second", second(128));
  }

  /// Of class B; the long form has the ship's particulars, too.
  private void small(int type) throws FieldRefused {
    put("speedKnots", tenths(46, 10, SPEED_UNKNOWN));
    values.put("accurate", bits.flag(56));
    place(57, 85);
    put("courseDegrees", tenths(112, 12, COURSE_UNKNOWN));
    put("headingDegrees", known(124, 9, HEADING_UNKNOWN));
    put("second", second(133));
    if (type == 19) {
      putText("name", 143, NAME_BITS);
      values.put("shipType", bits.unsigned(263, 8));
      dimensions(271);
    }
  }

  private void aid() throws FieldRefused {
    values.put("aidType", bits.unsigned(38, 5));
    putText("name", 43, NAME_BITS);
    values.put("accurate", bits.flag(163));
    place(164, 192);
    dimensions(219);
    put("second", second(253));
    values.put("offPosition", bits.flag(259));
    values.put("virtual", bits.flag(269));
  }

  private void parts() throws FieldRefused {
    boolean isFirst = bits.unsigned(38, 2) == 0;
    values.put("part", isFirst ? "A" : "B");
    if (isFirst) {
      putText("name", 40, NAME_BITS);
      return;
    }
    values.put("shipType", bits.unsigned(40, 8));
    putText("callsign", 90, CALLSIGN_BITS);
    dimensions(132);
  }

  private void coarse() throws FieldRefused {
    values.put("accurate", bits.flag(38));
    values.put("status", bits.unsigned(40, 4));
    put("longitude", degrees(bits.signed(44, 18), LONGITUDE_UNKNOWN / 1000, IN_A_DEGREE_COARSE));
    put("latitude", degrees(bits.signed(62, 17), LATITUDE_UNKNOWN / 1000, IN_A_DEGREE_COARSE));
    put("speedKnots", known(79, 6, COARSE_SPEED_UNKNOWN));
    put("courseDegrees", known(85, 9, COARSE_COURSE_UNKNOWN));
  }

  private void place(int longitudeAt, int latitudeAt) throws FieldRefused {
    put("longitude", degrees(bits.signed(longitudeAt, 28), LONGITUDE_UNKNOWN, IN_A_DEGREE));
    put("latitude", degrees(bits.signed(latitudeAt, 27), LATITUDE_UNKNOWN, IN_A_DEGREE));
  }

  private static @Nullable BigDecimal degrees(long value, long unknown, BigDecimal inADegree)
      throws FieldRefused {
    if (value == unknown) {
      return null;
    }
    if (Math.abs(value) > unknown - inADegree.longValue()) {
      throw new FieldRefused(
          "position is beyond " + (unknown / inADegree.longValue() - 1) + " degrees");
    }
    return BigDecimal.valueOf(value).divide(inADegree, ANGLE_DIGITS, RoundingMode.HALF_EVEN);
  }

  private void dimensions(int at) throws FieldRefused {
    values.put("toBowM", bits.unsigned(at, 9));
    values.put("toSternM", bits.unsigned(at + 9, 9));
    values.put("toPortM", bits.unsigned(at + 18, 6));
    values.put("toStarboardM", bits.unsigned(at + 24, 6));
  }

  /// Of its minute; 60 and more say why there is none.
  private @Nullable Object second(int at) throws FieldRefused {
    long second = bits.unsigned(at, 6);
    return second < 60 ? second : null;
  }

  private @Nullable Object known(int at, int width, long unknown) throws FieldRefused {
    long value = bits.unsigned(at, width);
    return value == unknown ? null : value;
  }

  private @Nullable Object tenths(int at, int width, long unknown) throws FieldRefused {
    long value = bits.unsigned(at, width);
    return value == unknown
        ? null
        : new BigDecimal(value).movePointLeft(1).round(MathContext.DECIMAL32);
  }

  private void put(String name, @Nullable Object value) {
    if (value != null) {
      values.put(name, value);
    }
  }

  private void putText(String name, int at, int width) throws FieldRefused {
    String text = bits.text(at, width);
    if (!text.isEmpty()) {
      values.put(name, text);
    }
  }
}
