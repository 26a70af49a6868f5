package io.tributary.record;

import java.util.Objects;

/// A declared hole in a stream: the records from `from` (included) to `to` (excluded) do not exist, and why.
public record Gap(long from, long to, GapReason reason) {
  public Gap {
    Objects.requireNonNull(reason, "reason");
    if (from < 0 || to <= from || to > BatchIdentity.STREAM_OFFSET_END) {
      throw new IllegalArgumentException("no range of a stream: [" + from + ", " + to + ")");
    }
  }

  /// How many records are missing.
  public long count() {
    return to - from;
  }
}
