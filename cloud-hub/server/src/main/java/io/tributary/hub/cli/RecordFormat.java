package io.tributary.hub.cli;

/// How a record is printed.
interface RecordFormat {
  /// What stands above the first record; nothing by default.
  default void begin(Output out) {}

  /// Prints a record without the end of its line.
  void print(Shown shown, Output out);
}
