package io.tributary.adapter.file;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WrittenTimeTest {
  private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");

  @ParameterizedTest
  @CsvSource({
    "iso,2026-11-29T01:02:03.25Z,2026-11-29T01:02:03.250Z",
    "iso,2026-11-29T02:02:03+01:00,2026-11-29T01:02:03Z",
    "iso,2026-11-29T01:02:03,2026-11-29T01:02:03Z",
    "epoch-s,17,1970-01-01T00:00:17Z",
    "epoch-s,1764378123.250000001,2025-11-29T01:02:03.250000001Z",
    "epoch-ms,1764378123250,2025-11-29T01:02:03.250Z",
    "epoch-ms,1.5,1970-01-01T00:00:00.001500Z",
    "dd.MM.yyyy HH:mm:ss,29.11.2026 01:02:03,2026-11-29T01:02:03Z",
    "uuuu/M/d H:mm,2026/1/9 1:02,2026-01-09T01:02:00Z",
    "yyyyMMdd,20261129,2026-11-29T00:00:00Z",
    "yyyy-MM-dd HH:mm:ss xx,2026-11-29 01:02:03 +0100,2026-11-29T00:02:03Z"
  })
  void readsWhatTheFormatSays(String format, String text, String expected) {
    assertEquals(Instant.parse(expected), WrittenTime.of(format, ZoneOffset.UTC).read(text));
  }

  @ParameterizedTest
  @CsvSource({
    "iso,2026-11-29",
    "iso,2026-02-30T00:00:00Z",
    "iso,yesterday",
    "iso,1969-12-31T23:59:59Z",
    "epoch-s,-1",
    "epoch-s,1e3",
    "epoch-s,' 1'",
    "epoch-s,999999999999999999",
    "epoch-ms,1.",
    "dd.MM.yyyy HH:mm,31.02.2026 00:00",
    "dd.MM.yyyy HH:mm,01.02.2026 24:00",
    "dd.MM.yyyy HH:mm,01.02.2026 00:00 x"
  })
  void whatIsNoTimeIsRefused(String format, String text) {
    WrittenTime time = WrittenTime.of(format, ZoneOffset.UTC);
    assertThrows(DateTimeException.class, () -> time.read(text));
  }

  @Test
  void theZoneCountsWhereTheTextHasNone() {
    WrittenTime time = WrittenTime.of("iso", BERLIN);
    assertEquals(Instant.parse("2026-07-01T10:00:00Z"), time.read("2026-07-01T12:00:00"));
    assertEquals(Instant.parse("2026-07-01T12:00:00Z"), time.read("2026-07-01T12:00:00Z"));
  }

  @Test
  void anHourThatIsLeftOutIsNoneAndOneThatComesTwiceIsTheFirst() {
    WrittenTime time = WrittenTime.of("iso", BERLIN);
    assertThrows(DateTimeException.class, () -> time.read("2026-03-29T02:30:00"));
    assertEquals(Instant.parse("2026-10-25T00:30:00Z"), time.read("2026-10-25T02:30:00"));
  }
}
