package io.tributary.smartmodule;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tributary.record.Header;
import io.tributary.record.Record;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

final class DeadLetterTest {
  private static final byte[] KEY = {1};
  private static final byte[] VALUE = {2, 3};
  private static final Record RECORD =
      new Record(17, KEY, VALUE, List.of(new Header("unit", "C".getBytes(UTF_8))));

  private final DeadLetter why =
      new DeadLetter(4, "halve", GuestFailed.Reason.OUTPUT_SIZE, "😀".repeat(400));

  @Test
  void tellsWhereTheRecordIsAndWhyAsLongAsThereIsRoom() {
    List<Record> letters = why.letters(RECORD, new DeadLetter.Place("p", "hot", 3, 99));
    assertEquals(3, letters.size());

    Record whole = letters.get(0);
    assertEquals(17, whole.timestampMs());
    assertArrayEquals(KEY, whole.key());
    assertArrayEquals(VALUE, whole.value());
    Map<String, String> headers = headers(whole);
    assertEquals("C", headers.get("unit"));
    assertEquals("p", headers.get("dead-letter.pipeline"));
    assertEquals("halve", headers.get("dead-letter.module"));
    assertEquals("output-size", headers.get("dead-letter.reason"));
    assertEquals("hot", headers.get("dead-letter.topic"));
    assertEquals("3", headers.get("dead-letter.partition"));
    assertEquals("99", headers.get("dead-letter.offset"));
    assertNull(headers.get("dead-letter.left-out"));

    assertNull(letters.get(1).value());
    assertArrayEquals(KEY, letters.get(1).key());
    assertEquals("C", headers(letters.get(1)).get("unit"));
    assertEquals("value", headers(letters.get(1)).get("dead-letter.left-out"));

    assertNull(letters.get(2).key());
    assertNull(headers(letters.get(2)).get("unit"));
    assertEquals("everything", headers(letters.get(2)).get("dead-letter.left-out"));
  }

  @Test
  void itsHeadersAreBounded() {
    DeadLetter wordy =
        new DeadLetter(0, "/".repeat(4_000), GuestFailed.Reason.TRAP, "€".repeat(10_000));
    String topic = "t".repeat(249);
    DeadLetter.Place place =
        new DeadLetter.Place("ß".repeat(100), topic, Integer.MAX_VALUE, Long.MAX_VALUE);
    for (Record letter : wordy.letters(RECORD, place)) {
      int bytes = 0;
      for (Header header : letter.headers()) {
        bytes += header.key().length() + Objects.requireNonNull(header.value()).length + 6;
      }
      assertTrue(bytes <= DeadLetter.HEADER_BYTES_MOST, "takes " + bytes);
    }
  }

  /// Half of a pair of surrogates is no text.
  @Test
  void isNotCutWithinALetter() {
    DeadLetter odd = new DeadLetter(0, "m", GuestFailed.Reason.TRAP, "x" + "😀".repeat(400));
    for (DeadLetter each : List.of(why, odd)) {
      Record letter = each.letters(RECORD, new DeadLetter.Place("", "hot", -1, -1)).get(0);
      String text = headers(letter).get("dead-letter.text");
      assertTrue(!text.contains("?") && text.endsWith("…"), text);
      assertNull(headers(letter).get("dead-letter.partition"));
      assertNull(headers(letter).get("dead-letter.offset"));
      assertNull(headers(letter).get("dead-letter.pipeline"));
    }
  }

  private static Map<String, String> headers(Record record) {
    Map<String, String> headers = new LinkedHashMap<>();
    for (Header header : record.headers()) {
      headers.put(header.key(), new String(Objects.requireNonNull(header.value()), UTF_8));
    }
    return headers;
  }
}
