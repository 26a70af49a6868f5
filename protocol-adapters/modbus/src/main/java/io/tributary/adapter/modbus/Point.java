package io.tributary.adapter.modbus;

import java.math.BigDecimal;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// One value of a device.
///
/// @param address of its first bit or register, counted from 0 as in the protocol
/// @param count of bits or registers
/// @param bit of a register, for a bit in one
/// @param unit of measure
/// @param deadband by how much a number must differ from the last one that was logged; null: each is logged
/// @param intervalNanos from one poll to the next
record Point(
    String name,
    Table table,
    int address,
    int count,
    int bit,
    Encoding encoding,
    @Nullable String unit,
    @Nullable BigDecimal deadband,
    long intervalNanos,
    boolean isWritable) {
  /// Addresses have 16 bits.
  static final int ADDRESSES = 1 << 16;

  int end() {
    return address + count;
  }

  /// Its own part of what a block of its table holds.
  ///
  /// @param data of the block, from `start` on
  byte[] partOf(byte[] data, int start) {
    if (!table.isOfBits) {
      return Arrays.copyOfRange(data, 2 * (address - start), 2 * (end() - start));
    }
    int at = address - start;
    return new byte[] {(byte) ((data[at / 8] >> at % 8) & 1)};
  }

  /// The value in its own part.
  Object value(byte[] part) throws NoValue {
    return table.isOfBits ? part[0] == 1 : encoding.decode(part, bit);
  }
}
