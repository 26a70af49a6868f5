package io.tributary.record;

/// Which records of which stream a batch holds, as its header says it.
///
/// | field of the header | holds |
/// |---|---|
/// | producerId | the stream's id, a random 63-bit number |
/// | baseSequence | the low 31 bits of the edge's offset of the first record |
/// | producerEpoch | the next 15 bits |
///
/// So a stream has room for 2^46 records: two years at a million a second.
///
/// @param streamId the stream, not negative
/// @param streamOffset the edge's offset of the first record of the batch
public record BatchIdentity(long streamId, long streamOffset) {
  /// The first offset that a stream cannot hold.
  public static final long STREAM_OFFSET_END = 1L << 46;

  private static final int SEQUENCE_BITS = 31;
  private static final int SEQUENCE_MASK = 0x7FFF_FFFF;
  private static final int EPOCH_MASK = 0x7FFF;

  public BatchIdentity {
    if (streamId < 0) {
      throw new IllegalArgumentException("a stream id is not negative: " + streamId);
    }
    if (streamOffset < 0 || streamOffset >= STREAM_OFFSET_END) {
      throw new IllegalArgumentException("no offset of a stream: " + streamOffset);
    }
  }

  /// The identity that a batch carries. The batch must have been checked.
  public static BatchIdentity of(BatchView batch) {
    return new BatchIdentity(batch.producerId(), batch.streamOffset());
  }

  public long producerId() {
    return streamId;
  }

  public short producerEpoch() {
    return (short) ((streamOffset >>> SEQUENCE_BITS) & EPOCH_MASK);
  }

  public int baseSequence() {
    return (int) streamOffset & SEQUENCE_MASK;
  }

  /// The inverse: the edge's offset that an epoch and a sequence stand for.
  public static long streamOffset(short producerEpoch, int baseSequence) {
    return ((long) (producerEpoch & EPOCH_MASK) << SEQUENCE_BITS) | (baseSequence & SEQUENCE_MASK);
  }
}
