package io.tributary.adapter.modbus;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// A device of a line, and how it is doing. The line's thread only.
final class Device {
  final String name;
  final int unit;
  final List<Block> blocks;

  /// Requests in a row that it has not answered.
  int failures;

  /// Not asked before.
  long notBeforeNanos;

  /// Asked by then even if others have to wait for it.
  long atLatestNanos;

  Device(String name, int unit, List<Block> blocks) {
    this.name = name;
    this.unit = unit;
    this.blocks = blocks;
  }

  boolean isSilent() {
    return failures > 0;
  }

  /// The block that has been due longest; null when none is.
  @Nullable Block due(long nowNanos) {
    Block longest = null;
    for (Block block : blocks) {
      if (nowNanos - block.dueNanos >= 0
          && (longest == null || block.dueNanos - longest.dueNanos < 0)) {
        longest = block;
      }
    }
    return longest;
  }

  /// When its next block is due; never before it may be asked.
  long nextNanos() {
    long next = blocks.getFirst().dueNanos;
    for (Block block : blocks) {
      next = block.dueNanos - next < 0 ? block.dueNanos : next;
    }
    return next - notBeforeNanos < 0 ? notBeforeNanos : next;
  }

  /// From one poll to the next, of the block that has the most.
  long shortestNanos() {
    return blocks.stream().mapToLong(block -> block.intervalNanos).min().orElse(0);
  }
}
