package io.tributary.adapter.serial;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

class FramerTest {
  private static final long GAP = 50;

  private final Heard heard = new Heard();

  @Test
  void delimitedFramesEndWithTheirDelimiter() {
    cutEverywhere(
        () -> new DelimitedFramer(bytes("\r\n"), 10),
        "one\r\n\r\ntwo\rx\nx\r\nthree",
        List.of("one", "", "two\rx\nx"),
        List.of());
    cutEverywhere(
        () -> new DelimitedFramer(bytes("\n"), 4),
        "1234\n12345678\n56\n",
        List.of("1234", "56"),
        List.of("12345", "678"));
  }

  @Test
  void countedFramesBeginAnewAfterASilence() {
    cutEverywhere(() -> new CountedFramer(3, GAP), "abcdefg", List.of("abc", "def"), List.of());
    Framer framer = new CountedFramer(3, GAP);
    take(framer, "ab", 0);
    assertEquals(GAP, framer.patienceNanos());
    framer.idle(GAP - 1, heard);
    take(framer, "c", GAP - 1);
    take(framer, "de", 100);
    framer.idle(100 + GAP, heard);
    take(framer, "fgh", 1000);
    take(framer, "i", 2000);
    take(framer, "jkl", 3000);
    assertEquals(List.of("abc", "fgh", "jkl"), heard.whole);
    assertEquals(List.of("de", "i"), heard.passedOver);
  }

  @Test
  void aGapEndsAFrame() {
    Framer framer = new GapFramer(GAP, 4);
    take(framer, "a", 0);
    take(framer, "b", GAP - 1);
    take(framer, "c", 2 * GAP);
    framer.idle(3 * GAP, heard);
    take(framer, "too long", 1000);
    framer.idle(1000 + GAP, heard);
    take(framer, "d", 2000);
    framer.reset(heard);
    assertEquals(List.of("ab", "c"), heard.whole);
    assertEquals(List.of("too ", "long", "d"), heard.passedOver);
  }

  @Test
  void enclosedFramesKeepTheirEnds() {
    Supplier<Framer> framer = () -> new EnclosedFramer(bytes("<"), bytes(">"), 8);
    cutEverywhere(
        framer,
        "x<a>y<b<c>><1234567",
        List.of("<a>", "<c>"),
        List.of("x", "y", "<b", ">", "<1234567"));
    cutEverywhere(
        () -> new EnclosedFramer(bytes("aa"), bytes("a"), 8), "aaaaab", List.of("aaa"), List.of());
  }

  @Test
  void telegramsBeginAndEndAtTheBeginningOfALine() {
    cutEverywhere(
        () -> new TelegramFramer(30),
        "1!9\n/id\n0(a/b!)\n!1234\r\nx/half\n/id\n!\n/long7890123456789012345678901",
        List.of("/id\n0(a/b!)\n!1234\r\n", "/id\n!\n"),
        List.of("1!9\n", "x", "/half\n", "/long7890123456789012345678901"));
    cutEverywhere(
        () -> new TelegramFramer(30),
        "/a\n!1234/b\n!5678\n",
        List.of("/a\n!1234", "/b\n!5678\n"),
        List.of());
  }

  @Test
  void whatIsUnderWayWhenTheLineEndsIsPassedOver() {
    for (Framer framer :
        List.of(
            new DelimitedFramer(bytes("\n"), 10),
            new CountedFramer(10, GAP),
            new GapFramer(GAP, 10),
            new EnclosedFramer(bytes("a"), bytes("z"), 10),
            new TelegramFramer(10))) {
      heard.passedOver.clear();
      take(framer, "ab", 0);
      framer.reset(heard);
      assertEquals(List.of("ab"), heard.passedOver);
      framer.reset(heard);
      assertEquals(1, heard.passedOver.size());
    }
    assertEquals(List.of(), heard.whole);
  }

  /// Whatever comes, no byte is told twice and none is forgotten; and what is under way stays below its bound.
  @Test
  void everyByteIsInAFrameOrPassedOver() {
    for (long seed = 0; seed < 500; seed++) {
      Random random = new Random(seed);
      byte[] noise = new byte[random.nextInt(200)];
      for (int i = 0; i < noise.length; i++) {
        noise[i] = (byte) "ab\n/!<>".charAt(random.nextInt(7));
      }
      for (Framer framer :
          List.of(
              new CountedFramer(7, GAP),
              new GapFramer(GAP, 7),
              new EnclosedFramer(bytes("<"), bytes(">"), 7),
              new TelegramFramer(7))) {
        Heard all = new Heard();
        for (int i = 0; i < noise.length; i++) {
          long now = i + (random.nextInt(10) == 0 ? GAP : 0);
          framer.take(new byte[] {noise[i]}, 1, now, all);
        }
        framer.reset(all);
        assertEquals(
            new String(noise, StandardCharsets.US_ASCII),
            String.join("", all.order),
            framer.toString());
      }
    }
  }

  private void cutEverywhere(
      Supplier<Framer> framer, String text, List<String> whole, List<String> passedOver) {
    for (int cut = 0; cut <= text.length(); cut++) {
      Heard each = new Heard();
      Framer cutting = framer.get();
      cutting.take(bytes(text.substring(0, cut)), cut, 0, each);
      cutting.take(bytes(text.substring(cut)), text.length() - cut, 0, each);
      assertEquals(whole, each.whole, "cut at " + cut);
      assertEquals(passedOver, each.passedOver, "cut at " + cut);
    }
  }

  private void take(Framer framer, String text, long nowNanos) {
    framer.take(bytes(text), text.length(), nowNanos, heard);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  private static final class Heard implements Framer.Frames {
    final List<String> whole = new ArrayList<>();
    final List<String> passedOver = new ArrayList<>();
    final List<String> order = new ArrayList<>();

    @Override
    public void whole(byte[] frame) {
      whole.add(new String(frame, StandardCharsets.ISO_8859_1));
      order.add(whole.getLast());
    }

    @Override
    public void passedOver(byte[] bytes, String why) {
      passedOver.add(new String(bytes, StandardCharsets.ISO_8859_1));
      order.add(passedOver.getLast());
    }
  }
}
