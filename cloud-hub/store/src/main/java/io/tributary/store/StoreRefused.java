package io.tributary.store;

import java.io.Serial;

/// The store did not do what it was asked. Nothing of the request is stored, and nothing else is
/// disturbed.
public final class StoreRefused extends Exception {
  @Serial private static final long serialVersionUID = 1L;

  /// Why; stable enough to be counted and shown.
  public enum Code {
    /// Not a topic's name, or one that collides with another topic's.
    TOPIC_NAME(false),
    /// No such topic.
    TOPIC_UNKNOWN(false),
    /// The topic exists and is something else.
    TOPIC_EXISTS(false),
    /// The hub's own topic, which stays as it is.
    TOPIC_RESERVED(false),
    /// Only edges write to this topic, or only the store does.
    TOPIC_MIRRORED(false),
    /// Edges may not write to this topic.
    TOPIC_NOT_MIRRORED(false),
    /// A topic gets more partitions only in the layout `partitions`, and never fewer.
    PARTITIONS(false),
    /// The bounds of the topic do not go together.
    LIMITS(false),
    /// The stream id belongs to another edge, incarnation or topic.
    STREAM_TAKEN(false),
    /// The stream was not opened.
    STREAM_UNKNOWN(false),
    /// The append does not begin where the stream ends: open the stream again.
    OUT_OF_ORDER(true),
    /// Batches of the producer before this one are missing.
    OUT_OF_SEQUENCE(false),
    /// The producer's epoch is over.
    FENCED(false),
    /// The batch is larger than the topic's `max.message.bytes`.
    TOO_LARGE(false),
    /// The bytes are not the batch that the call says.
    BATCH(false),
    /// The disk is full. Works again when there is space.
    NO_SPACE(true),
    /// The queue is full, or too much is asked at once.
    BUSY(true),
    /// The store holds as many topics and streams as it can.
    QUOTA(false),
    /// The partition's disk failed; it takes no appends until the hub was started again.
    FAILED(true),
    /// The offset is below the partition's start or above its end.
    OFFSET_OUT_OF_RANGE(false),
    /// Bytes on disk could not be read.
    UNREADABLE(true),
    /// The store is closed.
    CLOSED(true);

    private final boolean retryable;

    Code(boolean retryable) {
      this.retryable = retryable;
    }

    /// Whether the same request may succeed later.
    public boolean isRetryable() {
      return retryable;
    }
  }

  private final Code code;

  public StoreRefused(Code code, String what) {
    super(what);
    this.code = code;
  }

  public StoreRefused(Code code, String what, Throwable cause) {
    super(what, cause);
    this.code = code;
  }

  public Code code() {
    return code;
  }
}
