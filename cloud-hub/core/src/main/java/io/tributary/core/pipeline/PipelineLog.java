package io.tributary.core.pipeline;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.tributary.record.BatchBuilder;
import io.tributary.record.BatchCursor;
import io.tributary.record.BatchRefused;
import io.tributary.record.BatchView;
import io.tributary.record.Compression;
import io.tributary.record.EncodedHeaders;
import io.tributary.record.Limits;
import io.tributary.record.Record;
import io.tributary.record.RecordCursor;
import io.tributary.record.RecordRefused;
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
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The one partition of `__pipelines`: what pipelines remember. Of each key the newest entry counts.
///
/// | key | entry |
/// |---|---|
/// | `NAME/control` | {@link Control} |
/// | `NAME/PARTITION/place` | {@link LaneEntry} |
/// | `NAME/PARTITION/saved/0`, `…/1` | Progress' entry `saved`: the guests' state |
/// | `NAME/PARTITION/dead` | the batch of dead letters of the last intent that had any |
///
/// It is read once, at the start. Places stay in memory; of states and dead letters, which are large, only the offset does: what
/// is newest of its key keeps it, also when the topic is compacted.
final class PipelineLog {
  /// What a state may take; with a batch of dead letters and a place it fits into one batch.
  static final int STATE_BYTES_MOST = 4 << 20;

  /// What a batch of dead letters may take.
  static final int DEAD_BYTES_MOST = (1 << 20) + (128 << 10);

  private static final int BATCH_BYTES_MOST = 6 << 20;
  private static final long SEGMENT_BYTES = 16L << 20;
  private static final int READ_BYTES = 1 << 20;
  private static final int PARTITION = 0;
  private static final int TIMESTAMP_MS = 0;

  private static final String CONTROL = "/control";
  private static final String PLACE = "/place";

  private static final Limits LIMITS = Limits.topic(BATCH_BYTES_MOST);

  private final Store store;

  /// Controls and places as they were at the start.
  private final Map<String, byte[]> small = new HashMap<>();

  /// Where states and dead letters were at the start.
  private final Map<String, Long> offsets = new HashMap<>();

  /// Part of what is written at once.
  @SuppressWarnings("ArrayRecordComponent") // nobody compares them
  record Entry(String key, byte[] value) {}

  /// What became of it, on the store's thread.
  interface Written {
    /// @param offset of the first entry; the others follow
    void durable(long offset);

    void refused(StoreRefused why);
  }

  private PipelineLog(Store store) {
    this.store = store;
  }

  static TopicSpec topic() {
    return new TopicSpec(
        TopicName.PIPELINES,
        new Layout.Partitions(1),
        false,
        new TopicLimits(
            TopicLimits.UNLIMITED,
            TopicLimits.UNLIMITED,
            SEGMENT_BYTES,
            BATCH_BYTES_MOST,
            CleanupPolicy.COMPACT));
  }

  /// Creates the topic where there is none, and reads it.
  static PipelineLog open(Store store) throws StoreRefused, IOException {
    PipelineLog log = new PipelineLog(store);
    if (store.topic(TopicName.PIPELINES) == null) {
      store.createTopic(topic());
    }
    log.load();
    return log;
  }

  static String controlKey(String pipeline) {
    return pipeline + CONTROL;
  }

  static String placeKey(String pipeline, int partition) {
    return pipeline + "/" + partition + PLACE;
  }

  static String savedKey(String pipeline, int partition, int slot) {
    return pipeline + "/" + partition + "/saved/" + slot;
  }

  static String deadKey(String pipeline, int partition) {
    return pipeline + "/" + partition + "/dead";
  }

  /// A control or a place as it was at the start; null: there was none.
  byte @Nullable [] found(String key) {
    return small.get(key);
  }

  /// Where a state or dead letters were at the start, or -1.
  long foundAt(String key) {
    return offsets.getOrDefault(key, -1L);
  }

