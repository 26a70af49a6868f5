package io.tributary.session;

/// A stream that the edge wants to mirror, as its journal holds it now.
///
/// @param start the first offset that the journal holds
/// @param end the end of what is durable; the hub never learns of more
/// @param digestAtEnd the chain over the batches before `end`, or UNKNOWN
/// @param acked the watermark: what the hub has acknowledged so far
/// @param isSealed whether the stream ends at `end` for ever: what the hub has behind that is another life's
public record StreamOffer(
    long streamId,
    String topic,
    String className,
    long start,
    long end,
    long digestAtEnd,
    long acked,
    boolean isSealed) {
  public StreamOffer {
    if (streamId < 0 || start < 0 || start > end || acked < 0) {
      throw new IllegalArgumentException(
          "no stream: id " + streamId + ", [" + start + ", " + end + "), acked " + acked);
    }
  }

  /// A stream that goes on.
  public StreamOffer(
      long streamId,
      String topic,
      String className,
      long start,
      long end,
      long digestAtEnd,
      long acked) {
    this(streamId, topic, className, start, end, digestAtEnd, acked, false);
  }
}
