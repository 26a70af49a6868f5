package io.tributary.adapter;

import io.tributary.record.Header;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// One reading on its way from an adapter to the journal. The arrays and the list are handed over, not copied: an adapter
/// does not change them afterwards.
///
/// @param topic the Tributary topic
/// @param timestampMs milliseconds since 1970 (UTC)
/// @param headers in their order; the edge adds its own (`edge`, `source`, `clock`)
/// @param state what must be known exactly when the reading is: both are durable, or neither is
@SuppressWarnings(
    "ArrayRecordComponent") // nobody compares readings; copying them would cost each one
public record Reading(
    String topic,
    long timestampMs,
    byte @Nullable [] key,
    byte @Nullable [] value,
    List<Header> headers,
    @Nullable StateChange state) {
  // Spelled out: javac leaves the type annotations of a compact constructor's arrays out of the
  // class file.
  public Reading(
      String topic,
      long timestampMs,
      byte @Nullable [] key,
      byte @Nullable [] value,
      List<Header> headers,
      @Nullable StateChange state) {
    this.topic = Objects.requireNonNull(topic, "topic");
    this.timestampMs = timestampMs;
    this.key = key;
    this.value = value;
    this.headers = Objects.requireNonNull(headers, "headers");
    this.state = state;
  }
}
