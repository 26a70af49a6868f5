package io.tributary.session;

/// A stream that the edge wants to mirror, as its journal holds it now.
///
/// @param start the first offset that the journal holds
/// @param end the end of what is durable; the hub never learns of more
/// @param digestAtEnd the chain over the batches before `end`, or UNKNOWN
/// @param acked the watermark: what the hub has acknowledged so far
public record StreamOffer(
    long streamId,
    String topic,
    String className,
    long start,
    long end,
    long digestAtEnd,
    long acked) {
  public StreamOffer {
    if (streamId < 0 || start < 0 || start > end || acked < 0) {
      throw new IllegalArgumentException(
          "no stream: id " + streamId + ", [" + start + ", " + end + "), acked " + acked);
    }
  }
}
