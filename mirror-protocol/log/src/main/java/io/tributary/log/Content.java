package io.tributary.log;

/// Whose batches a partition holds, and with which offsets.
public enum Content {
  /// Of the streams of edges, with dense offsets over all of them.
  STREAMS,
  /// Of one stream, with its own offsets.
  STREAM,
  /// Of Kafka producers, with dense offsets. Producer id, epoch and sequence are what Kafka means by them.
  PRODUCED
}
