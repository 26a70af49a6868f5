package io.tributary.groups;

import io.tributary.record.BatchBytes;
import io.tributary.store.CleanupPolicy;
import io.tributary.store.Layout;
import io.tributary.store.Partition;
import io.tributary.store.ProduceReply;
import io.tributary.store.Store;
import io.tributary.store.StoreRefused;
import io.tributary.store.StoredBatches;
import io.tributary.store.TopicLimits;
import io.tributary.store.TopicName;
import io.tributary.store.TopicSpec;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadLocalRandom;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.KafkaStorageException;
import org.apache.kafka.common.errors.NotEnoughReplicasException;
import org.apache.kafka.common.errors.NotLeaderOrFollowerException;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.MutableRecordBatch;
import org.apache.kafka.common.record.internal.Record;
import org.apache.kafka.common.record.internal.RecordBatch;
import org.apache.kafka.coordinator.common.runtime.CoordinatorLoader;
import org.apache.kafka.coordinator.common.runtime.CoordinatorPlayback;
import org.apache.kafka.coordinator.common.runtime.CoordinatorRecord;
import org.apache.kafka.coordinator.common.runtime.Deserializer.UnknownRecordTypeException;
import org.apache.kafka.coordinator.common.runtime.PartitionWriter;
import org.apache.kafka.coordinator.group.GroupCoordinatorRecordSerde;
import org.apache.kafka.coordinator.group.generated.OffsetCommitKey;
import org.apache.kafka.storage.internals.log.LogConfig;
import org.apache.kafka.storage.internals.log.VerificationGuard;
import org.jspecify.annotations.Nullable;

/// The one partition of `__consumer_offsets`: what the coordinator remembers, as it writes and reads it.
///
/// The coordinator goes on as soon as it has handed a batch over, and answers its clients when it hears that the batch is on
/// disk. So a batch that the store refuses afterwards leaves it with a memory that no log supports: nothing more is taken
/// then until it has loaded the log anew. For the batches that are under way at that moment the same holds, by the means that
/// Kafka has for its producers: each batch has a sequence number, and behind a missing one the store takes none.
final class OffsetsLog implements PartitionWriter, CoordinatorLoader<CoordinatorRecord> {
  /// What is committed for 5,000 partitions at once fits.
  private static final int BATCH_BYTES_MOST = 1024 * 1024;

  private static final int READ_BYTES = 1024 * 1024;
  private static final long SEGMENT_BYTES = 4L * 1024 * 1024;
  private static final int PARTITION = 0;

  private final Store store;
  private final Executor thread;
  private final Runnable lost;
  private final GroupCoordinatorRecordSerde serde = new GroupCoordinatorRecordSerde();
  private final LogConfig config = new LogConfig(Map.of("max.message.bytes", BATCH_BYTES_MOST));

  // Guarded by this.
  private final ArrayDeque<Handed> waiting = new ArrayDeque<>();
  private @Nullable Listener listener;
  private @Nullable StoreRefused refusal;
  private boolean isKnown;
  private int underWay;
  private long endOffset;
  private long producerId;
  private int sequence;

  /// Topics of which something is committed, as of the last load.
  private volatile Set<String> committed = Set.of();

  /// A batch on its way to the disk.
  private record Handed(ByteBuffer batch, long fromOffset, long toOffset) {}

  /// @param thread loads the log
  /// @param lost called when the log could not be loaded, or when the store has refused a batch since and nothing is under
  ///     way any more: the coordinator has to load the log again
  OffsetsLog(Store store, Executor thread, Runnable lost) {
    this.store = store;
    this.thread = thread;
    this.lost = lost;
  }

  /// The topic as it is created: of each key the newest record is kept for ever.
  static TopicSpec topic() {
    return new TopicSpec(
        TopicName.CONSUMER_OFFSETS,
        new Layout.Partitions(1),
        false,
        new TopicLimits(
            TopicLimits.UNLIMITED,
            TopicLimits.UNLIMITED,
            SEGMENT_BYTES,
            TopicLimits.MAX_MESSAGE_BYTES,
            CleanupPolicy.COMPACT));
  }

