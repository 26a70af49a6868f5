package io.tributary.adapter.mqtt.mapping;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JsonPathTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "a     | {\"a\":1}                                   | 1",
        "a     | { \"b\" : [1,{\"a\":9},\"]\"] , \"a\" : -2.5e3 }  | -2.5e3",
        "a     | {\"b\":{\"a\":9},\"a\":\"x y\"}                 | x y",
        "a     | {\"a\":true,\"b\":2}                          | true",
        "a.b   | {\"a\":{\"c\":\"}\",\"b\":\"deep\"}}                | deep",
        "a.b.c | {\"a\":{\"b\":{\"c\":7}}}                       | 7",
        "a     | {\"a\":\"q\\\"uo\\\\te\\u0041\\/\"}              | q\"uo\\teA/",
        "é     | {\"\\u00e9\":\"ü\"}                           | ü",
        "a     | {\"a\":1,\"a\":2}                             | 1",
        "a     | {\"a\":1 broken                             | 1",
      })
  void findsAField(String path, String json, String value) {
    assertEquals(value, find(path, json));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "  ",
        "1",
        "[]",
        "{",
        "{}",
        "{\"a\"",
        "{\"a\":",
        "{\"a\":}",
        "{\"a\":null}",
        "{\"a\":{\"b\":1}}",
        "{\"a\":[1]}",
        "{\"a\":\"open",
        "{\"a\":\"bad\\x\"}",
        "{\"a\":\"bad\\u12\"}",
        "{\"a\":nonsense}",
        "{\"b\":1 \"a\":1}",
        "{\"b\":[1,\"a\":1}",
        "{\"b\",\"a\":1}",
        "{b:1,\"a\":1}",
        "{\"A\":1}",
      })
  void answersNothingWhereThereIsNoSuchField(String json) {
    assertNull(find("a", json));
  }

  @Test
  void survivesDeepNestingAndRubbish() {
    assertNull(find("a", "{\"b\":" + "[".repeat(100_000)));
    assertEquals("1", find("a", "{\"b\":" + "[".repeat(9999) + "]".repeat(9999) + ",\"a\":1}"));
    Random random = new Random(1);
    byte[] alphabet = "{}[]\",:\\au01 ".getBytes(StandardCharsets.UTF_8);
    JsonPath path = new JsonPath("a.u");
    for (int i = 0; i < 100_000; i++) {
      byte[] json = new byte[random.nextInt(24)];
      for (int j = 0; j < json.length; j++) {
        json[j] = alphabet[random.nextInt(alphabet.length)];
      }
      String found = path.find(json);
      assert found == null || found.length() <= json.length;
    }
  }

  @Test
  void aPathHasNoEmptySteps() {
    assertThrows(IllegalArgumentException.class, () -> new JsonPath(""));
    assertThrows(IllegalArgumentException.class, () -> new JsonPath("a..b"));
  }

  @ParameterizedTest
  @CsvSource({
    "1700000000123,                 1700000000123",
    "0,                             0",
    "1.7e12,                        1700000000000",
    "1700000000123.9,               1700000000123",
    "2013-12-02T21:15:00Z,          1386018900000",
    "2013-12-02T21:15:00.123+02:00, 1386011700123",
    "-1,                            -1",
    "1e300,                         -1",
    "99999999999999999,             -1",
    "2013-12-02T21:15:00,           -1",
    "2013-12-02 21:15:00,           -1",
    "2013-13-02T21:15:00Z,          -1",
    "NaN,                           -1",
    "0x10,                          -1",
    "Infinity,                      -1",
    "true,                          -1",
  })
  void readsTimestamps(String text, long expected) {
    assertEquals(expected, Timestamps.parse(text));
  }

  private static @Nullable String find(String path, String json) {
    return new JsonPath(path).find(json.getBytes(StandardCharsets.UTF_8));
  }
}
