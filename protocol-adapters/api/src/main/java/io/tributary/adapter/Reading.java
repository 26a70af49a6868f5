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
/// @param state what must be known exactly when the reading is: all of it is durable, or nothing is; at most
///     {@link Emitter#STATE_CHANGES_BYTES}
@SuppressWarnings(
    "ArrayRecordComponent") // nobody compares readings; copying them would cost each one
public record Reading(
    String topic,
    long timestampMs,
    byte @Nullable [] key,
    byte @Nullable [] value,
    List<Header> headers,
    List<StateChange> state) {
  // Spelled out: javac leaves the type annotations of a compact constructor's arrays out of the
  // class file.
  public Reading(
      String topic,
      long timestampMs,
      byte @Nullable [] key,
      byte @Nullable [] value,
      List<Header> headers,
      List<StateChange> state) {
    this.topic = Objects.requireNonNull(topic, "topic");
    this.timestampMs = timestampMs;
    this.key = key;
    this.value = value;
    this.headers = Objects.requireNonNull(headers, "headers");
    this.state = Objects.requireNonNull(state, "state");
  }

  /// The same reading with other changes of state.
  public Reading with(List<StateChange> changes) {
    return changes.isEmpty() && state.isEmpty()
        ? this
        : new Reading(topic, timestampMs, key, value, headers, changes);
  }
}
