package io.tributary.record;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Encodes records into one batch. Reusable, confined to one thread; its array grows up to the limit and then stays,
/// so that appending allocates nothing.
///
/// EMPTY --tryAppend--> FILLING --tryAppend: false--> FULL --build--> (bytes valid until) --reset--> EMPTY
///
/// The limit counts the records before compression. So a batch never exceeds it, whatever the codec makes of the
/// records: what does not become smaller is stored as `none`.
public final class BatchBuilder {
  private static final int INITIAL_BYTES = 4096;

  /// The bytes of a record that do not depend on it: attributes.
  private static final int ATTRIBUTES_BYTES = 1;

  private final Compression compression;
  private final Limits limits;
  private byte[] bytes;
  private int size = BatchView.HEADER_BYTES;
  private int count;
  private long baseTimestampMs;
  private long maxTimestampMs;

  public BatchBuilder(Compression compression, Limits limits) {
    this.compression = compression;
    this.limits = limits;
    this.bytes = new byte[Math.min(INITIAL_BYTES, limits.batchBytes())];
  }

  /// Appends a record.
  ///
  /// @param timestampMs milliseconds since 1970, not negative
  /// @return false when the batch is full: build it, reset, append again
  /// @throws RecordRefused when no batch under these limits can hold the record; the batch is as before
  public boolean tryAppend(
      long timestampMs, byte @Nullable [] key, byte @Nullable [] value, EncodedHeaders headers)
      throws RecordRefused {
    int keyBytes = key == null ? -1 : key.length;
    int valueBytes = value == null ? -1 : value.length;
    if (!begin(timestampMs, keyBytes, valueBytes, headers)) {
      return false;
    }
    size = Varint.put(bytes, size, keyBytes);
    if (key != null) {
      System.arraycopy(key, 0, bytes, size, keyBytes);
      size += keyBytes;
    }
    size = Varint.put(bytes, size, valueBytes);
    if (value != null) {
      System.arraycopy(value, 0, bytes, size, valueBytes);
      size += valueBytes;
    }
    end(headers);
    return true;
  }

  /// The same with bytes from position to limit of each buffer; neither buffer is moved.
  public boolean tryAppend(
      long timestampMs,
      @Nullable ByteBuffer key,
      @Nullable ByteBuffer value,
      EncodedHeaders headers)
      throws RecordRefused {
    int keyBytes = key == null ? -1 : key.remaining();
    int valueBytes = value == null ? -1 : value.remaining();
    if (!begin(timestampMs, keyBytes, valueBytes, headers)) {
      return false;
    }
    size = Varint.put(bytes, size, keyBytes);
    if (key != null) {
      key.get(key.position(), bytes, size, keyBytes);
      size += keyBytes;
    }
    size = Varint.put(bytes, size, valueBytes);
    if (value != null) {
      value.get(value.position(), bytes, size, valueBytes);
      size += valueBytes;
    }
    end(headers);
    return true;
  }

  public boolean tryAppend(
      long timestampMs, byte @Nullable [] key, byte @Nullable [] value, List<Header> headers)
      throws RecordRefused {
    return tryAppend(timestampMs, key, value, EncodedHeaders.of(headers));
  }

  public boolean tryAppend(
      long timestampMs, @Nullable ByteBuffer key, @Nullable ByteBuffer value, List<Header> headers)
      throws RecordRefused {
    return tryAppend(timestampMs, key, value, EncodedHeaders.of(headers));
  }

  public boolean tryAppend(Record record) throws RecordRefused {
    return tryAppend(record.timestampMs(), record.key(), record.value(), record.headers());
  }

  /// Whether some batch under these limits can hold a record.
  ///
  /// @throws RecordRefused when none can
  public static void check(
      Limits limits,
      long timestampMs,
      byte @Nullable [] key,
      byte @Nullable [] value,
      EncodedHeaders headers)
      throws RecordRefused {
    int keyBytes = key == null ? -1 : key.length;
    int valueBytes = value == null ? -1 : value.length;
    refuseIfTooLargeForAny(limits, fixedBytes(limits, timestampMs, keyBytes, valueBytes, headers));
  }

  public int count() {
    return count;
  }

  public boolean isEmpty() {
    return count == 0;
  }

  /// The size of the batch if it were built now without compression, header included.
  public int sizeBytes() {
    return size;
  }

  /// The batch of a stream: its base offset is the stream's.
  ///
  /// @return the builder's own bytes from position 0 to limit, valid until the next append, build or reset
  public ByteBuffer build(BatchIdentity identity) {
    return build(
        identity.streamOffset(),
        identity.producerId(),
        identity.producerEpoch(),
        identity.baseSequence());
  }

