package io.tributary.sim.field.modbus.capture;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// A frame of a TCP connection (Modbus messaging on TCP/IP 1.0b, section 3.1.3).
///
/// ```
///  0    2      4        6      7
///  id   0      length   unit   pdu ...
///              of unit and pdu
/// ```
///
/// @param number of the packet after which it, and all before it in its stream, were there
@SuppressWarnings("ArrayRecordComponent") // nobody compares frames
record Frame(int number, int id, int unit, byte[] pdu) {
  private static final int UNIT_AT = 6;
  private static final int PDU_AT = 7;
  private static final int LENGTH_LEAST = 2;
  private static final int LENGTH_MOST = 254;

  /// The frames in a stream. What cannot begin one is counted as malformed, and passed over up to the beginning of the next segment: there
  /// a sender most likely begins a frame. One that ends with a run, because the capture does or lacks the rest, is cut.
  static List<Frame> of(TcpStream stream, Counts counts) {
    List<Frame> frames = new ArrayList<>();
    long resume = Long.MIN_VALUE;
    int number = -1;
    for (TcpStream.Run run : stream.runs()) {
      long at = Math.max(run.from(), resume);
      while (at < run.end()) {
        int from = (int) (at - run.from());
        int left = run.bytes().length - from;
        ByteBuffer in = ByteBuffer.wrap(run.bytes(), from, left).slice();
        if (left >= UNIT_AT && !isHeader(in)) {
          counts.add(Counts.MALFORMED);
          Long next = stream.startAfter(at);
          resume = next == null ? Long.MAX_VALUE : next;
          at = resume;
          continue;
        }
        if (left < UNIT_AT || left < UNIT_AT + length(in)) {
          counts.add(Counts.CUT);
          break;
        }
        int end = from + UNIT_AT + length(in);
        number = Math.max(number, latest(run.numbers(), from, end));
        byte[] pdu = Arrays.copyOfRange(run.bytes(), from + PDU_AT, end);
        frames.add(new Frame(number, in.getShort(0) & 0xffff, in.get(UNIT_AT) & 0xff, pdu));
        at = run.from() + end;
      }
    }
    return frames;
  }

  private static boolean isHeader(ByteBuffer in) {
    return in.getShort(2) == 0 && length(in) >= LENGTH_LEAST && length(in) <= LENGTH_MOST;
  }

  private static int length(ByteBuffer in) {
    return in.getShort(4) & 0xffff;
  }

  private static int latest(int[] numbers, int from, int to) {
    return Arrays.stream(numbers, from, to).max().orElse(-1);
  }
}
