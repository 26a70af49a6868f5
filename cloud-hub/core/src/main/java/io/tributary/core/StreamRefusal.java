package io.tributary.core;

import io.tributary.session.frame.RefusalCode;
import io.tributary.store.StoreRefused;

/// What an edge is told when the store refuses one of its streams.
///
/// @param retryAfterMs when it may try again in this session; 0: not
record StreamRefusal(RefusalCode code, int retryAfterMs, String text) {
  private static final int NEVER = 0;

  static StreamRefusal of(StoreRefused why, DeskLimits limits) {
    String text = String.valueOf(why.getMessage());
    return switch (why.code()) {
      case TOPIC_UNKNOWN -> new StreamRefusal(RefusalCode.TOPIC, limits.topicRetryMs(), text);
      case TOPIC_NAME,
          TOPIC_EXISTS,
          TOPIC_RESERVED,
          TOPIC_MIRRORED,
          TOPIC_NOT_MIRRORED,
          PARTITIONS,
          LIMITS ->
          new StreamRefusal(RefusalCode.TOPIC, NEVER, text);
      case STREAM_TAKEN -> new StreamRefusal(RefusalCode.FOREIGN_STREAM, NEVER, text);
      case TOO_LARGE -> new StreamRefusal(RefusalCode.LIMIT, NEVER, text);
      case BATCH, OUT_OF_SEQUENCE, FENCED -> new StreamRefusal(RefusalCode.BATCH, NEVER, text);
      case QUOTA -> new StreamRefusal(RefusalCode.QUOTA, NEVER, text);
      case NO_SPACE -> new StreamRefusal(RefusalCode.STORE, limits.spaceRetryMs(), text);
      case FAILED, UNREADABLE -> new StreamRefusal(RefusalCode.STORE, limits.failedRetryMs(), text);
      case STREAM_UNKNOWN, OUT_OF_ORDER, BUSY, CLOSED, OFFSET_OUT_OF_RANGE ->
          new StreamRefusal(RefusalCode.STORE, limits.soonRetryMs(), text);
    };
  }
}