  /// The batch with these fields in its header; -1 for the last three means no identity, as in Kafka.
  ///
  /// @return the builder's own bytes from position 0 to limit, valid until the next append, build or reset
  public ByteBuffer build(long baseOffset, long producerId, short producerEpoch, int baseSequence) {
    if (count == 0) {
      throw new IllegalStateException("a batch without records");
    }
    byte[] batch = bytes;
    int batchSize = size;
    byte codec = BuiltInCompression.NONE.id();
    if (compression.id() != codec) {
      GrowingBytes compressed = compressed();
      if (compressed.size() < size) {
        batch = compressed.array();
        batchSize = compressed.size();
        codec = compression.id();
      }
    }
    ByteBuffer built = ByteBuffer.wrap(batch, 0, batchSize);
    built.putLong(BatchView.BASE_OFFSET, baseOffset);
    built.putInt(BatchView.BATCH_LENGTH, batchSize - BatchBytes.LENGTH_END);
    built.putInt(BatchView.PARTITION_LEADER_EPOCH, BatchView.NO_LEADER_EPOCH);
    built.put(BatchView.MAGIC, BatchView.MAGIC_V2);
    built.putShort(BatchView.ATTRIBUTES, codec);
    built.putInt(BatchView.LAST_OFFSET_DELTA, count - 1);
    built.putLong(BatchView.BASE_TIMESTAMP, baseTimestampMs);
    built.putLong(BatchView.MAX_TIMESTAMP, maxTimestampMs);
    built.putLong(BatchView.PRODUCER_ID, producerId);
    built.putShort(BatchView.PRODUCER_EPOCH, producerEpoch);
    built.putInt(BatchView.BASE_SEQUENCE, baseSequence);
    built.putInt(BatchView.COUNT, count);
    BatchBytes.seal(built);
    return built;
  }

  /// Forgets the records, keeps the array.
  public void reset() {
    size = BatchView.HEADER_BYTES;
    count = 0;
  }

  /// Makes room and writes length, attributes and deltas, or changes nothing.
  private boolean begin(long timestampMs, int keyBytes, int valueBytes, EncodedHeaders headers)
      throws RecordRefused {
    int fixed = fixedBytes(limits, timestampMs, keyBytes, valueBytes, headers);
    long timestampDelta = count == 0 ? 0 : timestampMs - baseTimestampMs;
    int length = fixed + Varint.size(timestampDelta) + Varint.size(count);
    long end = (long) size + Varint.size(length) + length;
    if (end > limits.batchBytes()) {
      refuseIfTooLargeForAny(limits, fixed);
      return false;
    }
    if (end > bytes.length) {
      grow((int) end);
    }
    if (count == 0) {
      baseTimestampMs = timestampMs;
      maxTimestampMs = timestampMs;
    } else if (timestampMs > maxTimestampMs) {
      maxTimestampMs = timestampMs;
    }
    size = Varint.put(bytes, size, length);
    bytes[size++] = 0;
    size = Varint.put(bytes, size, timestampDelta);
    size = Varint.put(bytes, size, count);
    return true;
  }

  /// What a record takes beside its length and its deltas.
  private static int fixedBytes(
      Limits limits, long timestampMs, int keyBytes, int valueBytes, EncodedHeaders headers)
      throws RecordRefused {
    if (timestampMs < 0) {
      throw new RecordRefused(RecordRefused.Limit.TIMESTAMP_MS, timestampMs, 0);
    }
    headers.check(limits);
    long content = Math.max(keyBytes, 0) + (long) Math.max(valueBytes, 0) + headers.sizeBytes();
    if (content > limits.recordBytes()) {
      throw new RecordRefused(RecordRefused.Limit.RECORD_BYTES, content, limits.recordBytes());
    }
    return ATTRIBUTES_BYTES
        + Varint.size(keyBytes)
        + Varint.size(valueBytes)
        + Varint.size(headers.count())
        + (int) content;
  }

  private void end(EncodedHeaders headers) {
    size = Varint.put(bytes, size, headers.count());
    size = headers.put(bytes, size);
    count++;
  }

  /// A record alone in its batch has deltas of zero, one byte each.
  private static void refuseIfTooLargeForAny(Limits limits, int fixed) throws RecordRefused {
    int length = fixed + 2;
    long alone = (long) BatchView.HEADER_BYTES + Varint.size(length) + length;
    if (alone > limits.batchBytes()) {
      throw new RecordRefused(RecordRefused.Limit.BATCH_BYTES, alone, limits.batchBytes());
    }
  }

  private void grow(int least) {
    int most = limits.batchBytes();
    int doubled = bytes.length > most / 2 ? most : bytes.length * 2;
    byte[] grown = new byte[Math.max(least, doubled)];
    System.arraycopy(bytes, 0, grown, 0, size);
    bytes = grown;
  }

  private GrowingBytes compressed() {
    GrowingBytes compressed = new GrowingBytes(Math.max(BatchView.HEADER_BYTES, size / 2));
    compressed.write(bytes, 0, BatchView.HEADER_BYTES);
    try (OutputStream records = compression.compress(compressed)) {
      records.write(bytes, BatchView.HEADER_BYTES, size - BatchView.HEADER_BYTES);
    } catch (IOException e) {
      throw new UncheckedIOException("a stream into memory failed", e);
    }
    return compressed;
  }

  /// Lets its array be used in place.
  private static final class GrowingBytes extends ByteArrayOutputStream {
    GrowingBytes(int initialBytes) {
      super(initialBytes);
    }

    byte[] array() {
      return buf;
    }
  }
}