  /// What the last batch was refused for, if nothing is taken since, or null.
  synchronized @Nullable String trouble() {
    StoreRefused why = refusal;
    return why == null ? null : TopicName.CONSUMER_OFFSETS + ": " + why.getMessage();
  }

  /// Whether the store has taken something since the last load.
  synchronized boolean hasWritten() {
    return isKnown;
  }

  /// The topics of which something was committed when the log was last loaded.
  Set<String> committedTopics() {
    return committed;
  }

  @Override
  public synchronized void registerListener(TopicPartition partition, Listener registered) {
    listener = registered;
  }

  @Override
  public synchronized void deregisterListener(TopicPartition partition, Listener registered) {
    if (registered.equals(listener)) {
      listener = null;
    }
  }

  @Override
  public LogConfig config(TopicPartition partition) {
    return config;
  }

  @Override
  public long append(
      TopicPartition partition,
      VerificationGuard guard,
      MemoryRecords records,
      short transactionVersion) {
    // The buffer is the coordinator's again when this returns.
    ByteBuffer bytes = records.buffer();
    ByteBuffer batch = ByteBuffer.allocate(bytes.remaining()).put(bytes.duplicate()).flip();
    int count = countOf(records);
    synchronized (this) {
      if (refusal != null) {
        throw new NotLeaderOrFollowerException(trouble());
      }
      if (store.isCrowded()) {
        throw new NotEnoughReplicasException("the store is crowded");
      }
      BatchBytes.setProducer(batch, producerId, (short) 0, sequence);
      sequence = (int) ((sequence + (long) count) & Integer.MAX_VALUE);
      Handed handed = new Handed(batch, endOffset, endOffset + count);
      endOffset = handed.toOffset();
      // The first goes alone: a producer that the store does not know yet may begin anywhere.
      if (isKnown || underWay == 0) {
        hand(handed);
      } else {
        waiting.add(handed);
      }
      return handed.toOffset();
    }
  }

  private static int countOf(MemoryRecords records) {
    int count = 0;
    for (MutableRecordBatch batch : records.batches()) {
      count += Math.toIntExact(batch.lastOffset() - batch.baseOffset() + 1);
    }
    return count;
  }

  /// Under the lock, so that the store gets the batches in their order.
  private void hand(Handed handed) {
    underWay++;
    store.produce(
        TopicName.CONSUMER_OFFSETS,
        PARTITION,
        handed.batch(),
        new ProduceReply() {
          @Override
          public void durable(long baseOffset) {
            written(handed, baseOffset);
          }

          @Override
          public void refused(StoreRefused why) {
            OffsetsLog.this.refused(why);
          }
        });
  }

  private void written(Handed handed, long baseOffset) {
    if (baseOffset != handed.fromOffset()) {
      refused(
          new StoreRefused(
              StoreRefused.Code.OUT_OF_ORDER,
              "somebody else writes to it: a batch for offset %d went to %d"
                  .formatted(handed.fromOffset(), baseOffset)));
      return;
    }
    Listener told;
    synchronized (this) {
      underWay--;
      isKnown = true;
      while (!waiting.isEmpty()) {
        hand(waiting.remove());
      }
      told = listener;
    }
    if (told != null) {
      told.onHighWatermarkUpdated(
          new TopicPartition(TopicName.CONSUMER_OFFSETS, PARTITION), handed.toOffset());
    }
    tellIfLost();
  }

  private void refused(StoreRefused why) {
    synchronized (this) {
      underWay--;
      waiting.clear();
      if (refusal == null) {
        refusal = why;
      }
    }
    tellIfLost();
  }

  private void tellIfLost() {
    boolean isLost;
    synchronized (this) {
      isLost = refusal != null && underWay == 0;
    }
    if (isLost) {
      lost.run();
    }
  }

  @Override
  public CompletableFuture<VerificationGuard> maybeStartTransactionVerification(
      TopicPartition partition,
      String transactionalId,
      long producer,
      short producerEpoch,
      int apiVersion) {
    return CompletableFuture.completedFuture(VerificationGuard.SENTINEL);
  }

