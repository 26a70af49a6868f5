package io.tributary.adapter.serial.nmea;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tributary.adapter.measurement.Measurement;
import io.tributary.adapter.measurement.Quality;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/// The sentences and messages are published examples, with the values that are published with them.
class NmeaReaderTest {
  private final NmeaReader reader = new NmeaReader("gps");

  @Test
  void aPositionIsInDegrees() {
    Measurement measurement =
        said("$GPGGA,123519,4807.038,N,01131.000,E,1,08,0.9,545.4,M,46.9,M,,*47");
    assertEquals("gps/GPGGA", measurement.source());
    Map<String, Object> values = values(measurement);
    assertEquals(new BigDecimal("48.117300000"), values.get("latitude"));
    assertEquals(new BigDecimal("11.516666667"), values.get("longitude"));
    assertEquals(1L, values.get("fix"));
    assertEquals(8L, values.get("satellites"));
    assertEquals(new BigDecimal("545.4"), values.get("altitudeM"));
    assertNull(values.get("correctionAgeS"));
    assertNull(measurement.time(), "no date is known yet");
  }

  @Test
  void southAndWestAreNegative() {
    Map<String, Object> values =
        values(said(withChecksum("GPGLL,3751.65,S,14507.36,W,225444,A,A")));
    assertEquals(new BigDecimal("-37.860833333"), values.get("latitude"));
    assertEquals(new BigDecimal("-145.122666667"), values.get("longitude"));
  }

  @Test
  void aTimeOfDayIsOfTheDayThatIsNearest() {
    Measurement recommended =
        said(withChecksum("GPRMC,235959.50,A,4807.038,N,01131.000,E,022.4,084.4,230394,003.1,W"));
    assertEquals(Instant.parse("1994-03-23T23:59:59.500Z"), recommended.time());
    assertEquals(new BigDecimal("-3.1"), values(recommended).get("variationDegrees"));
    Measurement after = said(withChecksum("GPGGA,000000.25,4807.038,N,01131.000,E,1,08,0.9,,,,,,"));
    assertEquals(Instant.parse("1994-03-24T00:00:00.250Z"), after.time());
    Measurement before = said(withChecksum("GPGLL,4807.038,N,01131.000,E,235958,A,A"));
    assertEquals(Instant.parse("1994-03-23T23:59:58Z"), before.time());
    assertEquals(
        Instant.parse("2026-08-05T05:52:34.400Z"),
        said(withChecksum("GNZDA,055234.400,05,08,2026,00,00")).time());
  }

  @Test
  void aReceiverWithoutAFixHasNoValue() {
    for (String sentence :
        List.of(
            "GPGGA,123519,,,,,0,00,,,,,,,",
            "GPRMC,123519,V,4807.038,N,01131.000,E,,,230394,,",
            "GPGLL,,,,,123519,V,N")) {
      Measurement measurement = said(withChecksum(sentence));
      assertEquals(Quality.ERROR, measurement.quality(), sentence);
      assertNull(measurement.value());
      assertTrue(Objects.requireNonNull(measurement.reason()).matches("no fix|.*not valid.*"));
    }
  }

  @Test
  void satellitesAreGroupsOfFour() {
    Map<String, Object> values =
        values(said("$GPGSV,3,3,12,20,47,263,20,22,78,280,15,24,07,305,,30,57,127,31,0*63"));
    List<?> satellites = (List<?>) Objects.requireNonNull(values.get("satellites"));
    assertEquals(4, satellites.size());
    assertEquals(
        Map.of(
            "id", 24L,
            "elevationDegrees", new BigDecimal("07"),
            "azimuthDegrees", new BigDecimal("305")),
        satellites.get(2));
    values = values(said("$GNGSA,A,3,13,27,37,,,,,,,,,,1.5,0.9,1.2,4*39"));
    assertEquals(List.of(13L, 27L, 37L), values.get("used"));
    assertEquals(new BigDecimal("1.2"), values.get("vdop"));
  }

