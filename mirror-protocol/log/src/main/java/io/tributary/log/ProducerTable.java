package io.tributary.log;

import io.tributary.record.BatchView;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What each idempotent producer of a partition wrote last, so that a batch that comes twice is recognised and one that
/// comes too early is refused (Kafka's KIP-98). Confined to the log's writer.
///
/// A batch that comes again is one of the last five: a client has no more requests on their way (KIP-185).
///
/// In a segment's header, behind the table of streams:
///
/// ```
/// producers int32, and each: producerId int64, epoch int16, lastMs int64,
///   batches int8, and each: firstSequence int32, lastSequence int32, baseOffset int64
/// ```
final class ProducerTable {
  /// How many batches are remembered of a producer.
  static final int BATCHES = 5;

  /// A producer that was silent for so long is forgotten: Kafka's `producer.id.expiration.ms`.
  static final long EXPIRE_MS = 24 * 60 * 60 * 1000L;

  /// The most producers of a partition, each of them in every segment's header; the ones that were silent longest are
  /// forgotten.
  static final int MOST = 1024;

  /// Not a batch of an idempotent producer, or one that was not written before.
  static final long NEW = -1;

  private static final int PRODUCER_BYTES = 19;
  private static final int WRITTEN_BYTES = 16;

  /// A batch of an idempotent producer, wherever it lies.
  record Sent(long producerId, short epoch, int firstSequence, int lastSequence) {
    /// @return null when the batch has no producer
    static @Nullable Sent of(BatchView batch) {
      return batch.hasIdentity()
          ? new Sent(
              batch.producerId(),
              batch.producerEpoch(),
              batch.baseSequence(),
              ProducerTable.lastSequence(batch))
          : null;
    }
  }

  private record Written(int firstSequence, int lastSequence, long baseOffset) {}

  /// @param written oldest first, at least one
  private record Producer(short epoch, long lastMs, List<Written> written) {
    private int lastSequence() {
      return written.get(written.size() - 1).lastSequence();
    }
  }

  /// The open group included.
  private final Map<Long, Producer> producers = new HashMap<>();

  /// What the producers of the open group were before it; null: unknown.
  private final Map<Long, @Nullable Producer> before = new HashMap<>();

