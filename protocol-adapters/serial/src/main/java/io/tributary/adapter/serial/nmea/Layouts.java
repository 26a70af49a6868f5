package io.tributary.adapter.serial.nmea;

import static io.tributary.adapter.serial.nmea.Column.decimal;
import static io.tributary.adapter.serial.nmea.Column.east;
import static io.tributary.adapter.serial.nmea.Column.integer;
import static io.tributary.adapter.serial.nmea.Column.latitude;
import static io.tributary.adapter.serial.nmea.Column.longitude;
import static io.tributary.adapter.serial.nmea.Column.text;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What the fields of the sentences mean that are met most (NMEA 0183, section 6.3). A sentence of another type has the value
/// `{"fields": [...]}`. Times are the {@link SatelliteClock}'s.
final class Layouts {
  private static final Map<String, List<Column>> ALL =
      Map.ofEntries(
          Map.entry(
              "GGA",
              List.of(
                  latitude(2),
                  longitude(4),
                  integer(6, "fix"),
                  integer(7, "satellites"),
                  decimal(8, "hdop"),
                  decimal(9, "altitudeM"),
                  decimal(11, "geoidM"),
                  decimal(13, "correctionAgeS"),
                  text(14, "correctionStation"))),
          Map.entry(
              "GNS",
              List.of(
                  latitude(2),
                  longitude(4),
                  text(6, "mode"),
                  integer(7, "satellites"),
                  decimal(8, "hdop"),
                  decimal(9, "altitudeM"),
                  decimal(10, "geoidM"),
                  decimal(11, "correctionAgeS"),
                  text(12, "correctionStation"))),
          Map.entry("GLL", List.of(latitude(1), longitude(3), text(6, "status"), text(7, "mode"))),
          Map.entry(
              "RMC",
              List.of(
                  text(2, "status"),
                  latitude(3),
                  longitude(5),
                  decimal(7, "speedKnots"),
                  decimal(8, "courseDegrees"),
                  east(10, "variationDegrees"),
                  text(12, "mode"))),
          Map.entry(
              "VTG",
              List.of(
                  decimal(1, "courseDegrees"),
                  decimal(3, "courseMagneticDegrees"),
                  decimal(5, "speedKnots"),
                  decimal(7, "speedKmh"),
                  text(9, "mode"))),
          Map.entry("ZDA", List.of(integer(5, "zoneHours"), integer(6, "zoneMinutes"))),
          Map.entry(
              "GST",
              List.of(
                  decimal(2, "rms"),
                  decimal(3, "majorM"),
                  decimal(4, "minorM"),
                  decimal(5, "orientationDegrees"),
                  decimal(6, "latitudeM"),
                  decimal(7, "longitudeM"),
                  decimal(8, "altitudeM"))),
          Map.entry(
              "GBS",
              List.of(
                  decimal(2, "latitudeM"),
                  decimal(3, "longitudeM"),
                  decimal(4, "altitudeM"),
                  integer(5, "failedSatellite"),
                  decimal(6, "probability"),
                  decimal(7, "biasM"),
                  decimal(8, "deviationM"))),
          Map.entry(
              "GSA",
              List.of(
                  text(1, "selection"),
                  integer(2, "fix"),
                  decimal(15, "pdop"),
                  decimal(16, "hdop"),
                  decimal(17, "vdop"))),
          Map.entry(
              "GSV", List.of(integer(1, "sentences"), integer(2, "number"), integer(3, "inView"))),
          Map.entry("HDT", List.of(decimal(1, "headingDegrees"))),
          Map.entry("THS", List.of(decimal(1, "headingDegrees"), text(2, "mode"))),
          Map.entry("HDM", List.of(decimal(1, "headingMagneticDegrees"))),
          Map.entry(
              "HDG",
              List.of(
                  decimal(1, "headingMagneticDegrees"),
                  east(2, "deviationDegrees"),
                  east(4, "variationDegrees"))),
          Map.entry("ROT", List.of(decimal(1, "turnDegreesPerMinute"), text(2, "status"))),
          Map.entry("DPT", List.of(decimal(1, "depthM"), decimal(2, "offsetM"))),
          Map.entry("DBT", List.of(decimal(3, "depthM"))),
          Map.entry("DBS", List.of(decimal(3, "depthM"))),
          Map.entry("DBK", List.of(decimal(3, "depthM"))),
          Map.entry("MTW", List.of(decimal(1, "waterCelsius"))),
          Map.entry(
              "MWV",
              List.of(
                  decimal(1, "windAngleDegrees"),
                  text(2, "reference"),
                  decimal(3, "windSpeed"),
                  text(4, "windSpeedUnit"),
                  text(5, "status"))),
          Map.entry(
              "MWD",
              List.of(
                  decimal(1, "windDirectionDegrees"),
                  decimal(3, "windDirectionMagneticDegrees"),
                  decimal(5, "windSpeedKnots"),
                  decimal(7, "windSpeedMs"))),
          Map.entry(
              "VHW",
              List.of(
                  decimal(1, "headingDegrees"),
                  decimal(3, "headingMagneticDegrees"),
                  decimal(5, "speedKnots"),
                  decimal(7, "speedKmh"))),
          Map.entry("VLW", List.of(decimal(1, "totalNm"), decimal(3, "sinceResetNm"))),
          Map.entry(
              "RPM",
              List.of(
                  text(1, "kind"),
                  integer(2, "number"),
                  decimal(3, "revolutionsPerMinute"),
                  decimal(4, "pitchPercent"),
                  text(5, "status"))),
          Map.entry(
              "RSA",
              List.of(
                  decimal(1, "starboardDegrees"),
                  text(2, "status"),
                  decimal(3, "portDegrees"),
                  text(4, "portStatus"))),
          Map.entry("XDR", List.of()),
          Map.entry(
              "TXT",
              List.of(
                  integer(1, "sentences"),
                  integer(2, "number"),
                  text(3, "identifier"),
                  text(4, "text"))));

