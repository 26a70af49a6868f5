package io.tributary.hub.cli;

import io.tributary.record.Compression;
import io.tributary.record.EncodedHeaders;
import org.jspecify.annotations.Nullable;

/// Where records go, and how.
///
/// @param partition null: by the key, and without one in turn
/// @param headers of every record
/// @param acks Kafka's: -1 all, 1, 0
/// @param timeoutMs how long a hub may be away before we give up
/// @param whole the whole input is one record
record ProducePlan(
    String topic,
    @Nullable Integer partition,
    LineForm form,
    EncodedHeaders headers,
    short acks,
    Compression compression,
    long timeoutMs,
    boolean whole) {
  static final short ALL = -1;
}