  /// Where those begin whose first group was given up, so that what they sent behind it does not come first. Only since the
  /// start, after which they send all of it again in order. The oldest goes where there are too many.
  private final Map<Long, Beginning> beginnings =
      new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Long, Beginning> eldest) {
          return size() > MOST;
        }
      };

  private record Beginning(short epoch, int sequence) {}

  /// Looks whether a batch goes on where its producer was.
  ///
  /// @return the base offset that it got when it was written before, or {@link #NEW}
  long find(BatchView batch) throws SequenceRefused {
    Producer known = batch.hasIdentity() ? producers.get(batch.producerId()) : null;
    if (known == null) {
      checkBeginning(batch);
      return NEW; // a producer that was forgotten goes on as if it were new
    }
    int first = batch.baseSequence();
    if (batch.producerEpoch() < known.epoch()) {
      throw new SequenceRefused(
          SequenceRefused.Reason.FENCED,
          "producer %d has epoch %d by now, not %d"
              .formatted(batch.producerId(), known.epoch(), batch.producerEpoch()));
    }
    boolean isNewEpoch = batch.producerEpoch() > known.epoch();
    if (!isNewEpoch) {
      int last = lastSequence(batch);
      for (Written one : known.written()) {
        if (one.firstSequence() == first && one.lastSequence() == last) {
          return one.baseOffset();
        }
      }
    }
    int due = isNewEpoch ? 0 : after(known.lastSequence(), 1);
    if (first != due) {
      throw new SequenceRefused(
          SequenceRefused.Reason.OUT_OF_ORDER,
          "producer %d goes on with sequence %d, not %d".formatted(batch.producerId(), due, first));
    }
    return NEW;
  }

  private void checkBeginning(BatchView batch) throws SequenceRefused {
    Beginning due = beginnings.get(batch.producerId());
    if (due != null
        && due.epoch() == batch.producerEpoch()
        && due.sequence() != batch.baseSequence()) {
      throw new SequenceRefused(
          SequenceRefused.Reason.OUT_OF_ORDER,
          "producer %d begins with sequence %d, not %d"
              .formatted(batch.producerId(), due.sequence(), batch.baseSequence()));
    }
  }

  /// A batch was added to the open group, with its offset.
  void add(BatchView batch, long nowMs) {
    Sent sent = Sent.of(batch);
    if (sent != null) {
      add(sent, batch.baseOffset(), nowMs);
    }
  }

  /// The same, where the offset is not what the batch says.
  void add(Sent sent, long baseOffset, long nowMs) {
    long id = sent.producerId();
    Producer known = producers.get(id);
    if (!before.containsKey(id)) { // putIfAbsent would take an unknown one for absent
      before.put(id, known);
    }
    List<Written> written = new ArrayList<>(BATCHES);
    if (known != null && known.epoch() == sent.epoch()) {
      int kept = Math.min(known.written().size(), BATCHES - 1);
      written.addAll(
          known.written().subList(known.written().size() - kept, known.written().size()));
    }
    written.add(new Written(sent.firstSequence(), sent.lastSequence(), baseOffset));
    producers.put(id, new Producer(sent.epoch(), nowMs, List.copyOf(written)));
    beginnings.remove(id);
  }

  /// The open group is durable.
  void commit() {
    before.clear();
  }

  /// The open group is given up.
  void rollBack() {
    before.forEach((id, producer) -> {
      if (producer == null) {
        forgetAgain(id);
      } else {
        producers.put(id, producer);
      }
    });
    before.clear();
  }

  private void forgetAgain(long id) {
    Producer given = producers.remove(id);
    if (given != null) {
      beginnings.put(id, new Beginning(given.epoch(), given.written().get(0).firstSequence()));
    }
  }

  /// Forgets who was silent for long, and the most silent where there are too many. There is no open group.
  void forgetSilent(long nowMs) {
    producers.values().removeIf(producer -> nowMs - producer.lastMs() > EXPIRE_MS);
    int tooMany = producers.size() - MOST;
    if (tooMany > 0) {
      List<Map.Entry<Long, Producer>> all = new ArrayList<>(producers.entrySet());
      all.sort(Comparator.comparingLong(entry -> entry.getValue().lastMs()));
      all.subList(0, tooMany).forEach(entry -> producers.remove(entry.getKey()));
    }
  }

  /// What is durable, behind a table of streams.
  byte[] encode(byte[] streams) {
    Map<Long, Producer> durable = new HashMap<>(producers);
    before.forEach((id, producer) -> {
      if (producer == null) {
        durable.remove(id);
      } else {
        durable.put(id, producer);
      }
    });
    int sizeBytes = streams.length + Integer.BYTES;
    for (Producer producer : durable.values()) {
      sizeBytes += PRODUCER_BYTES + producer.written().size() * WRITTEN_BYTES;
    }
    ByteBuffer bytes = ByteBuffer.allocate(sizeBytes).put(streams).putInt(durable.size());
    durable.forEach((id, producer) -> {
      bytes.putLong(id).putShort(producer.epoch()).putLong(producer.lastMs());
      bytes.put((byte) producer.written().size());
      for (Written one : producer.written()) {
        bytes.putInt(one.firstSequence()).putInt(one.lastSequence()).putLong(one.baseOffset());
      }
    });
    return bytes.array();
  }

  /// Whether the table of a segment's header says what producers wrote, be it nothing.
  static boolean isIn(byte[] table) {
    return table.length > PositionTable.encodedBytes(table);
  }

  static ProducerTable decode(byte[] table) {
    ProducerTable producers = new ProducerTable();
    if (!isIn(table)) {
      return producers;
    }
    ByteBuffer bytes = ByteBuffer.wrap(table).position(PositionTable.encodedBytes(table));
    int count = bytes.getInt();
    for (int i = 0; i < count; i++) {
      long id = bytes.getLong();
      short epoch = bytes.getShort();
      long lastMs = bytes.getLong();
      Written[] written = new Written[bytes.get()];
      for (int j = 0; j < written.length; j++) {
        written[j] = new Written(bytes.getInt(), bytes.getInt(), bytes.getLong());
      }
      producers.producers.put(id, new Producer(epoch, lastMs, List.of(written)));
    }
    return producers;
  }

  private static int lastSequence(BatchView batch) {
    return after(batch.baseSequence(), batch.lastOffsetDelta());
  }

  /// Behind the greatest sequence comes 0.
  private static int after(int sequence, int by) {
    return (int) (((long) sequence + by) & Integer.MAX_VALUE);
  }
}
