package io.tributary.sim.field.modbus.capture;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

final class TcpStreamTest {
  private static final Endpoint CLIENT = new Endpoint("10.0.0.1", 40_000);
  private static final Endpoint SERVER = new Endpoint("10.0.0.2", 502);
  private static final int SYN = 0x02;

  private final TcpStream stream = new TcpStream();
  private int number;

  @Test
  void putsInOrderWhatComesInAnother() {
    add(1000, "ab");
    add(1004, "ef");
    add(1002, "cd");
    add(998, "yz");
    assertRuns("-2 yzabcdef");
    assertArrayEquals(new int[] {3, 3, 0, 0, 2, 2, 1, 1}, stream.runs().getFirst().numbers());
  }

  @Test
  void theFirstCopyOfAByteCounts() {
    add(10, "abc");
    add(10, "ABC"); // again
    add(15, "fg");
    add(8, "..XXXde!!h"); // over both
    assertRuns("-2 ..abcdefgh");
  }

  @Test
  void passesTheEndOfTheSequenceNumbers() {
    add(0xfffffffeL, "ab");
    add(2, "ef");
    add(0, "cd");
    assertRuns("0 abcdef");
  }

  @Test
  void aSynTakesASequenceNumber() {
    stream.add(new Segment(number++, CLIENT, SERVER, 99, SYN, new byte[0]));
    add(100, "ab");
    assertRuns("1 ab");
  }

  @Test
  void whatTheCaptureLacksDividesIt() {
    add(0, "ab");
    add(10, "kl");
    add(4, "ef");
    assertRuns("0 ab", "4 ef", "10 kl");
    assertEquals(4L, stream.startAfter(0));
    assertEquals(null, stream.startAfter(10));
  }

  @Test
  void isWholeWhateverTheOrderAndTheOverlaps() {
    for (int seed = 0; seed < 300; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      byte[] sent = new byte[random.nextInt(1, 400)];
      random.nextBytes(sent);
      List<int[]> parts = new ArrayList<>();
      for (int at = 0; at < sent.length; ) {
        int size = Math.min(sent.length - at, random.nextInt(1, 40));
        parts.add(new int[] {Math.max(0, at - random.nextInt(30)), at + size});
        at += size;
      }
      Collections.shuffle(parts, new Random(seed));
      TcpStream put = new TcpStream();
      long first = 0xffffff00L + random.nextInt(400);
      for (int[] part : parts) {
        byte[] payload = Arrays.copyOfRange(sent, part[0], part[1]);
        long sequence = (first + part[0]) & 0xffffffffL;
        put.add(new Segment(0, CLIENT, SERVER, sequence, 0, payload));
      }
      assertEquals(1, put.runs().size(), "seed " + seed);
      assertArrayEquals(sent, put.runs().getFirst().bytes(), "seed " + seed);
    }
  }

  private void add(long sequence, String text) {
    stream.add(new Segment(number++, CLIENT, SERVER, sequence, 0, bytes(text)));
  }

  private void assertRuns(String... expected) {
    List<String> found =
        stream.runs().stream()
            .map(run -> run.from() + " " + new String(run.bytes(), StandardCharsets.US_ASCII))
            .toList();
    assertEquals(List.of(expected), found);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
