package io.tributary.hub.cli;

import io.tributary.record.RecordCursor;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/// A record as a reader sees it, in place: valid until the next one is looked at.
final class Shown {
  /// The record is of no edge, or of a store that does not keep the edge's offset.
  static final long NO_EDGE_OFFSET = -1;

  private static final byte[] EDGE = {'e', 'd', 'g', 'e'};

  final String topic;
  final int partition;
  final RecordCursor record;

  /// The edge's own offset, or NO_EDGE_OFFSET. In the layout `per-edge` it equals the hub's.
  final long edgeOffset;

  /// @param edgeOffset what the batch says; that of a Kafka producer, which numbers its records as an edge does, is not shown
  Shown(String topic, int partition, RecordCursor record, long edgeOffset) {
    this.topic = topic;
    this.partition = partition;
    this.record = record;
    this.edgeOffset = edge() == null ? NO_EDGE_OFFSET : edgeOffset;
  }

  /// The edge that the record came from.
  @Nullable ByteBuffer edge() {
    return record.header(EDGE);
  }
}
