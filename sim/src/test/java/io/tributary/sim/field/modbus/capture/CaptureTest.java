package io.tributary.sim.field.modbus.capture;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// Frames, and which response is to which request.
final class CaptureTest {
  private static final Endpoint CLIENT = new Endpoint("10.0.0.1", 40_000);
  private static final Endpoint SERVER = new Endpoint("10.0.0.2", 502);

  private final Counts counts = new Counts();

  @Test
  void aFrameMayHaveManySegmentsAndASegmentManyFrames() {
    String two = "0001 0000 0006 01 0400000002" + "0002 0000 0006 01 0400050001";
    for (int split = 1; split < 24; split++) {
      List<Frame> frames = frames(hex(two), split);
      assertEquals(2, frames.size());
      assertEquals(split < 12 ? 1 : 0, frames.getFirst().number());
      assertEquals(1, frames.getLast().number());
      assertEquals(2, frames.getLast().id());
      assertArrayEquals(hex("0400050001"), frames.getLast().pdu());
    }
  }

  @Test
  void behindWhatIsNoFrameTheNextSegmentBeginsOne() {
    TcpStream stream = new TcpStream();
    stream.add(new Segment(0, CLIENT, SERVER, 0, 0, hex("0001 0007 0006 01 0400000002 ff")));
    stream.add(new Segment(1, CLIENT, SERVER, 13, 0, hex("0002 0000 0006 01 0400050001")));
    List<Frame> frames = Frame.of(stream, counts);
    assertEquals(2, frames.getFirst().id());
    assertEquals(1, frames.size());
    assertEquals(1, counts.get(Counts.MALFORMED));
  }

  @Test
  void aFrameWhoseEndIsLackingIsCutAndTheRestIsNotTakenForIt() {
    TcpStream stream = new TcpStream();
    stream.add(new Segment(0, CLIENT, SERVER, 0, 0, hex("0001 0000 0006 01 0400")));
    stream.add(new Segment(1, CLIENT, SERVER, 12, 0, hex("0002 0000 0006 01 0400050001")));
    List<Frame> frames = Frame.of(stream, counts);
    assertEquals(2, frames.getFirst().id());
    assertEquals(1, frames.size());
    assertEquals(1, counts.get(Counts.CUT));
  }

  @Test
  void aResponseBelongsToTheOldestRequestWithItsIdAndUnitThatItCanAnswer() {
    byte[] read = hex("0400000002");
    assertTrue(Pdus.answers(read, hex("040400010002")));
    assertTrue(Pdus.answers(read, hex("8402")));
    assertTrue(!Pdus.answers(read, hex("04020001")), "of one register");
    assertTrue(!Pdus.answers(read, hex("030400010002")), "of another table");
    assertTrue(Pdus.answers(hex("0100000009"), hex("0102ff01")));
    assertTrue(Pdus.answers(hex("0f000400030105"), hex("0f00040003")));
    assertTrue(!Pdus.answers(hex("0f000400030105"), hex("0f00040002")));
  }

  @Test
  void aPduThatItsFunctionDoesNotAllowIsMalformed() {
    for (String wrong :
        List.of("0400000000", "040000007e", "04000000", "01000007d1", "8402", "0f0004000302ff")) {
      assertTrue(!Pdus.isRequest(hex(wrong)), wrong);
    }
    for (String wrong : List.of("04", "040400", "84", "840200", "0f0004")) {
      assertTrue(!Pdus.isResponse(hex(wrong)), wrong);
    }
    assertTrue(Pdus.isRequest(hex("2b0e0100")) && Pdus.isResponse(hex("2b0e0100")), "of others");
  }

  @Test
  void theSimulatedCaptureHoldsWhatItShould() throws IOException {
    for (int seed = 0; seed < 20; seed++) {
      Capture capture = Capture.of(Pcap.frames("simulated", SimulatedCapture.of(seed)), 502);
      assertEquals(4, capture.counts().get(Counts.CONNECTIONS), "seed " + seed);
      assertEquals(28, capture.answers().size(), "seed " + seed);
      assertTrue(capture.counts().get(Counts.CUT) > 0, "seed " + seed);
      assertTrue(capture.counts().get(Counts.EXCEPTIONS) > 0, "seed " + seed);
      assertTrue(capture.counts().get(Counts.MATCHED) > 600, "seed " + seed);
    }
  }

  @Test
  void requestsThatTouchAreOfDifferentDevices() {
    Read first = new Read(SERVER, 1, 4, 0, 10);
    Read touching = new Read(SERVER, 1, 4, 10, 2);
    Read apart = new Read(SERVER, 1, 4, 20, 2);
    PollPlan plan =
        new PollPlan(
            Map.of(
                first,
                List.of(new byte[22]),
                touching,
                List.of(new byte[6]),
                apart,
                List.of(new byte[6])));
    assertEquals(2, plan.devices());
    assertEquals("capture/10.0.0.2-502-unit1/input-9", plan.source(first, 9));
    assertEquals("capture/10.0.0.2-502-unit1-1/input-11", plan.source(touching, 1));
    assertEquals("capture/10.0.0.2-502-unit1/input-20", plan.source(apart, 0));
  }

  private List<Frame> frames(byte[] bytes, int split) {
    TcpStream stream = new TcpStream();
    byte[] head = Arrays.copyOf(bytes, split);
    byte[] tail = Arrays.copyOfRange(bytes, split, bytes.length);
    stream.add(new Segment(0, CLIENT, SERVER, 7, 0, head));
    stream.add(new Segment(1, CLIENT, SERVER, 7 + split, 0, tail));
    return Frame.of(stream, counts);
  }

  private static byte[] hex(String digits) {
    return HexFormat.of().parseHex(digits.replace(" ", ""));
  }
}
