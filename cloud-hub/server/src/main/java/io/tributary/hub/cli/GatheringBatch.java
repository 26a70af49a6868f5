package io.tributary.hub.cli;

import io.tributary.hub.cli.ProduceApi.ProducerId;
import io.tributary.record.BatchBuilder;
import io.tributary.record.Compression;
import io.tributary.record.EncodedHeaders;
import io.tributary.record.Limits;
import io.tributary.record.RecordRefused;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/// The records of one partition that gather for its next batch, and the sequence that it will have.
final class GatheringBatch {
  private static final int NO_SEQUENCE = -1;

  private final int partition;
  private final ProducerId producer;
  private final Compression compression;
  private final Limits limits;
  private BatchBuilder records;
  private int sequence;
  private long firstLine;
  private long lastLine;
  private long payloadBytes;

  GatheringBatch(int partition, ProducerId producer, Compression compression, Limits limits) {
    this.partition = partition;
    this.producer = producer;
    this.compression = compression;
    this.limits = limits;
    this.records = new BatchBuilder(compression, limits);
  }

  int partition() {
    return partition;
  }

  boolean isEmpty() {
    return records.isEmpty();
  }

  /// Before compression.
  int sizeBytes() {
    return records.sizeBytes();
  }

  /// @return false: full, take the batch and try again
  boolean tryAppend(
      long line,
      long timestampMs,
      @Nullable ByteBuffer key,
      @Nullable ByteBuffer value,
      EncodedHeaders headers)
      throws RecordRefused {
    if (!records.tryAppend(timestampMs, key, value, headers)) {
      return false;
    }
    if (records.count() == 1) {
      firstLine = line;
      payloadBytes = 0;
    }
    lastLine = line;
    payloadBytes +=
        (key == null ? 0 : key.remaining()) + (long) (value == null ? 0 : value.remaining());
    return true;
  }

  /// The batch of all that was appended, with the next sequence.
  ///
  /// @param keptBytes a buffer that grew larger, for one large record, is given up
  SentBatch take(long number, int keptBytes) {
    boolean isIdempotent = producer.id() >= 0;
    ByteBuffer built =
        records.build(0, producer.id(), producer.epoch(), isIdempotent ? sequence : NO_SEQUENCE);
    byte[] bytes = new byte[built.remaining()];
    built.get(bytes);
    int count = records.count();
    sequence = (int) (((long) sequence + count) & Integer.MAX_VALUE); // behind the greatest comes 0
    if (records.sizeBytes() > keptBytes) {
      records = new BatchBuilder(compression, limits);
    } else {
      records.reset();
    }
    return new SentBatch(
        number,
        partition,
        count,
        new SentBatch.LineRange(firstLine, lastLine),
        payloadBytes,
        bytes);
  }
}
