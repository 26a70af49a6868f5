package io.tributary.adapter.modbus;

import com.digitalpetri.modbus.pdu.ModbusRequestPdu;
import com.digitalpetri.modbus.pdu.ReadCoilsRequest;
import com.digitalpetri.modbus.pdu.ReadDiscreteInputsRequest;
import com.digitalpetri.modbus.pdu.ReadHoldingRegistersRequest;
import com.digitalpetri.modbus.pdu.ReadInputRegistersRequest;

/// The four tables of a device, and the function that reads each (Modbus application protocol 1.1b3, section 6).
enum Table {
  COIL(1, true),
  DISCRETE(2, true),
  HOLDING(3, false),
  INPUT(4, false);

  /// Of one request.
  static final int BITS_MOST = 2000;

  static final int REGISTERS_MOST = 125;

  final int function;

  /// Whether it is of single bits, and not of registers of 16.
  final boolean isOfBits;

  Table(int function, boolean isOfBits) {
    this.function = function;
    this.isOfBits = isOfBits;
  }

  int most() {
    return isOfBits ? BITS_MOST : REGISTERS_MOST;
  }

  ModbusRequestPdu read(int start, int count) {
    return switch (this) {
      case COIL -> new ReadCoilsRequest(start, count);
      case DISCRETE -> new ReadDiscreteInputsRequest(start, count);
      case HOLDING -> new ReadHoldingRegistersRequest(start, count);
      case INPUT -> new ReadInputRegistersRequest(start, count);
    };
  }

  /// What the answer to a read has behind its byte count.
  int answerBytes(int count) {
    return isOfBits ? (count + 7) / 8 : 2 * count;
  }
}
