package io.tributary.adapter;

import java.util.List;

/// An adapter's way into the journals. Confined to one thread of the adapter; never blocks.
///
/// The queue behind it is bounded in bytes and in readings. Whatever was taken is completed, exactly once and, within a
/// topic, in the order in which it was taken.
public interface Emitter {
  /// The most bytes of changes that belong together: keys, values, and 128 B for each.
  int STATE_CHANGES_BYTES = 1 << 20;

  /// Hands over a reading.
  ///
  /// @return false when the queue is full or the class is blocked (policy `block`): nothing was taken, the completion will
  ///     not be called, and the source has to wait for `afterGroup` and try again
  /// @throws IllegalArgumentException for a topic that the adapter's plan does not name
  boolean emit(Reading reading, Completion completion);

  /// Hands over readings that belong together, and changes of state with them: all of it becomes durable at once, or nothing
  /// does. Their own changes of state come before the others.
  ///
  /// @param readings of topics of one class; at least one
  /// @param completion of the whole; its offset is the last reading's. Where all have no room in one group, they are refused as
  ///     too large
  /// @return false as for {@link #emit}
  boolean emitTogether(List<Reading> readings, List<StateChange> changes, Completion completion);

  /// How many bytes {@link #emitTogether} takes of a class at most: keys, values, headers, and 256 B for each reading.
  int togetherBytesMost(String className);

  /// How many bytes a reading has at most: key, value and headers, with some for those that the edge adds.
  int readingBytesMost();

  /// Changes state without a reading, all of the changes or none, in order: a later change of a
  /// key wins, also within one group. Durable as a reading is; the completion's offset means nothing.
  ///
  /// @param changes at least one, at most {@link #STATE_CHANGES_BYTES}
  /// @return false as for {@link #emit}
  boolean changeState(String className, List<StateChange> changes, Completion completion);

  /// Whether state may still grow in a class. Where it may not, whoever would make it grow is refused by the adapter: a state
  /// that is full would stop all of the class's readings. Changes that keep it as it is, or make it smaller, are welcome.
  boolean mayKeepMore(String className);

  /// Tells how many sources are waiting for completions, and how many of those cannot go on without them. When all are
  /// blocked, nothing is won by waiting for more, and the open groups are committed at once instead of at the end of their
  /// linger, where the journal is eager.
  ///
  /// @param sources sources with at least one reading in flight
  /// @param blocked those among them that are known to send nothing more before a completion
  void waiting(int sources, int blocked);
}