  private static final int GSA_FIRST = 3;
  private static final int GSA_LAST = 14;
  private static final int GSV_FIRST = 4;
  private static final int GROUP = 4;

  private Layouts() {}

  static Map<String, Object> values(Sentence sentence) throws FieldRefused {
    List<Column> columns = ALL.get(sentence.type());
    Map<String, Object> values = new LinkedHashMap<>();
    if (columns == null) {
      values.put("fields", sentence.fields());
      return values;
    }
    for (Column column : columns) {
      Object value = Fields.read(sentence, column);
      if (value != null) {
        values.put(column.name(), value);
      }
    }
    switch (sentence.type()) {
      case "GSA" -> values.put("used", used(sentence));
      case "GSV" -> values.put("satellites", inView(sentence));
      case "XDR" -> values.put("transducers", transducers(sentence));
      default -> {}
    }
    return values;
  }

  private static List<Object> used(Sentence sentence) throws FieldRefused {
    List<Object> used = new ArrayList<>();
    for (int number = GSA_FIRST; number <= GSA_LAST; number++) {
      addIfThere(used, Fields.read(sentence, integer(number, "satellite")));
    }
    return used;
  }

  private static void addIfThere(List<Object> list, @Nullable Object value) {
    if (value != null) {
      list.add(value);
    }
  }

  /// Four fields each; one that is over is the signal's (since version 4.10).
  private static List<Object> inView(Sentence sentence) throws FieldRefused {
    return groups(
        sentence,
        GSV_FIRST,
        List.of(
            integer(0, "id"),
            decimal(1, "elevationDegrees"),
            decimal(2, "azimuthDegrees"),
            decimal(3, "snrDb")));
  }

  private static List<Object> transducers(Sentence sentence) throws FieldRefused {
    return groups(
        sentence,
        1,
        List.of(text(0, "type"), decimal(1, "value"), text(2, "unit"), text(3, "name")));
  }

  private static List<Object> groups(Sentence sentence, int first, List<Column> columns)
      throws FieldRefused {
    List<Object> groups = new ArrayList<>();
    for (int at = first; at + GROUP - 1 <= sentence.fields().size(); at += GROUP) {
      Map<String, Object> group = new LinkedHashMap<>();
      for (Column column : columns) {
        Object value =
            Fields.read(sentence, new Column(at + column.number(), column.name(), column.kind()));
        if (value != null) {
          group.put(column.name(), value);
        }
      }
      if (!group.isEmpty()) {
        groups.add(group);
      }
    }
    return groups;
  }

  /// Why the instrument itself does not stand by what it says; null where it does.
  static @Nullable String disclaimer(Sentence sentence, Map<String, Object> values) {
    if ("V".equals(values.get("status"))) {
      return "the instrument says that it is not valid: status V";
    }
    return switch (sentence.type()) {
      case "GGA" -> Long.valueOf(0).equals(values.get("fix")) ? "no fix" : null;
      case "GNS" -> isAll(values.get("mode"), 'N') ? "no fix" : null;
      case "RMC", "VTG", "GLL", "THS" ->
          "N".equals(values.get("mode"))
              ? "the instrument says that it is not valid: mode N"
              : null;
      default -> null;
    };
  }

  private static boolean isAll(@Nullable Object text, char letter) {
    return text instanceof String modes && modes.chars().allMatch(c -> c == letter);
  }
}
