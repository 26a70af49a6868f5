package io.tributary.hub.cli;

import io.tributary.record.EncodedHeaders;
import io.tributary.record.Limits;
import io.tributary.record.RecordRefused;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Gathers records into batches by partition, and hands full batches to a {@link Producer}.
///
/// Records without a key and without a given partition go to one partition until its batch is sent, then to the next: few
/// large batches instead of many small ones (KIP-480). All partitions together hold {@link #GATHERED_BYTES_MOST}.
final class Gathering {
  /// The size that a batch is sent at: more would not be faster.
  private static final int BATCH_BYTES = 1024 * 1024;

  private static final int BATCH_BYTES_LEAST = 4 * 1024;

  /// So that a topic of thousands of partitions does not fill the memory; then their batches are smaller.
  private static final int GATHERED_BYTES_MOST = 32 * 1024 * 1024;

  private final Producer producer;
  private final ProducePlan plan;
  private final Limits limits;
  private final Map<Integer, GatheringBatch> batches = new TreeMap<>();
  private int sticky;
  private long sent;

  /// @param batchBytesMost the largest batch that the topic takes
  Gathering(Producer producer, ProducePlan plan, int batchBytesMost) {
    this.producer = producer;
    this.plan = plan;
    this.limits = Limits.produced(batchBytesMost);
    this.sticky = (int) Math.floorMod(producer.id().id(), (long) partitions());
  }

  private int partitions() {
    return producer.topic().leaders().size();
  }

  /// Adds a record. Sends the batch that it fills.
  void add(long line, long timestampMs, @Nullable ByteBuffer key, @Nullable ByteBuffer value)
      throws Failure {
    GatheringBatch batch = batches.computeIfAbsent(partition(key), this::batch);
    EncodedHeaders headers = plan.headers();
    try {
      if (!batch.tryAppend(line, timestampMs, key, value, headers)) {
        send(batch);
        if (!batch.tryAppend(line, timestampMs, key, value, headers)) {
          throw new IllegalStateException("an empty batch is full");
        }
      }
    } catch (RecordRefused e) {
      throw new LineRefused(
          Failure.CHECK, "line %d is refused: %s".formatted(line, e.getMessage()), e);
    }
    if (batch.sizeBytes() >= batchBytes()) {
      send(batch);
    }
  }

  /// Sends whatever has gathered.
  void flush() throws Failure {
    for (GatheringBatch batch : batches.values()) {
      if (!batch.isEmpty()) {
        send(batch);
      }
    }
  }

  private GatheringBatch batch(int partition) {
    return new GatheringBatch(partition, producer.id(), plan.compression(), limits);
  }

  private void send(GatheringBatch batch) throws Failure {
    if (batch.partition() == sticky) {
      sticky = (sticky + 1) % partitions();
    }
    producer.send(batch.take(sent++, 2 * batchBytes()));
  }

  private int partition(@Nullable ByteBuffer key) {
    if (plan.partition() != null) {
      return plan.partition();
    }
    if (key == null) {
      return sticky;
    }
    int from = key.arrayOffset() + key.position();
    return Murmur2.partition(key.array(), from, from + key.remaining(), partitions());
  }

  private int batchBytes() {
    return Math.clamp(GATHERED_BYTES_MOST / partitions(), BATCH_BYTES_LEAST, BATCH_BYTES);
  }
}
