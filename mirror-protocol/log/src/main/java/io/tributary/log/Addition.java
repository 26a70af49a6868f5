package io.tributary.log;

import io.tributary.record.EncodedHeaders;
import org.jspecify.annotations.Nullable;

/// One of the readings that are added together.
@SuppressWarnings("ArrayRecordComponent") // nobody compares them
public record Addition(
    long streamId,
    long timestampMs,
    byte @Nullable [] key,
    byte @Nullable [] value,
    EncodedHeaders headers) {
  // Spelled out: the class file of a compact constructor loses the @Nullable of an array.
  public Addition(
      long streamId,
      long timestampMs,
      byte @Nullable [] key,
      byte @Nullable [] value,
      EncodedHeaders headers) {
    this.streamId = streamId;
    this.timestampMs = timestampMs;
    this.key = key;
    this.value = value;
    this.headers = headers;
  }
}
