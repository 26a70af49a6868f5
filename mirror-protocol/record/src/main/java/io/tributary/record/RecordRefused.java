package io.tributary.record;

import java.io.Serial;

/// A record that no batch under these limits can ever hold. The source is told; nothing else is disturbed.
public final class RecordRefused extends Exception {
  @Serial private static final long serialVersionUID = 1L;

  /// The limit that the record breaks.
  public enum Limit {
    /// Key, value and encoded headers together, in bytes.
    RECORD_BYTES("record bytes"),
    /// The batch that holds this record alone, in bytes.
    BATCH_BYTES("batch bytes"),
    /// What is committed together with it, in bytes.
    GROUP_BYTES("group bytes"),
    HEADER_COUNT("header count"),
    HEADER_KEY_BYTES("header key bytes"),
    /// Timestamps are milliseconds since 1970 and never negative.
    TIMESTAMP_MS("timestamp in ms");

    private final String words;

    Limit(String words) {
      this.words = words;
    }
  }

  private final Limit limit;
  private final long value;
  private final long allowed;

  public RecordRefused(Limit limit, long value, long allowed) {
    super(
        limit.words
            + " is "
            + value
            + (limit == Limit.TIMESTAMP_MS ? ", allowed is at least " : ", allowed is at most ")
            + allowed);
    this.limit = limit;
    this.value = value;
    this.allowed = allowed;
  }

  public Limit limit() {
    return limit;
  }

  /// What the record has.
  public long value() {
    return value;
  }

  /// What the limit allows: the most, and for {@link Limit#TIMESTAMP_MS} the least.
  public long allowed() {
    return allowed;
  }
}
