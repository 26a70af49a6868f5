package io.tributary.adapter.modbus;

/// What a line tells of its polls.
interface Polls {
  /// A block was answered.
  ///
  /// @param data behind the byte count
  void read(Device device, Block block, byte[] data);

  /// A block has no values now.
  void failed(Device device, Block block, String why);

  void count(Counter counter, long amount);

  void example(String what);
}