  @Test
  void whatIsNotKnownKeepsItsFields() {
    assertEquals(
        Map.of("fields", List.of("103", "05", "10")),
        values(said(withChecksum("PGRMX,103,05,10"))));
  }

  @Test
  void whatCannotBeIsNoValue() {
    for (String sentence :
        List.of(
            "GPGGA,123519,9107.038,N,01131.000,E,1,08,0.9,545.4,M,46.9,M,,",
            "GPGGA,123519,4867.038,N,01131.000,E,1,08,0.9,545.4,M,46.9,M,,",
            "GPGGA,123519,4807.038,X,01131.000,E,1,08,0.9,545.4,M,46.9,M,,",
            "GPGGA,123519,4807.038,N,18131.000,E,1,08,0.9,545.4,M,46.9,M,,",
            "GPGGA,123519,4807.038,N,01131.000,E,1,08,0.9,54O.4,M,46.9,M,,",
            "GPGGA,253519,4807.038,N,01131.000,E,1,08,0.9,545.4,M,46.9,M,,",
            "GPRMC,123519,A,4807.038,N,01131.000,E,022.4,084.4,310294,003.1,W",
            "AIVDM,1,1,,B,177KQJ5000G?tO`K>RA1wUbN0T~H,0",
            "AIVDM,1,1,,B,177KQJ,0",
            "AIVDM,1,2,,B,177KQJ,0",
            "AIVDM,x,1,,B,177KQJ,0")) {
      assertInstanceOf(NmeaReader.Outcome.Impossible.class, read(withChecksum(sentence)), sentence);
    }
  }

  @Test
  void aShipTellsWhereItIs() {
    Measurement measurement = said("!AIVDM,1,1,,B,177KQJ5000G?tO`K>RA1wUbN0TKH,0*5C");
    assertEquals("gps/477553000", measurement.source());
    Map<String, Object> values = values(measurement);
    assertEquals(1, values.get("type"));
    assertEquals(477553000L, values.get("mmsi"));
    assertEquals(5L, values.get("status"));
    assertEquals(new BigDecimal("0.0"), values.get("speedKnots"));
    assertEquals(-122.345833, number(values.get("longitude")), 1e-6);
    assertEquals(47.582833, number(values.get("latitude")), 1e-6);
    assertEquals(51.0, number(values.get("courseDegrees")));
    assertEquals(181L, values.get("headingDegrees"));
    assertEquals(15L, values.get("second"));
  }

  @Test
  void aMessageOfTwoSentencesIsJoined() {
    String first =
        "!AIVDM,2,1,1,A,55?MbV02;H;s<HtKR20EHE:0@T4@Dn2222222216L961O5Gf0NSQEp6ClRp8,0*1C";
    String second = "!AIVDM,2,2,1,A,88888888880,2*25";
    assertInstanceOf(NmeaReader.Outcome.Part.class, read(first));
    Measurement measurement = said(second);
    Map<String, Object> values = values(measurement);
    assertEquals(351759000L, values.get("mmsi"));
    assertEquals(9134270L, values.get("imo"));
    assertEquals("3FOF8", values.get("callsign"));
    assertEquals("EVER DIADEM", values.get("name"));
    assertEquals(70L, values.get("shipType"));
    assertEquals(225L, values.get("toBowM"));
    assertEquals(70L, values.get("toSternM"));
    assertEquals(1L, values.get("toPortM"));
    assertEquals(31L, values.get("toStarboardM"));
    assertEquals("05-15T14:00Z", values.get("eta"));
    assertEquals(new BigDecimal("12.2"), values.get("draughtM"));
    assertEquals("NEW YORK", values.get("destination"));
    assertEquals(first + "\r\n" + second, new String(measurement.raw(), StandardCharsets.US_ASCII));
    assertEquals(0, reader.lostMessages());
  }

