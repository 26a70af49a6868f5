package io.tributary.sim.field.modbus.capture;

import io.tributary.sim.field.modbus.Pdu;
import java.util.Arrays;

/// Which pdus are well formed, and which response belongs to which request (Modbus application protocol 1.1b3, section 6). A pdu has at least
/// one byte.
final class Pdus {
  private static final int EXCEPTION_BYTES = 2;

  /// Function, address, and a count or value.
  private static final int ADDRESSED_BYTES = 5;

  private static final int COUNT_AT = 3;

  private Pdus() {}

  static boolean isRequest(byte[] pdu) {
    return switch (Pdu.function(pdu)) {
      case Pdu.READ_COILS, Pdu.READ_DISCRETES, Pdu.READ_HOLDING, Pdu.READ_INPUT ->
          pdu.length == ADDRESSED_BYTES && count(pdu) >= 1 && count(pdu) <= most(pdu);
      case Pdu.WRITE_COIL, Pdu.WRITE_REGISTER -> pdu.length == ADDRESSED_BYTES;
      case Pdu.WRITE_COILS, Pdu.WRITE_REGISTERS ->
          pdu.length > ADDRESSED_BYTES
              && pdu.length == ADDRESSED_BYTES + 1 + (pdu[ADDRESSED_BYTES] & 0xff);
      default -> !Pdu.isException(pdu);
    };
  }

  static boolean isResponse(byte[] pdu) {
    if (Pdu.isException(pdu)) {
      return pdu.length == EXCEPTION_BYTES;
    }
    return switch (Pdu.function(pdu)) {
      case Pdu.READ_COILS, Pdu.READ_DISCRETES, Pdu.READ_HOLDING, Pdu.READ_INPUT ->
          pdu.length >= 2 && pdu.length == 2 + (pdu[1] & 0xff);
      case Pdu.WRITE_COIL, Pdu.WRITE_REGISTER, Pdu.WRITE_COILS, Pdu.WRITE_REGISTERS ->
          pdu.length == ADDRESSED_BYTES;
      default -> true;
    };
  }

  /// @param request well formed, as is the response
  static boolean answers(byte[] request, byte[] response) {
    if (Pdu.function(response) == (Pdu.function(request) | 0x80)) {
      return true;
    }
    if (Pdu.function(response) != Pdu.function(request)) {
      return false;
    }
    return switch (Pdu.function(request)) {
      case Pdu.READ_COILS, Pdu.READ_DISCRETES -> response.length == 2 + (count(request) + 7) / 8;
      case Pdu.READ_HOLDING, Pdu.READ_INPUT -> response.length == 2 + 2 * count(request);
      case Pdu.WRITE_COIL, Pdu.WRITE_REGISTER, Pdu.WRITE_COILS, Pdu.WRITE_REGISTERS ->
          Arrays.equals(request, 0, ADDRESSED_BYTES, response, 0, ADDRESSED_BYTES);
      default -> true;
    };
  }

  private static int count(byte[] request) {
    return Pdu.word(request, COUNT_AT);
  }

  private static int most(byte[] request) {
    return Pdu.isReadOfBits(Pdu.function(request)) ? Pdu.BITS_READ_MOST : Pdu.REGISTERS_READ_MOST;
  }
}
