package io.tributary.record;

/// The bounds of a batch and of a record, each with the failure that it prevents.
///
/// @param batchBytes the largest batch, header included; bounds every buffer that holds one batch
/// @param recordBytes the largest sum of key, value and encoded headers of one record; one record must not fill a
///     consumer's memory
/// @param headerCount the most headers of one record; bounds the time to look at one record
/// @param headerKeyBytes the longest key of a header in UTF-8
/// @param decompressedBytes the most bytes that the records of one batch may decompress to; stops decompression bombs
/// @param decompressionRatio the most bytes that one compressed byte may yield; stops small bombs early
public record Limits(
    int batchBytes,
    int recordBytes,
    int headerCount,
    int headerKeyBytes,
    int decompressedBytes,
    int decompressionRatio) {

  /// What an edge's batch may hold unless the configuration says otherwise.
  public static final int EDGE_BATCH_BYTES = 64 * 1024;

  /// What an edge's batch may hold at most; also what a hub accepts from any edge.
  public static final int EDGE_BATCH_BYTES_MOST = 1024 * 1024;

  /// Kafka's default of `max.message.bytes`: 1 MiB and the 12 bytes before the batch length ends.
  public static final int MAX_MESSAGE_BYTES = 1024 * 1024 + 12;

  /// The smallest batch limit that still leaves room for a reading.
  public static final int BATCH_BYTES_LEAST = 1024;

  public static final int HEADER_COUNT = 64;
  public static final int HEADER_KEY_BYTES = 256;
  public static final int DECOMPRESSED_BYTES = 16 * 1024 * 1024;

  /// What a producer's batch of a megabyte may hold when it is compressed well.
  public static final int PRODUCED_DECOMPRESSED_BYTES = 64 * 1024 * 1024;

  /// More than this is never decompressed, so that sizes of buffers stay within an int.
  public static final int DECOMPRESSED_BYTES_MOST = 1024 * 1024 * 1024;

  /// Deflate cannot yield more than 1032 bytes for one; the default refuses nothing that gzip writes.
  public static final int DECOMPRESSION_RATIO = 1100;

  /// The limits of an edge's batch by default.
  public static final Limits EDGE = edge(EDGE_BATCH_BYTES);

  /// What a hub accepts from an edge: any batch that an edge may be configured to write.
  public static final Limits FROM_EDGE = edge(EDGE_BATCH_BYTES_MOST);

  public Limits {
    atLeast("batchBytes", batchBytes, BATCH_BYTES_LEAST);
    atLeast("recordBytes", recordBytes, 1);
    atLeast("headerCount", headerCount, 0);
    atLeast("headerKeyBytes", headerKeyBytes, 0);
    atLeast("decompressedBytes", decompressedBytes, 1);
    atLeast("decompressionRatio", decompressionRatio, 1);
    if (decompressedBytes > DECOMPRESSED_BYTES_MOST) {
      throw new IllegalArgumentException(
          "decompressedBytes is at most " + DECOMPRESSED_BYTES_MOST + ", not " + decompressedBytes);
    }
  }

  /// The limits of an edge whose batches hold at most `batchBytes`.
  public static Limits edge(int batchBytes) {
    if (batchBytes > EDGE_BATCH_BYTES_MOST) {
      throw new IllegalArgumentException(
          "an edge's batch holds at most " + EDGE_BATCH_BYTES_MOST + " B, not " + batchBytes);
    }
    return ofBatch(batchBytes);
  }

  /// The limits of a hub's topic with Kafka's setting `max.message.bytes`.
  public static Limits topic(int maxMessageBytes) {
    return ofBatch(maxMessageBytes);
  }

  /// What a hub accepts from a Kafka producer, whose records are other people's: any number of headers that a batch holds.
  public static Limits produced(int maxMessageBytes) {
    return new Limits(
        maxMessageBytes,
        PRODUCED_DECOMPRESSED_BYTES,
        PRODUCED_DECOMPRESSED_BYTES,
        PRODUCED_DECOMPRESSED_BYTES,
        Math.max(PRODUCED_DECOMPRESSED_BYTES, maxMessageBytes),
        DECOMPRESSION_RATIO);
  }

  /// The bytes that one batch of `compressedBytes` may decompress to.
  int decompressedBytes(int compressedBytes) {
    return (int) Math.min(decompressedBytes, (long) compressedBytes * decompressionRatio);
  }

  private static Limits ofBatch(int batchBytes) {
    return new Limits(
        batchBytes,
        Math.max(1, batchBytes - BatchView.HEADER_BYTES),
        HEADER_COUNT,
        HEADER_KEY_BYTES,
        Math.max(DECOMPRESSED_BYTES, batchBytes),
        DECOMPRESSION_RATIO);
  }

  private static void atLeast(String name, int value, int least) {
    if (value < least) {
      throw new IllegalArgumentException(name + " must be at least " + least + ", not " + value);
    }
  }
}
