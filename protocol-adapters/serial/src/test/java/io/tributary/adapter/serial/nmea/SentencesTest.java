package io.tributary.adapter.serial.nmea;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class SentencesTest {
  private static final String GGA =
      "$GPGGA,123519,4807.038,N,01131.000,E,1,08,0.9,545.4,M,46.9,M,,*47";

  @Test
  void aSentenceHasAnAddressAndFields() {
    Sentence sentence = whole(GGA, 0);
    assertEquals("GPGGA", sentence.address());
    assertEquals("GGA", sentence.type());
    assertEquals("123519", sentence.field(1));
    assertEquals("", sentence.field(14));
    assertEquals("", sentence.field(99));
    assertEquals(GGA, sentence.text());
  }

  @Test
  void aMakersOwnAddressIsItsType() {
    assertEquals("PUBX", whole("$PUBX,40,GLL,0,0,0,0*5C", 0).type());
  }

  /// Any one character that is changed, taken out or put in is seen, save that a hexadecimal digit may be of either case.
  @Test
  void noDamageGoesUnseen() {
    for (int at = 0; at < GGA.length(); at++) {
      String cut = GGA.substring(0, at) + GGA.substring(at + 1);
      assertTrue(nothingOf(cut), cut);
      for (char c = ' '; c <= '~'; c++) {
        String changed = GGA.substring(0, at) + c + GGA.substring(at + 1);
        boolean isSame = changed.equalsIgnoreCase(GGA) && at > GGA.indexOf('*');
        // A `!` in the place of the `$` is no damage that a checksum could see.
        boolean isOtherStart = at == 0 && c == '!';
        assertEquals(isSame || changed.equals(GGA) || isOtherStart, !nothingOf(changed), changed);
      }
    }
    for (int length = 0; length < GGA.length(); length++) {
      assertTrue(nothingOf(GGA.substring(0, length)), GGA.substring(0, length));
    }
  }

  @Test
  void aHalfSentenceDoesNotSpoilTheNext() {
    String line = "$GPGGA,123519,4807.038" + GGA + "$GPRMC";
    List<Sentences.Piece> pieces = of(line, true).pieces();
    assertEquals(3, pieces.size());
    assertEquals(SentenceFault.UNCHECKED, damaged(pieces.get(0)));
    assertInstanceOf(Sentences.Piece.Whole.class, pieces.get(1));
    assertEquals(SentenceFault.UNCHECKED, damaged(pieces.get(2)));
  }

  @Test
  void faultsAreTold() {
    assertEquals(
        SentenceFault.CHECKSUM, damaged(of(GGA.replace("*47", "*46"), true).pieces().get(0)));
    assertEquals(SentenceFault.UNCHECKED, damaged(of("$GPGGA,1", true).pieces().get(0)));
    assertEquals(SentenceFault.MALFORMED, damaged(of("$GPGGA,1\u0007*47", true).pieces().get(0)));
    assertEquals(SentenceFault.MALFORMED, damaged(of("$*00", true).pieces().get(0)));
    assertEquals(SentenceFault.MALFORMED, damaged(of(GGA + "x", true).pieces().get(0)));
  }

  @Test
  void aSentenceWithoutChecksumIsTakenWhereItNeedsNone() {
    assertEquals("1", whole("$GPGGA,1", 0, false).field(1));
    assertEquals(SentenceFault.CHECKSUM, damaged(of("$GPGGA,1*00", false).pieces().get(0)));
  }

  @Test
  void foreignCharactersAreTold() {
    assertTrue(of("# a comment", true).foreign());
    assertTrue(of("xx" + GGA, true).foreign());
    assertEquals(false, of(" ", true).foreign());
    assertEquals(false, of("", true).foreign());
  }

  @Test
  void aTagBlockBelongsToItsSentence() {
    String line = "\\s:station,c:1577836800*2B\\" + GGA;
    String block = "s:station,c:1577836800";
    String right = "\\%s*%02X\\%s".formatted(block, block.chars().reduce(0, (a, b) -> a ^ b), GGA);
    assertEquals(block, whole(right, 0).tag());
    assertEquals(false, of(right, true).foreign());
    boolean isRight = line.equals(right);
    assertEquals(!isRight, of(line, true).foreign());
  }

  private static boolean nothingOf(String line) {
    return of(line, true).pieces().stream().noneMatch(Sentences.Piece.Whole.class::isInstance);
  }

  private static Sentence whole(String line, int number) {
    return whole(line, number, true);
  }

  private static Sentence whole(String line, int number, boolean mustBeChecked) {
    return assertInstanceOf(
            Sentences.Piece.Whole.class, of(line, mustBeChecked).pieces().get(number))
        .sentence();
  }

  private static SentenceFault damaged(Sentences.Piece piece) {
    return assertInstanceOf(Sentences.Piece.Damaged.class, piece).fault();
  }

  private static Sentences.Found of(String line, boolean mustBeChecked) {
    return Sentences.of(line.getBytes(StandardCharsets.ISO_8859_1), mustBeChecked);
  }
}
