package io.tributary.adapter.modbus;

/// What the bits of a point mean.
enum PointType {
  BIT(1),
  INT16(1),
  UINT16(1),
  INT32(2),
  UINT32(2),
  INT64(4),
  UINT64(4),
  FLOAT32(2),
  FLOAT64(4),

  /// Two characters to a register.
  STRING(0);

  /// Of 16 bits each; 0 where the point itself says it.
  final int registers;

  PointType(int registers) {
    this.registers = registers;
  }

  boolean isNumber() {
    return this != BIT && this != STRING;
  }
}
