package io.tributary.sim.field.modbus;

import java.util.Arrays;

/// Frames of a serial line (Modbus over serial line 1.02, sections 2.5.1 and 6.2.2): unit, pdu, CRC-16 with its low byte first.
final class RtuFrame {
  static final int AROUND = 3;

  private static final int POLYNOMIAL = 0xa001;
  private static final int SHORT_REQUEST_BYTES = 8;
  private static final int LONG_REQUEST_HEAD_BYTES = 7;

  private RtuFrame() {}

  static byte[] of(int unit, byte[] pdu) {
    byte[] frame = new byte[AROUND + pdu.length];
    frame[0] = (byte) unit;
    System.arraycopy(pdu, 0, frame, 1, pdu.length);
    int crc = crc(frame, 0, frame.length - 2);
    frame[frame.length - 2] = (byte) crc;
    frame[frame.length - 1] = (byte) (crc >> 8);
    return frame;
  }

  static byte[] pdu(byte[] frame) {
    return Arrays.copyOfRange(frame, 1, frame.length - 2);
  }

  /// How long the request that begins there is, as far as its beginning says it.
  ///
  /// @return 0 while too little of it is there
  static int requestBytes(byte[] bytes, int from, int end) {
    if (end - from < 2) {
      return 0;
    }
    int function = bytes[from + 1] & 0xff;
    if (function != Pdu.WRITE_COILS && function != Pdu.WRITE_REGISTERS) {
      return SHORT_REQUEST_BYTES;
    }
    return end - from < LONG_REQUEST_HEAD_BYTES
        ? 0
        : LONG_REQUEST_HEAD_BYTES + (bytes[from + LONG_REQUEST_HEAD_BYTES - 1] & 0xff) + 2;
  }

  static boolean isWhole(byte[] bytes, int from, int end) {
    int crc = crc(bytes, from, end - 2);
    return (bytes[end - 2] & 0xff) == (crc & 0xff) && (bytes[end - 1] & 0xff) == crc >> 8;
  }

  static int crc(byte[] bytes, int from, int end) {
    int crc = 0xffff;
    for (int i = from; i < end; i++) {
      crc ^= bytes[i] & 0xff;
      for (int bit = 0; bit < Byte.SIZE; bit++) {
        crc = (crc & 1) == 1 ? (crc >> 1) ^ POLYNOMIAL : crc >> 1;
      }
    }
    return crc;
  }
}