  @Test
  void halvesOfDifferentMessagesAreNotJoined() {
    String first =
        "!AIVDM,2,1,1,A,55?MbV02;H;s<HtKR20EHE:0@T4@Dn2222222216L961O5Gf0NSQEp6ClRp8,0*1C";
    assertInstanceOf(NmeaReader.Outcome.Part.class, read(first));
    assertInstanceOf(NmeaReader.Outcome.Part.class, read(first));
    assertEquals(1, reader.lostMessages());
    assertInstanceOf(
        NmeaReader.Outcome.Part.class, read(withChecksum("AIVDM,2,2,1,B,88888888880,2")));
    long later = Fragments.PATIENCE.toNanos() + 1;
    assertInstanceOf(
        NmeaReader.Outcome.Part.class,
        reader.read(sentence("!AIVDM,2,2,1,A,88888888880,2*25"), later));
    assertEquals(4, reader.lostMessages());
    for (int message = 0; message < 3 * Fragments.WAITING_MOST; message++) {
      reader.read(sentence(withChecksum("AIVDM,2,1," + message + ",C,88888888880,2")), later);
    }
    assertEquals(4 + 2 * Fragments.WAITING_MOST, reader.lostMessages());
  }

  /// The number of a message comes again: what is left of one must not be taken for the rest of the next.
  @Test
  void sentencesAreJoinedOnlyAsTheyFollowEachOther() {
    String first = withChecksum("AIVDM,3,1,7,A,55?MbV02;H;s<HtKR20EHE:0@T4@,0");
    String second = withChecksum("AIVDM,3,2,7,A,Dn2222222216L961O5Gf0NSQEp6ClRp8,0");
    String third = withChecksum("AIVDM,3,3,7,A,88888888880,2");
    for (List<String> some :
        List.of(
            List.of(second, third),
            List.of(first, third),
            List.of(third),
            List.of(first, second),
            List.of(second, first, third))) {
      for (String each : some) {
        assertInstanceOf(NmeaReader.Outcome.Part.class, read(each), some.toString());
      }
    }
    assertInstanceOf(NmeaReader.Outcome.Part.class, read(first));
    assertInstanceOf(NmeaReader.Outcome.Part.class, read(second));
    assertEquals("EVER DIADEM", values(said(third)).get("name"));
    assertEquals(5, reader.lostMessages());
  }

  @Test
  void theTimeOfATagBlockIsTheMessages() {
    String block = "s:r003669945,c:1120959341";
    String tag = "\\%s*%02X\\".formatted(block, block.chars().reduce(0, (a, b) -> a ^ b));
    Measurement measurement =
        assertInstanceOf(
                NmeaReader.Outcome.Said.class,
                reader.read(sentence(tag + "!AIVDM,1,1,,B,177KQJ5000G?tO`K>RA1wUbN0TKH,0*5C"), 0))
            .measurement();
    assertEquals(Instant.ofEpochSecond(1120959341), measurement.time());
  }

  private Measurement said(String text) {
    return assertInstanceOf(NmeaReader.Outcome.Said.class, read(text), text).measurement();
  }

  private NmeaReader.Outcome read(String text) {
    return reader.read(sentence(text), 0);
  }

  private static Sentence sentence(String text) {
    List<Sentences.Piece> pieces =
        Sentences.of(text.getBytes(StandardCharsets.US_ASCII), true).pieces();
    return assertInstanceOf(Sentences.Piece.Whole.class, pieces.getFirst(), text).sentence();
  }

  private static String withChecksum(String sentence) {
    String start = sentence.startsWith("AI") ? "!" : "$";
    return "%s%s*%02X".formatted(start, sentence, sentence.chars().reduce(0, (a, b) -> a ^ b));
  }

  @SuppressWarnings("unchecked")
  private static Map<String, Object> values(Measurement measurement) {
    assertEquals(Quality.GOOD, measurement.quality());
    return (Map<String, Object>) Objects.requireNonNull(measurement.value());
  }

  private static double number(Object value) {
    return ((Number) Objects.requireNonNull(value)).doubleValue();
  }
}
