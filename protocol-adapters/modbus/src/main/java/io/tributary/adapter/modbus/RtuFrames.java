package io.tributary.adapter.modbus;

import com.digitalpetri.modbus.Crc16;
import java.util.Arrays;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/// Frames of a serial line (Modbus over serial line 1.02, section 2.5.1):
///
/// ```
///  unit │ pdu ... │ CRC-16, low byte first
/// ```
///
/// Nothing in an answer says which request it is for. So it must be of the unit, of the function and of the very length that
/// was asked for, with a right checksum, wherever it begins in what has come: what is before and behind it is noise. An answer that
/// comes late and looks the same is the line's matter, see {@link Line}.
final class RtuFrames implements Frames {
  /// Twice the longest frame: noise that fills it is forgotten from its beginning.
  private static final int BYTES_MOST = 512;

  private static final int UNIT_BYTES = 1;
  private static final int CRC_BYTES = 2;
  private static final int AROUND = UNIT_BYTES + CRC_BYTES;
  private static final int EXAMPLE_BYTES = 64;

  private final byte[] bytes = new byte[BYTES_MOST];
  private int size;
  private @Nullable Request request;
  private long damaged;
  private long foreign;
  private long garbage;

  @Override
  public byte[] begin(Request next) {
    judge();
    request = next;
    byte[] frame = new byte[next.pdu().length + AROUND];
    frame[0] = (byte) next.unit();
    System.arraycopy(next.pdu(), 0, frame, UNIT_BYTES, next.pdu().length);
    int crc = crc(frame, 0, frame.length - CRC_BYTES);
    frame[frame.length - 2] = (byte) crc;
    frame[frame.length - 1] = (byte) (crc >> 8);
    return frame;
  }

  @Override
  public byte @Nullable [] take(byte[] taken, int count) {
    for (int i = 0; i < count; i++) {
      if (size == BYTES_MOST) {
        System.arraycopy(bytes, 1, bytes, 0, BYTES_MOST - 1);
        size--;
        garbage++;
      }
      bytes[size++] = taken[i];
    }
    Request asked = request;
    if (asked == null) {
      return null;
    }
    for (int at = 0; at < size; at++) {
      byte[] answer = answerAt(at, asked);
      if (answer != null) {
        int end = at + answer.length + AROUND;
        garbage += at;
        System.arraycopy(bytes, end, bytes, 0, size - end);
        size -= end;
        request = null;
        return answer;
      }
    }
    return null;
  }

  private byte @Nullable [] answerAt(int at, Request asked) {
    if ((bytes[at] & 0xff) != asked.unit()) {
      return null;
    }
    for (int length : new int[] {asked.answerBytes(), Request.EXCEPTION_BYTES}) {
      int end = at + AROUND + length;
      if (end <= size && isWhole(at, end)) {
        byte[] answer = Arrays.copyOfRange(bytes, at + UNIT_BYTES, end - CRC_BYTES);
        if (asked.isAnswer(answer)) {
          return answer;
        }
      }
    }
    return null;
  }

  private boolean isWhole(int from, int end) {
    int crc = crc(bytes, from, end - CRC_BYTES - from);
    return (bytes[end - 2] & 0xff) == (crc & 0xff) && (bytes[end - 1] & 0xff) == crc >> 8;
  }

  /// What is left over is a frame for somebody else, one with a wrong checksum, or noise.
  private void judge() {
    if (size == 0) {
      return;
    }
    boolean hasShape =
        request != null
            && size >= AROUND + Request.EXCEPTION_BYTES
            && (bytes[0] & 0xff) == request.unit();
    if (size >= AROUND + Request.EXCEPTION_BYTES && isWhole(0, size)) {
      foreign++;
    } else if (hasShape) {
      damaged++;
    } else {
      garbage += size;
    }
    size = 0;
  }

  @Override
  public String strange() {
    return size == 0
        ? ""
        : HexFormat.ofDelimiter(" ").formatHex(bytes, 0, Math.min(size, EXAMPLE_BYTES));
  }

  @Override
  public long damaged() {
    return damaged;
  }

  @Override
  public long foreign() {
    return foreign;
  }

  @Override
  public long garbage() {
    return garbage;
  }

  private static int crc(byte[] of, int from, int length) {
    Crc16 crc = new Crc16();
    for (int i = from; i < from + length; i++) {
      crc.update(of[i] & 0xff);
    }
    return crc.getValue();
  }
}
