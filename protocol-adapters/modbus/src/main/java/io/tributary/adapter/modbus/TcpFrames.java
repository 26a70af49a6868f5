package io.tributary.adapter.modbus;

import java.util.Arrays;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/// Frames of a TCP connection (Modbus messaging on TCP/IP 1.0b, section 3.1.3):
///
/// ```
///  0    2      4        6      7
///  id   0      length   unit   pdu ...
///              of unit and pdu
/// ```
///
/// An answer bears the id of its request, so a late one is known for what it is.
final class TcpFrames implements Frames {
  private static final int HEADER_BYTES = 7;
  private static final int UNIT_AT = 6;
  private static final int LENGTH_MOST = 254;
  private static final int IDS = 1 << 16;
  private static final int FRAME_BYTES_MOST = HEADER_BYTES + LENGTH_MOST;

  private final byte[] bytes = new byte[FRAME_BYTES_MOST];
  private int size;
  private int id;
  private @Nullable Request request;
  private String strange = "";
  private long foreign;

  @Override
  public byte[] begin(Request next) {
    request = next;
    strange = "";
    id = (id + 1) % IDS;
    byte[] pdu = next.pdu();
    byte[] frame = new byte[HEADER_BYTES + pdu.length];
    frame[0] = (byte) (id >> 8);
    frame[1] = (byte) id;
    frame[4] = (byte) ((pdu.length + 1) >> 8);
    frame[5] = (byte) (pdu.length + 1);
    frame[UNIT_AT] = (byte) next.unit();
    System.arraycopy(pdu, 0, frame, HEADER_BYTES, pdu.length);
    return frame;
  }

  @Override
  public byte @Nullable [] take(byte[] taken, int count) throws OutOfStep {
    byte[] answer = null;
    for (int i = 0; i < count; i++) {
      bytes[size++] = taken[i];
      if (size == UNIT_AT) {
        checkHeader();
      }
      if (size > UNIT_AT && size == UNIT_AT + length()) {
        byte[] pdu = judge();
        answer = pdu == null ? answer : pdu;
        size = 0;
      }
    }
    return answer;
  }

  private void checkHeader() throws OutOfStep {
    if (word(2) != 0 || length() < 1 + Request.EXCEPTION_BYTES || length() > LENGTH_MOST) {
      throw new OutOfStep(
          "no frame of Modbus: " + HexFormat.ofDelimiter(" ").formatHex(bytes, 0, UNIT_AT));
    }
  }

  private byte @Nullable [] judge() {
    byte[] pdu = Arrays.copyOfRange(bytes, HEADER_BYTES, size);
    Request asked = request;
    if (asked != null
        && word(0) == id
        && (bytes[UNIT_AT] & 0xff) == asked.unit()
        && asked.isAnswer(pdu)) {
      request = null;
      return pdu;
    }
    foreign++;
    strange = HexFormat.ofDelimiter(" ").formatHex(bytes, 0, size);
    return null;
  }

  private int length() {
    return word(4);
  }

  private int word(int at) {
    return ((bytes[at] & 0xff) << 8) | (bytes[at + 1] & 0xff);
  }

  /// A new connection begins.
  void reset() {
    size = 0;
    request = null;
  }

  @Override
  public String strange() {
    return strange;
  }

  @Override
  public long damaged() {
    return 0;
  }

  @Override
  public long foreign() {
    return foreign;
  }

  @Override
  public long garbage() {
    return 0;
  }
}
