package io.tributary.adapter.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.grack.nanojson.JsonArray;
import com.grack.nanojson.JsonParser;
import com.grack.nanojson.JsonParserException;
import com.grack.nanojson.JsonWriter;
import io.tributary.adapter.measurement.JsonMeasurement;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// Where a body is cut.
class JsonTextsTest {
  @Test
  void anArrayIsCutIntoTheTextsOfItsElements() throws RequestRefused {
    assertEquals(
        List.of("1.50", "\"a,]\\\"[\"", "[2,3]", "{\"a\":[1,{}],\"b\":\"}\"}", "null"),
        array(" [1.50, \"a,]\\\"[\" ,[2,3],\n{\"a\":[1,{}],\"b\":\"}\"}\t, null ] \r\n"));
    assertEquals(List.of(), array("[]"));
    assertEquals(List.of(), array(" [ \n ] "));
    assertEquals(List.of("[]"), array("[[]]"));
  }

  @Test
  void numbersKeepTheirDigits() throws RequestRefused {
    assertEquals(
        List.of("0.1000000000000000055", "1E+400", "-0.0", "18446744073709551616"),
        array("[0.1000000000000000055,1E+400,-0.0,18446744073709551616]"));
  }

  @Test
  void anythingElseIsOneText() throws RequestRefused {
    assertEquals(List.of("{\"a\":[1,2]}"), array("\n{\"a\":[1,2]}\n"));
    assertEquals(List.of(""), array("")); // which is no JSON
  }

  @Test
  void linesAreCutAtTheirEndsAndCountedWithTheEmptyOnes() throws RequestRefused {
    JsonTexts texts = JsonTexts.ofLines("1\r\n\n  \n{\"a\":2}\n\n3");
    assertEquals("1", texts.next());
    assertEquals("line 1", texts.place());
    assertEquals("{\"a\":2}", texts.next());
    assertEquals("line 4", texts.place());
    assertEquals("3", texts.next());
    assertEquals("line 6", texts.place());
    assertNull(texts.next());
  }

  @Test
  void whatIsNoArrayIsNotTaken() {
    for (String text :
        List.of(
            "[",
            "[1",
            "[1,",
            "[1,]",
            "[,1]",
            "[1 2]",
            "[1]]",
            "[1] 2",
            "[\"a]",
            "[{]}]",
            "[\u20031]")) {
      assertNull(readings(text), text);
    }
  }

  /// The parser of the whole is the oracle: what it takes is cut into as many texts, each equal to its element; what it does not
  /// take has a piece that it does not take either.
  @Test
  void cutsWhateverAParserOfTheWholeTakesAndNothingElse() {
    Random random = new Random(20261129);
    int taken = 0;
    for (int i = 0; i < 20_000; i++) {
      StringBuilder text = new StringBuilder(arrayText(random));
      for (int faults = random.nextInt(3); faults > 0 && !text.isEmpty(); faults--) {
        int at = random.nextInt(text.length());
        switch (random.nextInt(3)) {
          case 0 -> text.deleteCharAt(at);
          case 1 -> text.insert(at, "[]{},:\"\\ 1".charAt(random.nextInt(10)));
          default -> text.setLength(at);
        }
      }
      JsonArray whole = whole(text.toString());
      List<String> pieces =
          text.toString().strip().startsWith("[") ? readings(text.toString()) : null;
      assertEquals(whole == null, pieces == null, text::toString);
      if (whole != null && pieces != null) {
        taken++;
        assertEquals(
            JsonWriter.string(whole),
            JsonWriter.string(whole("[" + String.join(",", pieces) + "]")));
        assertEquals(whole.size(), pieces.size(), text::toString);
      }
    }
    assertEquals(true, taken > 5000, "taken " + taken);
  }

  private static String arrayText(Random random) {
    StringBuilder text = new StringBuilder(" ".repeat(random.nextInt(2))).append('[');
    int count = random.nextInt(4);
    for (int i = 0; i < count; i++) {
      text.append(i == 0 ? "" : ",").append(" ".repeat(random.nextInt(2))).append(value(random, 0));
    }
    return text.append(']').toString();
  }

  private static String value(Random random, int depth) {
    return switch (random.nextInt(depth > 3 ? 4 : 6)) {
      case 0 -> Integer.toString(random.nextInt(2000) - 1000);
      case 1 ->
          "\"" + List.of("", ",", "]", "\\\"", "\\\\", "[{", "é").get(random.nextInt(7)) + "\"";
      case 2 -> "true";
      case 3 -> "null";
      case 4 ->
          "["
              + value(random, depth + 1)
              + (random.nextBoolean() ? "," + value(random, depth + 1) : "")
              + "]";
      default -> "{\"k]\":" + value(random, depth + 1) + "}";
    };
  }

  private static @Nullable JsonArray whole(String text) {
    try {
      return JsonParser.any().withLazyNumbers().from(text) instanceof JsonArray array
          ? array
          : null;
    } catch (JsonParserException e) {
      return null;
    }
  }

  /// The texts, if all of it is JSON.
  private static @Nullable List<String> readings(String text) {
    try {
      List<String> all = array(text);
      all.forEach(each -> JsonMeasurement.read(each, "s"));
      return all;
    } catch (RequestRefused | IllegalArgumentException e) {
      return null;
    }
  }

  private static List<String> array(String text) throws RequestRefused {
    JsonTexts texts = JsonTexts.ofArrayOrOne(text);
    List<String> all = new ArrayList<>();
    for (String each; (each = texts.next()) != null; ) {
      all.add(each);
    }
    return all;
  }

  @Test
  void anArrayThatDoesNotEndSaysWhere() {
    RequestRefused refused = assertThrows(RequestRefused.class, () -> array("[1,[2"));
    assertEquals("the array does not end: element 2 is cut short", refused.text());
  }
}
