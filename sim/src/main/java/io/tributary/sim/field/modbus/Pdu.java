package io.tributary.sim.field.modbus;

/// Function codes, exceptions and numbers of a pdu (Modbus application protocol 1.1b3, sections 4 and 6).
public final class Pdu {
  public static final int READ_COILS = 1;
  public static final int READ_DISCRETES = 2;
  public static final int READ_HOLDING = 3;
  public static final int READ_INPUT = 4;
  public static final int WRITE_COIL = 5;
  public static final int WRITE_REGISTER = 6;
  public static final int WRITE_COILS = 15;
  public static final int WRITE_REGISTERS = 16;

  public static final int ILLEGAL_FUNCTION = 1;
  public static final int ILLEGAL_ADDRESS = 2;
  public static final int ILLEGAL_VALUE = 3;

  public static final int BITS_READ_MOST = 2000;
  public static final int REGISTERS_READ_MOST = 125;
  public static final int BITS_WRITTEN_MOST = 1968;
  public static final int REGISTERS_WRITTEN_MOST = 123;

  private Pdu() {}

  public static byte[] exception(int function, int code) {
    return new byte[] {(byte) (function | 0x80), (byte) code};
  }

  public static boolean isException(byte[] pdu) {
    return pdu[0] < 0;
  }

  public static int function(byte[] pdu) {
    return pdu[0] & 0xff;
  }

  public static int word(byte[] bytes, int at) {
    return ((bytes[at] & 0xff) << 8) | (bytes[at + 1] & 0xff);
  }

  public static void putWord(byte[] bytes, int at, int value) {
    bytes[at] = (byte) (value >> 8);
    bytes[at + 1] = (byte) value;
  }

  public static boolean isReadOfBits(int function) {
    return function == READ_COILS || function == READ_DISCRETES;
  }

  public static boolean isRead(int function) {
    return function >= READ_COILS && function <= READ_INPUT;
  }
}
