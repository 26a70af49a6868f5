package io.tributary.adapter.file;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CsvReaderTest {
  private final CsvReader csv = new CsvReader(',');

  /// RFC 4180, section 2, rules 1 to 7.
  @Test
  void readsWhatTheStandardShows() {
    assertEquals(List.of("aaa", "bbb", "ccc"), csv.fields("aaa,bbb,ccc"));
    assertEquals(List.of("aaa", "bbb", "ccc"), csv.fields("\"aaa\",\"bbb\",\"ccc\""));
    assertEquals(List.of("aaa", "b\r\nbb", "ccc"), csv.fields("\"aaa\",\"b\r\nbb\",\"ccc\""));
    assertEquals(List.of("aaa", "b\"bb", "ccc"), csv.fields("\"aaa\",\"b\"\"bb\",\"ccc\""));
    assertEquals(List.of(" a ", "b,b"), csv.fields(" a ,\"b,b\""));
  }

  @Test
  void emptyFieldsAreFields() {
    assertEquals(List.of(""), csv.fields(""));
    assertEquals(List.of("", ""), csv.fields(","));
    assertEquals(List.of("a", "", "", ""), csv.fields("a,\"\",,"));
    assertEquals(List.of("\""), csv.fields("\"\"\"\""));
  }

  @Test
  void otherDelimitersLeaveCommasAlone() {
    assertEquals(List.of("1,5", "x;y"), new CsvReader(';').fields("1,5;\"x;y\""));
    assertEquals(List.of("1,5", "", "z"), new CsvReader('\t').fields("1,5\t\tz"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      quoteCharacter = '\'',
      value = {
        "a,b\"c~a quote within a field that does not begin with one, at character 4",
        "5\" pipe,1~a quote within a field that does not begin with one, at character 2",
        "\"a\"b,c~neither a delimiter nor the end behind a quote, at character 4",
        "a,\"b~a quote is not closed",
        "a,\"b\"\"~a quote is not closed"
      })
  void whatIsNoRecordIsRefusedWithItsPlace(String record, String why) {
    assertEquals(
        why, assertThrows(IllegalArgumentException.class, () -> csv.fields(record)).getMessage());
  }

  @Test
  void aRecordEndsAtTheFirstNewlineThatNoQuoteHolds() {
    assertEquals(3, end("a,b\nc"));
    assertEquals(4, end("a,b\r\nc"));
    assertEquals(9, end("\"a\n\"\"b\",c\nd"));
    assertEquals(0, end("\n"));
    assertEquals(7, end("a\"b\"c,d\n"));
    assertEquals(5, end("\"a\"b\"\n"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "aaa,bbb,ccc\n",
        "\"a\n,\"\"a\",\"\",\r\n",
        "\"\",\"\n\n\"\n",
        "ä,\"€\n\"\"😀\"\n",
        "a\"b,c\n"
      })
  void cutAtAnyByteItHasNoEndYet(String record) {
    byte[] bytes = record.getBytes(StandardCharsets.UTF_8);
    for (int to = 0; to < bytes.length; to++) {
      assertEquals(-1, csv.end(bytes, 0, to), "cut at " + to);
    }
    assertEquals(bytes.length - 1, csv.end(bytes, 0, bytes.length));
  }

  @Test
  void whatIsWrittenIsReadWholeFromManyRecords() {
    Random random = new Random(4180);
    for (int round = 0; round < 500; round++) {
      List<List<String>> records = new ArrayList<>();
      StringBuilder text = new StringBuilder();
      for (int i = random.nextInt(5) + 1; i > 0; i--) {
        List<String> fields = new ArrayList<>();
        for (int f = random.nextInt(4) + 1; f > 0; f--) {
          fields.add(field(random));
        }
        records.add(fields);
        text.append(String.join(",", fields.stream().map(CsvReaderTest::quoted).toList()))
            .append(random.nextBoolean() ? "\r\n" : "\n");
      }
      assertEquals(records, read(text.toString()));
    }
  }

  private List<List<String>> read(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    List<List<String>> records = new ArrayList<>();
    int at = 0;
    while (at < bytes.length) {
      int end = csv.end(bytes, at, bytes.length);
      int to = end > at && bytes[end - 1] == '\r' ? end - 1 : end;
      records.add(csv.fields(new String(bytes, at, to - at, StandardCharsets.UTF_8)));
      at = end + 1;
    }
    return records;
  }

  private static String field(Random random) {
    StringBuilder field = new StringBuilder();
    for (int i = random.nextInt(6); i > 0; i--) {
      field.appendCodePoint("ab,\"\n\r;€ 1".codePointAt(random.nextInt(10)));
    }
    return field.toString();
  }

  private static String quoted(String field) {
    boolean isPlain = field.chars().allMatch(c -> "ab;€ 1".indexOf(c) >= 0);
    return isPlain ? field : '"' + field.replace("\"", "\"\"") + '"';
  }

  private int end(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    return csv.end(bytes, 0, bytes.length);
  }
}
