package io.tributary.front.kafka;

import io.tributary.record.BatchBytes;
import io.tributary.record.BatchRefused;
import io.tributary.record.BatchView;
import io.tributary.record.Limits;
import io.tributary.record.RecordCursor;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/// Looks at every byte of a batch that a producer wrote, before anything is done with it, and copies it out of its request.
/// Reusable and confined to one thread: it holds the buffer for decompression.
final class ProducedBatch {
  private final BatchView view = new BatchView();
  private @Nullable RecordCursor records;
  private int recordsMaxMessageBytes;

  /// Checks what Kafka checks of a client's batch: exactly one, of format v2, whole, with dense offsets from 0 and as many
  /// records as it says.
  ///
  /// @param bytes from position to limit; null: none
  /// @param needsKeys whether the topic is compacted, which a record without a key would outlive for ever
  /// @return a copy from 0 to its limit
  ByteBuffer copyOf(@Nullable ByteBuffer bytes, int maxMessageBytes, boolean needsKeys)
      throws Refused {
    if (bytes == null || !bytes.hasRemaining()) {
      throw new Refused(KafkaError.INVALID_RECORD, "no batch");
    }
    if (bytes.remaining() > maxMessageBytes) {
      throw new Refused(
          KafkaError.MESSAGE_TOO_LARGE,
          bytes.remaining() + " B, the topic takes at most " + maxMessageBytes);
    }
    ByteBuffer copy = ByteBuffer.allocate(bytes.remaining()).put(bytes.duplicate()).flip();
    try {
      check(copy, maxMessageBytes, needsKeys);
    } catch (BatchRefused e) {
      throw new Refused(errorOf(e), String.valueOf(e.getMessage()));
    }
    return copy;
  }

  private void check(ByteBuffer batch, int maxMessageBytes, boolean needsKeys)
      throws BatchRefused, Refused {
    view.wrap(batch, 0).check(Limits.produced(maxMessageBytes));
    if (view.sizeBytes() != batch.limit()) {
      throw new Refused(KafkaError.INVALID_RECORD, "more than one batch for one partition");
    }
    if (view.isControl()
        || view.baseOffset() != 0
        || view.count() == 0
        || view.count() != view.lastOffsetDelta() + 1) {
      throw new Refused(
          KafkaError.INVALID_RECORD,
          "not a client's records from offset 0, one behind the other: " + view);
    }
    if (view.producerId() >= 0 && !view.hasIdentity()) {
      throw new Refused(
          KafkaError.INVALID_RECORD, "a producer id without an epoch or a sequence: " + view);
    }
    if (view.isAppendTime()) {
      throw new Refused(
          KafkaError.INVALID_TIMESTAMP, "a time of appending, which is not a client's to say");
    }
    if (view.isTransactional()) {
      throw new Refused(
          KafkaError.TRANSACTIONAL_ID_AUTHORIZATION_FAILED, "an embedded hub has no transactions");
    }
    checkRecords(batch, maxMessageBytes, needsKeys);
  }

  /// A greatest timestamp that is wrong is put right, as in Kafka: consumers look for times by it.
  private void checkRecords(ByteBuffer batch, int maxMessageBytes, boolean needsKeys)
      throws BatchRefused, Refused {
    RecordCursor cursor = records;
    if (cursor == null || maxMessageBytes != recordsMaxMessageBytes) {
      cursor = new RecordCursor(Limits.produced(maxMessageBytes));
      records = cursor;
      recordsMaxMessageBytes = maxMessageBytes;
    }
    long maxTimestampMs = Long.MIN_VALUE;
    cursor.wrap(view);
    while (cursor.next()) {
      if (needsKeys && cursor.keyBytes() < 0) {
        throw new Refused(
            KafkaError.INVALID_RECORD,
            "the topic is compacted, and record "
                + cursor.offset()
                + " of the batch has no key: give each a key, or write to a topic with"
                + " cleanup.policy=delete");
      }
      maxTimestampMs = Math.max(maxTimestampMs, cursor.timestampMs());
    }
    if (maxTimestampMs != view.maxTimestampMs()) {
      BatchBytes.setMaxTimestamp(batch, maxTimestampMs);
    }
  }

  private static KafkaError errorOf(BatchRefused refused) {
    return switch (refused.reason()) {
      case TRUNCATED, LENGTH, CRC -> KafkaError.CORRUPT_MESSAGE;
      case TOO_LARGE -> KafkaError.MESSAGE_TOO_LARGE;
      default -> KafkaError.INVALID_RECORD;
    };
  }
}
