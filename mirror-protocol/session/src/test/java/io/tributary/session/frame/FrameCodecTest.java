package io.tributary.session.frame;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class FrameCodecTest {
  @Test
  void readsWhatItWrites() throws FrameRefused {
    for (Frame frame : Frames.all().values()) {
      assertEquals(List.of(frame), Frames.read(Frames.encode(frame), Integer.MAX_VALUE / 2));
    }
  }

  @Test
  void readsFramesThatArriveByteByByte() throws FrameRefused {
    for (Frame frame : Frames.all().values()) {
      assertEquals(List.of(frame), Frames.read(Frames.encode(frame), 1));
    }
  }

  @Test
  void readsManyFramesFromPartsOfAnySize() throws FrameRefused {
    List<Frame> frames = List.copyOf(Frames.all().values());
    ByteBuffer bytes = ByteBuffer.allocate(64 * 1024);
    frames.forEach(frame -> FrameCodec.encode(frame, bytes));
    byte[] all = Arrays.copyOf(bytes.array(), bytes.position());
    for (int part = 1; part <= all.length; part++) {
      assertEquals(frames, Frames.read(all, part));
    }
  }

  @Test
  void writesTheBytesOfVersionOne() throws IOException, FrameRefused {
    Map<String, byte[]> golden = golden();
    assertEquals(golden.keySet(), Frames.all().keySet());
    for (Map.Entry<String, Frame> entry : Frames.all().entrySet()) {
      byte[] bytes = golden.get(entry.getKey());
      assertEquals(
          HexFormat.of().formatHex(bytes),
          HexFormat.of().formatHex(Frames.encode(entry.getValue())),
          entry.getKey());
      assertEquals(List.of(entry.getValue()), Frames.read(bytes, bytes.length), entry.getKey());
    }
  }

  @Test
  void roomIsExactForDataAndEnoughForAll() {
    for (Frame frame : Frames.all().values()) {
      int size = Frames.encode(frame).length;
      assertTrue(size <= FrameCodec.sizeBytesMost(frame), frame.toString());
      if (frame instanceof Data) {
        assertEquals(size, FrameCodec.sizeBytesMost(frame));
      }
    }
  }

  @Test
  void headAndSliceWrittenApartAreTheFrame() {
    Data data = new Data(1, 100, 40, ByteBuffer.wrap(new byte[] {9, 8, 7}, 1, 2));
    ByteBuffer apart = ByteBuffer.allocate(FrameCodec.sizeBytesMost(data));
    FrameCodec.encodeHead(data, apart);
    apart.put(data.slice());
    assertArrayEquals(
        Frames.encode(new Data(1, 100, 40, ByteBuffer.wrap(new byte[] {8, 7}))), apart.array());
  }

  @Test
  void aFrameCutShortIsNotReadAndNotRefused() throws FrameRefused {
    for (Frame frame : Frames.all().values()) {
      byte[] bytes = Frames.encode(frame);
      for (int length = 0; length < bytes.length; length++) {
        FrameReader reader = new FrameReader();
        ByteBuffer in = ByteBuffer.wrap(bytes, 0, length);
        Frame first = reader.next(in);
        if (first instanceof Data part) {
          assertTrue(part.slice().remaining() < ((Data) frame).slice().remaining());
        } else {
          assertNull(first, frame + " cut to " + length);
        }
        assertEquals(length > 0, reader.isInFrame());
      }
    }
  }

  @Test
  void aLengthThatLiesIsRefusedBeforeTheBodyComes() {
    for (int length : new int[] {0, 1, -1, Integer.MIN_VALUE, Integer.MAX_VALUE, 1 << 20}) {
      for (int type = 0; type < 256; type++) {
        ByteBuffer head = ByteBuffer.allocate(5).putInt(length).put((byte) type).flip();
        assertThrows(FrameRefused.class, () -> new FrameReader().next(head));
      }
    }
  }

  @Test
  void aBodyLongerOrShorterThanItsFieldsIsRefused() {
    for (Map.Entry<String, Frame> entry : Frames.all().entrySet()) {
      boolean mayGrow =
          switch (entry.getValue()) {
            case Hello f -> true; // newer versions may add fields
            case Welcome f -> true;
            case Data f -> true; // a longer slice
            default -> false;
          };
      byte[] bytes = Frames.encode(entry.getValue());
      if (!mayGrow) {
        assertRefused(withBodyBytes(bytes, bytes.length - 5 + 1), entry.getKey());
      }
      if (!(entry.getValue() instanceof Data)) {
        assertRefused(withBodyBytes(bytes, bytes.length - 5 - 1), entry.getKey());
      }
    }
  }

  @Test
  void aNewerHelloAndWelcomeMayBeLonger() throws FrameRefused {
    for (String name : List.of("hello", "welcome")) {
      Frame frame = Frames.all().get(name);
      byte[] bytes = Frames.encode(frame);
      assertEquals(
          List.of(frame), Frames.read(withBodyBytes(bytes, bytes.length - 5 + 200), 50), name);
    }
  }

  @Test
  void aStringThatLiesAboutItsLengthIsRefused() {
    byte[] hello = Frames.encode(Frames.all().get("hello"));
    int edgeIdAt = 5 + 44;
    hello[edgeIdAt] = 0x7F;
    assertRefused(hello, "longer than allowed");
    hello[edgeIdAt] = 0;
    hello[edgeIdAt + 1] = (byte) 255;
    assertRefused(hello, "longer than the body");
  }

  @Test
  void aStringThatIsNotUtf8IsRefused() {
    byte[] close = Frames.encode(Frames.all().get("close"));
    close[close.length - 1] = (byte) 0xFF;
    assertRefused(close, "not UTF-8");
  }

  @Test
  void whoeverDialsTheWrongPortIsRefusedAtOnce() {
    for (String first :
        List.of("GET / HTTP/1.1\r\n\r\n", "\u0016\u0003\u0001\u0002\u0000\u0001", "\0\0\0\0\0\0")) {
      assertRefused(first.getBytes(StandardCharsets.ISO_8859_1), first);
    }
    byte[] hello = Frames.encode(Frames.all().get("hello"));
    hello[5] = 'X';
    assertRefused(hello, "not TRIB");
  }

  @Test
  void aSliceOutsideItsBatchIsRefused() {
    assertRefused(dataHead(3, 100, 99, 2), "behind the batch");
    assertRefused(dataHead(3, 100, -1, 2), "before the batch");
    assertRefused(dataHead(-3, 100, 0, 2), "no alias");
    assertRefused(dataHead(3, -1, 0, 2), "a negative batch");
    assertRefused(dataHead(3, 100_000, 0, FrameLimits.SLICE_BYTES + 1), "a slice too long");
    assertRefused(dataHead(3, 100, 0, 0), "an empty slice");
  }

  @Test
  void aTextTooLongIsCutAtAWholeCharacter() throws FrameRefused {
    String text = "a" + "\uD83D\uDE00".repeat(500);
    Frame frame = new Close(Close.Code.SHUTDOWN, text);
    List<Frame> read = Frames.read(Frames.encode(frame), 7);
    assertEquals(List.of(frame), read);
    assertTrue(text.startsWith(((Close) read.get(0)).text()));
  }

  @Test
  void codesOfTheFutureAreKeptAsUnknown() throws FrameRefused {
    byte[] refusal = Frames.encode(Frames.all().get("refusal"));
    refusal[5] = 0x7F;
    assertEquals(RefusalCode.UNKNOWN, ((Refusal) Frames.read(refusal, 3).get(0)).code());
  }

  private static byte[] dataHead(int alias, int batchBytes, int sliceOffset, int sliceBytes) {
    return ByteBuffer.allocate(17)
        .putInt(1 + Data.FIXED_BYTES + sliceBytes)
        .put((byte) 7)
        .putInt(alias)
        .putInt(batchBytes)
        .putInt(sliceOffset)
        .array();
  }

  private static byte[] withBodyBytes(byte[] frame, int bodyBytes) {
    byte[] changed = Arrays.copyOf(frame, 5 + bodyBytes);
    ByteBuffer.wrap(changed).putInt(0, 1 + bodyBytes);
    return changed;
  }

  private static void assertRefused(byte[] bytes, String what) {
    assertThrows(FrameRefused.class, () -> Frames.read(bytes, bytes.length), what);
    assertThrows(FrameRefused.class, () -> Frames.read(bytes, 1), what);
  }

  private static Map<String, byte[]> golden() throws IOException {
    Map<String, byte[]> golden = new LinkedHashMap<>();
    try (InputStream in = FrameCodecTest.class.getResourceAsStream("/frames/v1.txt")) {
      String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      for (String line : text.lines().filter(line -> !line.startsWith("#")).toList()) {
        int space = line.indexOf(' ');
        golden.put(line.substring(0, space), HexFormat.of().parseHex(line.substring(space + 1)));
      }
    }
    return golden;
  }
}