  /// Writes entries, all of them or none. Any thread.
  void put(List<Entry> entries, Written reply) {
    BatchBuilder builder = new BatchBuilder(Compression.none(), LIMITS);
    try {
      for (Entry entry : entries) {
        if (!builder.tryAppend(
            TIMESTAMP_MS,
            entry.key().getBytes(UTF_8),
            entry.value(),
            EncodedHeaders.of(List.of()))) {
          throw new IllegalArgumentException("entries for more than one batch: " + entry.key());
        }
      }
    } catch (RecordRefused e) {
      throw new IllegalArgumentException("an entry that is too large", e);
    }
    ByteBuffer batch = copy(builder.build(0, -1, (short) -1, -1));
    store.produce(
        TopicName.PIPELINES,
        PARTITION,
        batch,
        new ProduceReply() {
          @Override
          public void durable(long baseOffset) {
            reply.durable(baseOffset);
          }

          @Override
          public void refused(StoreRefused why) {
            reply.refused(why);
          }
        });
  }

  static ByteBuffer copy(ByteBuffer batch) {
    return ByteBuffer.allocate(batch.remaining()).put(batch).flip();
  }

  /// Reads one entry again.
  ///
  /// @throws IOException when it is not there any more, or another one
  byte[] read(long offset, String key) throws StoreRefused, IOException {
    ByteBuffer chunk = chunk(partition(), offset, 1);
    try {
      BatchCursor batches = new BatchCursor().wrap(chunk);
      while (batches.next()) {
        batches.batch().check(LIMITS);
        RecordCursor records = batches.batch().records(LIMITS);
        while (records.next()) {
          if (records.offset() == offset) {
            Record record = records.toRecord();
            byte[] value = record.value();
            if (value != null && key.equals(text(record.key()))) {
              return value;
            }
          }
        }
      }
    } catch (BatchRefused e) {
      throw new IOException(e.getMessage(), e);
    }
    throw new IOException("the entry " + key + " is not at offset " + offset + " any more");
  }

  private void load() throws StoreRefused, IOException {
    Partition partition = partition();
    long end = partition.endOffset();
    for (long offset = partition.startOffset(); offset < end; ) {
      ByteBuffer chunk = chunk(partition, offset, READ_BYTES);
      if (!chunk.hasRemaining()) {
        return; // only damage is left, which the store tells of
      }
      try {
        BatchCursor batches = new BatchCursor().wrap(chunk);
        while (batches.next()) {
          batches.batch().check(LIMITS);
          load(batches.batch());
          offset = batches.batch().nextOffset();
        }
      } catch (BatchRefused e) {
        throw new IOException(TopicName.PIPELINES + ": " + e.getMessage(), e);
      }
    }
  }

  private void load(BatchView batch) throws BatchRefused {
    RecordCursor records = batch.records(LIMITS);
    while (records.next()) {
      Record record = records.toRecord();
      String key = text(record.key());
      byte[] value = record.value();
      if (value == null) {
        small.remove(key);
        offsets.remove(key);
      } else if (key.endsWith(CONTROL) || key.endsWith(PLACE)) {
        small.put(key, value);
      } else {
        offsets.put(key, records.offset());
      }
    }
  }

  private Partition partition() throws StoreRefused {
    Partition partition = store.partition(TopicName.PIPELINES, PARTITION);
    if (partition == null) {
      throw new StoreRefused(
          StoreRefused.Code.TOPIC_UNKNOWN, "there is no topic " + TopicName.PIPELINES);
    }
    return partition;
  }

  private static ByteBuffer chunk(Partition partition, long offset, int bytes)
      throws StoreRefused, IOException {
    try (StoredBatches batches = partition.readPresent(offset, bytes)) {
      ByteBuffer chunk = ByteBuffer.allocate(batches.length());
      while (chunk.hasRemaining()) {
        batches.readInto(chunk, chunk.position());
      }
      return chunk.flip();
    }
  }

  private static String text(byte @Nullable [] key) {
    return key == null ? "" : new String(key, UTF_8);
  }
}
