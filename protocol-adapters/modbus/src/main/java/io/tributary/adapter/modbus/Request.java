package io.tributary.adapter.modbus;

import com.digitalpetri.modbus.ModbusPduSerializer.DefaultRequestSerializer;
import com.digitalpetri.modbus.pdu.ModbusRequestPdu;
import java.nio.ByteBuffer;
import java.util.Arrays;

/// What is asked of a unit, and how its answer must look.
///
/// @param pdu the request, as bytes (Modbus application protocol 1.1b3, section 4.1)
/// @param answerBytes of the answer's pdu: function, and what follows it
/// @param isRead whether the answer has a byte count behind the function; else it repeats the beginning of the request
@SuppressWarnings("ArrayRecordComponent") // nobody compares requests
record Request(int unit, byte[] pdu, int answerBytes, boolean isRead) {
  private static final int PDU_MOST = 253;

  /// Of a write's answer: function, address, value or count.
  private static final int WRITE_ANSWER_BYTES = 5;

  /// Of an exception: function with its high bit set, code.
  static final int EXCEPTION_BYTES = 2;

  static Request read(int unit, Table table, int start, int count) {
    return new Request(unit, encoded(table.read(start, count)), 2 + table.answerBytes(count), true);
  }

  static Request write(int unit, ModbusRequestPdu request) {
    return new Request(unit, encoded(request), WRITE_ANSWER_BYTES, false);
  }

  private static byte[] encoded(ModbusRequestPdu request) {
    ByteBuffer buffer = ByteBuffer.allocate(PDU_MOST);
    try {
      DefaultRequestSerializer.INSTANCE.encode(request, buffer);
    } catch (Exception e) { // the library declares no narrower one
      throw new IllegalArgumentException(request.toString(), e);
    }
    return Arrays.copyOf(buffer.array(), buffer.position());
  }

  int function() {
    return pdu[0] & 0xff;
  }

  /// Whether bytes are the whole answer to this, and not one to something else.
  boolean isAnswer(byte[] answer) {
    int function = answer[0] & 0xff;
    if (function == (function() | 0x80)) {
      return answer.length == EXCEPTION_BYTES;
    }
    if (function != function() || answer.length != answerBytes) {
      return false;
    }
    return isRead
        ? (answer[1] & 0xff) == answerBytes - 2
        : Arrays.equals(answer, 1, WRITE_ANSWER_BYTES, pdu, 1, WRITE_ANSWER_BYTES);
  }
}
