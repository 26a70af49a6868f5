package io.tributary.sim.field.modbus;

/// Answers the requests to one unit from the tables of its boiler (Modbus application protocol 1.1b3, section 6). Pure.
final class Plc {
  private static final int COIL_ON = 0xff00;
  private static final int READ_BYTES = 5;
  private static final int HEAD_OF_MANY_BYTES = 6;

  private final Boiler boiler;

  Plc(Boiler boiler) {
    this.boiler = boiler;
  }

  byte[] answer(byte[] request, long nowNanos) {
    boiler.advance(nowNanos);
    int function = Pdu.function(request);
    return switch (function) {
      case Pdu.READ_COILS -> bits(request, boiler.coils);
      case Pdu.READ_DISCRETES -> bits(request, boiler.discretes);
      case Pdu.READ_HOLDING -> registers(request, boiler.holding);
      case Pdu.READ_INPUT -> registers(request, boiler.input);
      case Pdu.WRITE_COIL -> writeCoil(request);
      case Pdu.WRITE_REGISTER -> writeRegister(request);
      case Pdu.WRITE_COILS -> writeCoils(request);
      case Pdu.WRITE_REGISTERS -> writeRegisters(request);
      default -> Pdu.exception(function, Pdu.ILLEGAL_FUNCTION);
    };
  }

  private static byte[] bits(byte[] request, boolean[] table) {
    int wrong = wrong(request, READ_BYTES, Pdu.BITS_READ_MOST, table.length);
    if (wrong > 0) {
      return Pdu.exception(Pdu.function(request), wrong);
    }
    int from = Pdu.word(request, 1);
    int count = Pdu.word(request, 3);
    byte[] answer = new byte[2 + (count + 7) / 8];
    answer[0] = request[0];
    answer[1] = (byte) (answer.length - 2);
    for (int i = 0; i < count; i++) {
      answer[2 + i / 8] |= (byte) (table[from + i] ? 1 << i % 8 : 0);
    }
    return answer;
  }

  private static byte[] registers(byte[] request, int[] table) {
    int wrong = wrong(request, READ_BYTES, Pdu.REGISTERS_READ_MOST, table.length);
    if (wrong > 0) {
      return Pdu.exception(Pdu.function(request), wrong);
    }
    int from = Pdu.word(request, 1);
    int count = Pdu.word(request, 3);
    byte[] answer = new byte[2 + 2 * count];
    answer[0] = request[0];
    answer[1] = (byte) (2 * count);
    for (int i = 0; i < count; i++) {
      Pdu.putWord(answer, 2 + 2 * i, table[from + i]);
    }
    return answer;
  }

  private byte[] writeCoil(byte[] request) {
    if (request.length != READ_BYTES
        || (Pdu.word(request, 3) != 0 && Pdu.word(request, 3) != COIL_ON)) {
      return Pdu.exception(Pdu.WRITE_COIL, Pdu.ILLEGAL_VALUE);
    }
    if (Pdu.word(request, 1) >= boiler.coils.length) {
      return Pdu.exception(Pdu.WRITE_COIL, Pdu.ILLEGAL_ADDRESS);
    }
    boiler.coils[Pdu.word(request, 1)] = Pdu.word(request, 3) == COIL_ON;
    return request.clone();
  }

  private byte[] writeRegister(byte[] request) {
    if (request.length != READ_BYTES) {
      return Pdu.exception(Pdu.WRITE_REGISTER, Pdu.ILLEGAL_VALUE);
    }
    if (Pdu.word(request, 1) >= boiler.holding.length) {
      return Pdu.exception(Pdu.WRITE_REGISTER, Pdu.ILLEGAL_ADDRESS);
    }
    boiler.holding[Pdu.word(request, 1)] = Pdu.word(request, 3);
    return request.clone();
  }

  private byte[] writeCoils(byte[] request) {
    int wrong = wrongOfMany(request, false, Pdu.BITS_WRITTEN_MOST, boiler.coils.length);
    if (wrong > 0) {
      return Pdu.exception(Pdu.WRITE_COILS, wrong);
    }
    for (int i = 0; i < Pdu.word(request, 3); i++) {
      boiler.coils[Pdu.word(request, 1) + i] =
          (request[HEAD_OF_MANY_BYTES + i / 8] >> i % 8 & 1) == 1;
    }
    return java.util.Arrays.copyOf(request, READ_BYTES);
  }

  private byte[] writeRegisters(byte[] request) {
    int wrong = wrongOfMany(request, true, Pdu.REGISTERS_WRITTEN_MOST, boiler.holding.length);
    if (wrong > 0) {
      return Pdu.exception(Pdu.WRITE_REGISTERS, wrong);
    }
    for (int i = 0; i < Pdu.word(request, 3); i++) {
      boiler.holding[Pdu.word(request, 1) + i] = Pdu.word(request, HEAD_OF_MANY_BYTES + 2 * i);
    }
    return java.util.Arrays.copyOf(request, READ_BYTES);
  }

  /// The exception that a request has earned, in the order in which the standard's diagrams ask; 0 for none.
  private static int wrong(byte[] request, int length, int most, int size) {
    if (request.length != length || Pdu.word(request, 3) < 1 || Pdu.word(request, 3) > most) {
      return Pdu.ILLEGAL_VALUE;
    }
    return Pdu.word(request, 1) + Pdu.word(request, 3) > size ? Pdu.ILLEGAL_ADDRESS : 0;
  }

  private static int wrongOfMany(byte[] request, boolean areWords, int most, int size) {
    if (request.length < HEAD_OF_MANY_BYTES) {
      return Pdu.ILLEGAL_VALUE;
    }
    int count = Pdu.word(request, 3);
    int bytes = areWords ? 2 * count : (count + 7) / 8;
    if ((request[5] & 0xff) != bytes) {
      return Pdu.ILLEGAL_VALUE;
    }
    return wrong(request, HEAD_OF_MANY_BYTES + bytes, most, size);
  }
}
