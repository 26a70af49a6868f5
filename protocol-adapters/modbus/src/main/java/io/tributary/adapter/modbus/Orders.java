package io.tributary.adapter.modbus;

import io.tributary.adapter.command.Commands;
import org.jspecify.annotations.Nullable;

/// The commands of a section, if it has any, and what carries them out. The line's thread only.
///
/// @param commands null: none
record Orders(@Nullable Commands commands, Writes writes) {
  /// @return how much was done
  int work() {
    return commands == null ? 0 : commands.work(System.currentTimeMillis(), writes);
  }

  void close() {
    if (commands != null) {
      commands.close();
    }
  }
}