  @Override
  public CompletableFuture<Void> deleteRecords(TopicPartition partition, long before) {
    return CompletableFuture.completedFuture(null); // for share groups, which are not offered
  }

  @Override
  public CompletableFuture<LoadSummary> load(
      TopicPartition partition, CoordinatorPlayback<CoordinatorRecord> coordinator) {
    return CompletableFuture.supplyAsync(() -> load(coordinator), thread)
        .whenComplete((loaded, failure) -> {
          if (failure != null) {
            unreadable(failure);
          }
        });
  }

  private void unreadable(Throwable failure) {
    synchronized (this) {
      refusal =
          new StoreRefused(
              StoreRefused.Code.UNREADABLE, "cannot be read: " + failure.getMessage(), failure);
    }
    tellIfLost();
  }

  private LoadSummary load(CoordinatorPlayback<CoordinatorRecord> coordinator) {
    long startedAtMs = System.currentTimeMillis();
    Replay replay = new Replay(coordinator);
    try {
      Partition partition = store.partition(TopicName.CONSUMER_OFFSETS, PARTITION);
      if (partition == null) {
        throw new KafkaStorageException("there is no such topic");
      }
      long end = partition.endOffset();
      replay.from(partition, end);
      synchronized (this) {
        endOffset = end;
        producerId = ThreadLocalRandom.current().nextLong(Long.MAX_VALUE);
        sequence = 0;
        isKnown = false;
        refusal = null;
      }
      committed = Set.copyOf(replay.topics);
      if (end > 0) { // where it begins by itself, and does not want to be told
        coordinator.updateLastWrittenOffset(end);
        coordinator.updateLastCommittedOffset(end);
      }
    } catch (IOException | StoreRefused e) {
      throw new KafkaStorageException(e.getMessage(), e);
    }
    return new LoadSummary(
        startedAtMs, System.currentTimeMillis(), 0, replay.records, replay.bytes);
  }

  /// One reading of the whole log.
  private final class Replay {
    private final CoordinatorPlayback<CoordinatorRecord> coordinator;
    private final Set<String> topics = new HashSet<>();
    private long records;
    private long bytes;

    private Replay(CoordinatorPlayback<CoordinatorRecord> coordinator) {
      this.coordinator = coordinator;
    }

    private void from(Partition partition, long end) throws StoreRefused, IOException {
      for (long offset = partition.startOffset(); offset < end; ) {
        ByteBuffer chunk = chunk(partition, offset);
        if (!chunk.hasRemaining()) {
          return; // only damage is left, which the store tells of
        }
        bytes += chunk.remaining();
        for (MutableRecordBatch batch : MemoryRecords.readableRecords(chunk).batches()) {
          for (Record record : batch) {
            if (record.offset() >= offset) {
              replay(record);
            }
          }
          offset = batch.nextOffset();
        }
      }
    }

    private void replay(Record record) {
      CoordinatorRecord read;
      try {
        read = serde.deserialize(record.key(), record.value());
      } catch (UnknownRecordTypeException ofANewerRelease) {
        return;
      }
      records++;
      if (read.key() instanceof OffsetCommitKey key && read.value() != null) {
        topics.add(key.topic());
      }
      // The producer of a batch is ours, and has nothing to do with transactions.
      coordinator.replay(
          record.offset(), RecordBatch.NO_PRODUCER_ID, RecordBatch.NO_PRODUCER_EPOCH, read);
    }

    private static ByteBuffer chunk(Partition partition, long offset)
        throws StoreRefused, IOException {
      try (StoredBatches batches = partition.readPresent(offset, READ_BYTES)) {
        ByteBuffer chunk = ByteBuffer.allocate(batches.length());
        while (chunk.hasRemaining()) {
          batches.readInto(chunk, chunk.position());
        }
        return chunk.flip();
      }
    }
  }

  @Override
  public void close() {
    // The store stays its owner's.
  }
}
