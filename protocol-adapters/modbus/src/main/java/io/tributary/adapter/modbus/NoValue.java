package io.tributary.adapter.modbus;

/// Bits that are no value of their type, or a value that has no such bits.
final class NoValue extends Exception {
  private static final long serialVersionUID = 1;

  NoValue(String why) {
    super(why);
  }
}
