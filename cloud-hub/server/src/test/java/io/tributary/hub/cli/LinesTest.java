package io.tributary.hub.cli;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LinesTest {
  private static final int MOST = 8;

  private final List<String> found = new ArrayList<>();

  @Test
  void linesAreTheSameHoweverTheInputIsCut() throws Failure {
    String input = "one\n\ntwo\r\n\u00ff\u0000\nthree";
    List<String> lines = List.of("1:one", "2:", "3:two\r", "4:\u00ff\u0000", "5:three");
    for (int size = 1; size <= input.length(); size++) {
      assertEquals(lines, split(input, size, false), "blocks of " + size);
    }
  }

  @Test
  void anEmptyInputHasNoLineAndALastLineFeedBeginsNone() throws Failure {
    assertEquals(List.of(), split("", 1, false));
    assertEquals(List.of("1:a"), split("a\n", 2, false));
    assertEquals(List.of("1:"), split("\n", 1, false));
  }

  @Test
  void aWholeInputIsOneLine() throws Failure {
    assertEquals(List.of("1:a\nb\n"), split("a\nb\n", 3, true));
    assertEquals(List.of("1:"), split("", 1, true));
  }

  @Test
  void aLineThatIsTooLongIsNamedAndTheOnesBeforeItAreThere() {
    for (int size = 1; size < 16; size++) {
      int blocks = size;
      Failure refused =
          assertThrows(LineRefused.class, () -> split("12345678\n123456789\nx\n", blocks, false));
      assertEquals(List.of("1:12345678"), found, "blocks of " + size);
      assertTrue(refused.getMessage().startsWith("line 2 is larger than 8 B"), refused::toString);
    }
    assertThrows(LineRefused.class, () -> split("123456789", 1, true));
  }

  private List<String> split(String input, int size, boolean whole) throws Failure {
    found.clear();
    Lines lines = new Lines(whole, MOST);
    Lines.Sink sink =
        (number, bytes, from, to) ->
            found.add(number + ":" + new String(bytes, from, to - from, ISO_8859_1));
    byte[] bytes = input.getBytes(ISO_8859_1);
    for (int at = 0; at < bytes.length; at += size) {
      int length = Math.min(size, bytes.length - at);
      byte[] block = new byte[size];
      System.arraycopy(bytes, at, block, 0, length);
      lines.split(block, length, sink);
    }
    lines.end(sink);
    return List.copyOf(found);
  }
}
