package io.tributary.sim.field.modbus.capture;

import io.tributary.sim.field.modbus.Pdu;
import java.util.Comparator;

/// What a client asked to read.
///
/// @param function 1 to 4
/// @param address of the first bit or register, from 0 as in the protocol
/// @param count of bits or registers
record Read(Endpoint server, int unit, int function, int address, int count)
    implements Comparable<Read> {
  private static final Comparator<Read> ORDER =
      Comparator.comparing((Read read) -> read.server().toString())
          .thenComparingInt(Read::unit)
          .thenComparingInt(Read::function)
          .thenComparingInt(Read::address)
          .thenComparingInt(Read::count);

  /// @param pdu a well formed request to read
  static Read of(Endpoint server, int unit, byte[] pdu) {
    return new Read(server, unit, Pdu.function(pdu), Pdu.word(pdu, 1), Pdu.word(pdu, 3));
  }

  int end() {
    return address + count;
  }

  /// The key `table` of the adapter.
  String table() {
    return switch (function) {
      case Pdu.READ_COILS -> "coil";
      case Pdu.READ_DISCRETES -> "discrete";
      case Pdu.READ_HOLDING -> "holding";
      default -> "input";
    };
  }

  /// Whether an adapter that reads neighbours together would make one request of both.
  boolean touches(Read other) {
    return function == other.function && address <= other.end() && other.address <= end();
  }

  @Override
  public int compareTo(Read other) {
    return ORDER.compare(this, other);
  }

  /// As the script names it.
  @Override
  public String toString() {
    return server + " " + unit + " " + function + " " + address + " " + count;
  }
}
