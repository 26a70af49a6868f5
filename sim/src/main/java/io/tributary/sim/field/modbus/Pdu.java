package io.tributary.sim.field.modbus;

/// Function codes, exceptions and numbers of a pdu (Modbus application protocol 1.1b3, sections 4 and 6).
final class Pdu {
  static final int READ_COILS = 1;
  static final int READ_DISCRETES = 2;
  static final int READ_HOLDING = 3;
  static final int READ_INPUT = 4;
  static final int WRITE_COIL = 5;
  static final int WRITE_REGISTER = 6;
  static final int WRITE_COILS = 15;
  static final int WRITE_REGISTERS = 16;

  static final int ILLEGAL_FUNCTION = 1;
  static final int ILLEGAL_ADDRESS = 2;
  static final int ILLEGAL_VALUE = 3;

  static final int BITS_READ_MOST = 2000;
  static final int REGISTERS_READ_MOST = 125;
  static final int BITS_WRITTEN_MOST = 1968;
  static final int REGISTERS_WRITTEN_MOST = 123;

  private Pdu() {}

  static byte[] exception(int function, int code) {
    return new byte[] {(byte) (function | 0x80), (byte) code};
  }

  static boolean isException(byte[] pdu) {
    return pdu[0] < 0;
  }

  static int function(byte[] pdu) {
    return pdu[0] & 0xff;
  }

  static int word(byte[] bytes, int at) {
    return ((bytes[at] & 0xff) << 8) | (bytes[at + 1] & 0xff);
  }

  static void putWord(byte[] bytes, int at, int value) {
    bytes[at] = (byte) (value >> 8);
    bytes[at + 1] = (byte) value;
  }

  static boolean isReadOfBits(int function) {
    return function == READ_COILS || function == READ_DISCRETES;
  }

  static boolean isRead(int function) {
    return function >= READ_COILS && function <= READ_INPUT;
  }
}
