package io.tributary.record;

import java.io.Serial;

/// The bytes are not a batch that may be believed. It is a refusal, not a bug: the peer or the disk gave these bytes.
public final class BatchRefused extends Exception {
  @Serial private static final long serialVersionUID = 1L;

  /// Why; stable enough to be counted and shown.
  public enum Reason {
    /// The bytes end before the batch does.
    TRUNCATED,
    /// The length is smaller than a batch can be.
    LENGTH,
    /// The batch is larger than the limits allow.
    TOO_LARGE,
    /// Not message format v2.
    MAGIC,
    /// The CRC-32C does not match the bytes.
    CRC,
    /// Attributes that are not allowed here: transactional, control, append time, unknown bits.
    ATTRIBUTES,
    /// A codec that nobody here provides.
    CODEC,
    /// The compressed bytes do not decompress.
    COMPRESSED_BYTES,
    /// The records decompress to more than the limits allow.
    DECOMPRESSED_SIZE,
    /// Offsets that contradict each other.
    OFFSETS,
    /// The number of records contradicts the offsets or the bytes.
    COUNT,
    /// Stream id, epoch or sequence are not those of a stream.
    IDENTITY,
    /// A record whose bytes contradict each other.
    RECORD,
    /// A record with more headers, or longer keys of headers, than the limits allow.
    HEADERS,
    /// A control batch that is not a Gap where one was expected.
    GAP
  }

  private final Reason reason;

  public BatchRefused(Reason reason, String what) {
    super(reason + ": " + what);
    this.reason = reason;
  }

  public BatchRefused(Reason reason, String what, Throwable cause) {
    super(reason + ": " + what, cause);
    this.reason = reason;
  }

  public Reason reason() {
    return reason;
  }
}
