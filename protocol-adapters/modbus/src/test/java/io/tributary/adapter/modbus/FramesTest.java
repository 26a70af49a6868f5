package io.tributary.adapter.modbus;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.digitalpetri.modbus.pdu.WriteSingleRegisterRequest;
import java.util.HexFormat;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// The frames are those of the standards' own examples, or worked out by hand.
class FramesTest {
  /// Holding registers 108 to 110 of unit 17, the example of section 6.3.
  private final Request read = Request.read(17, Table.HOLDING, 107, 3);

  private static final String ANSWER_PDU = "0306022b00000064";
  private static final String ANSWER_RTU = withCrc("11" + ANSWER_PDU);

  @Test
  void aRequestOnASerialLineHasItsChecksum() {
    assertEquals("1103006b00037687", hex(new RtuFrames().begin(read)));
    assertEquals(
        "110600010003" + "9a9b",
        hex(new RtuFrames().begin(Request.write(17, new WriteSingleRegisterRequest(1, 3)))));
  }

  @Test
  void anAnswerOnASerialLineIsFoundWhereverItIsCut() {
    byte[] answer = bytes(ANSWER_RTU);
    for (int cut = 0; cut <= answer.length; cut++) {
      RtuFrames frames = new RtuFrames();
      frames.begin(read);
      byte[] first = frames.take(answer, cut);
      byte[] rest = java.util.Arrays.copyOfRange(answer, cut, answer.length);
      byte[] found = first == null ? frames.take(rest, rest.length) : first;
      assertEquals(ANSWER_PDU, hex(found(found)));
    }
  }

  @Test
  void noiseAroundAnAnswerIsPassedOver() {
    RtuFrames frames = new RtuFrames();
    frames.begin(read);
    assertNull(frames.take(bytes("00ff11031106"), 6));
    assertEquals(ANSWER_PDU, hex(found(frames.take(bytes(ANSWER_RTU), 11))));
    assertEquals(6, frames.garbage());
  }

  @Test
  void noAnswerIsTakenThatIsOfSomethingElse() {
    for (String other :
        new String[] {
          withCrc("12" + ANSWER_PDU), // of another unit
          withCrc("1104" + ANSWER_PDU.substring(2)), // of another function
          withCrc("110304022b0000"), // of fewer registers
          withCrc("118602"), // an exception of another function
          ANSWER_RTU.substring(0, 18) + "0000", // damaged
        }) {
      RtuFrames frames = new RtuFrames();
      frames.begin(read);
      assertNull(frames.take(bytes(other), other.length() / 2), other);
      frames.begin(read);
      assertEquals(1, frames.foreign() + frames.damaged(), other);
    }
  }

  /// A read of one register may be answered with the echo of a write: an answer to a write repeats what was written, here 3 to register 1.
  @Test
  void theAnswerToAWriteIsItsEcho() {
    Request write = Request.write(17, new WriteSingleRegisterRequest(1, 3));
    RtuFrames frames = new RtuFrames();
    frames.begin(write);
    assertNull(frames.take(bytes(withCrc("110600010004")), 8));
    assertEquals("0600010003", hex(found(frames.take(bytes(withCrc("110600010003")), 8))));
  }

  @Test
  void anExceptionIsAnAnswer() throws Exception {
    RtuFrames frames = new RtuFrames();
    frames.begin(read);
    assertEquals("8302", hex(found(frames.take(bytes(withCrc("118302")), 5))));
    TcpFrames tcp = new TcpFrames();
    tcp.begin(read);
    assertEquals("8302", hex(found(tcp.take(bytes("000100000003118302"), 9))));
  }

  /// No change of one byte makes another answer of it, and no noise makes one.
  @Test
  void noDamageGoesUnseenOnASerialLine() {
    byte[] answer = bytes(ANSWER_RTU);
    for (int at = 0; at < answer.length; at++) {
      for (int mask = 1; mask < 256; mask++) {
        byte[] damaged = answer.clone();
        damaged[at] ^= (byte) mask;
        RtuFrames frames = new RtuFrames();
        frames.begin(read);
        assertNull(frames.take(damaged, damaged.length));
      }
    }
    Random random = new Random(1);
    RtuFrames frames = new RtuFrames();
    frames.begin(read);
    for (int i = 0; i < 10_000; i++) {
      byte[] noise = new byte[random.nextInt(300)];
      random.nextBytes(noise);
      assertNull(frames.take(noise, noise.length));
    }
    assertEquals(ANSWER_PDU, hex(found(frames.take(answer, answer.length))));
  }

  @Test
  void aTransactionOfTcpHasANumber() throws Exception {
    TcpFrames frames = new TcpFrames();
    assertEquals("000100000006" + "1103006b0003", hex(frames.begin(read)));
    assertEquals("000200000006" + "1103006b0003", hex(frames.begin(read)));
    String late = "000100000009" + "11" + ANSWER_PDU;
    String mine = "000200000009" + "11" + ANSWER_PDU;
    String wrongUnit = "000200000009" + "12" + ANSWER_PDU;
    assertNull(frames.take(bytes(late + wrongUnit), 30));
    assertEquals(2, frames.foreign());
    byte[] answer = bytes(mine);
    for (int i = 0; i < answer.length - 1; i++) {
      assertNull(frames.take(new byte[] {answer[i]}, 1));
    }
    assertArrayEquals(bytes(ANSWER_PDU), frames.take(new byte[] {answer[answer.length - 1]}, 1));
    assertNull(frames.take(answer, answer.length), "once");
    assertEquals(3, frames.foreign());
  }

  @Test
  void whatIsNoFrameOfTcpEndsTheConnection() {
    for (String bad :
        new String[] {"000100010006", "000100000000", "0001000000ff", "474554202f20"}) {
      TcpFrames frames = new TcpFrames();
      frames.begin(read);
      assertThrows(Frames.OutOfStep.class, () -> frames.take(bytes(bad), 6), bad);
    }
  }

  private static byte[] found(byte @Nullable [] bytes) {
    assertNotNull(bytes);
    return bytes;
  }

  private static String withCrc(String frame) {
    int crc = 0xffff;
    for (byte each : bytes(frame)) {
      crc ^= each & 0xff;
      for (int bit = 0; bit < 8; bit++) {
        crc = (crc & 1) == 1 ? (crc >> 1) ^ 0xa001 : crc >> 1;
      }
    }
    return frame + "%02x%02x".formatted(crc & 0xff, crc >> 8);
  }

  private static byte[] bytes(String digits) {
    return HexFormat.of().parseHex(digits);
  }

  private static String hex(byte[] bytes) {
    return HexFormat.of().formatHex(bytes);
  }
}
