package io.tributary.sim.world;

import io.tributary.sim.world.ProducedBatch.Content;
import io.tributary.sim.world.ProducedBatch.Name;
import io.tributary.store.CleanupPolicy;
import io.tributary.store.Partition;
import io.tributary.store.StoreRefused;
import io.tributary.store.StoredBatches;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.MutableRecordBatch;
import org.apache.kafka.common.record.internal.Record;

/// What producers sent to one partition and what the hub said of it, and whether a reader finds it so: each acknowledged
/// batch once, at its offset, in its producer's order, with its bytes; of a compacted topic the latest record of each
/// key. What is served is read by Kafka's own classes.
///
/// A batch that nobody acknowledged may be there or not, never twice; once it was seen it stays.
final class ProducedBook {
  private static final int READ_BYTES = 256 * 1024;

  private final String topic;
  private final int index;
  private final CleanupPolicy policy;
  private final boolean isKeptForEver;
  private final Tally tally;

  private final List<ProducedBatch> batches = new ArrayList<>();

  /// What is durable, by its first offset.
  private final TreeMap<Long, ProducedBatch> places = new TreeMap<>();

  private final List<StreamBook.Range> flips = new ArrayList<>();

  /// Behind the last offset that was ever durable.
  private long end;

  /// Where what was acknowledged in the store's last turn begins: no later stamp proves it.
  private long lastGroupFrom;

  private boolean isGroupNew;

  /// The greatest start that somebody asked for, and that was answered.
  private long askedStart;

  private long deletedTo;

  /// What a client reads next.
  private long position;

  /// From where on a flipped bit may have cut the log off; MAX_VALUE: nowhere.
  private long cutFrom = Long.MAX_VALUE;

  private boolean mayGoBack;
  private boolean hasGoneBack;
  private boolean wasFlipped;
  private int headerFlips;

  /// @param isKeptForEver whether nothing goes but by DeleteRecords and compaction
  ProducedBook(String topic, int index, CleanupPolicy policy, boolean isKeptForEver, Tally tally) {
    this.topic = topic;
    this.index = index;
    this.policy = policy;
    this.isKeptForEver = isKeptForEver;
    this.tally = tally;
  }

  String topic() {
    return topic;
  }

  int index() {
    return index;
  }

  // --- what is sent and answered

  ProducedBatch add(ProducedBatch.Origin origin, List<Content> records, Compression compression) {
    ProducedBatch batch = new ProducedBatch(batches.size(), origin, records, compression);
    batches.add(batch);
    return batch;
  }

  /// The store has done a group of what it was asked; what comes now is of another one.
  void groupEnded() {
    isGroupNew = true;
  }

  /// The store said that a batch is durable.
  void durable(ProducedBatch batch, long offset) {
    tally.visited(batch.isAcknowledged() ? "produced.RECOGNISED" : "produced.ACKNOWLEDGED");
    if (!batch.isAcknowledged() && batch.place() != ProducedBatch.NOWHERE) {
      tally.visited("produced.RECOGNISED_AFTER_CRASH");
    }
    batch.acknowledged();
    if (isGroupNew && offset >= end) {
      lastGroupFrom = end;
      isGroupNew = false;
    }
    place(batch, offset);
  }

  void deletionAsked(long start) {
    askedStart = Math.max(askedStart, start);
  }

  /// @param start the first offset that is kept, as the hub said
  void deleted(long start) {
    tally.visited("produced.DELETED");
    deletedTo = Math.max(deletedTo, start);
    askedStart = Math.max(askedStart, start);
  }

  long end() {
    return end;
  }

  // --- what may be missing

  /// A bit flipped in a batch.
  ///
  /// @param isNewest whether in the segment that is written to
  void flipped(StreamBook.Range offsets, boolean isNewest) {
    flips.add(offsets);
    wasFlipped = true;
    // A stamp that is gone leaves an older one, which proves less.
    if (isNewest && (headerFlips > 0 || offsets.to() > lastGroupFrom)) {
      cutFrom = Math.min(cutFrom, offsets.from());
    }
  }

  void headerFlipped() {
    headerFlips++;
  }

  /// An accident that takes durable data from the hub.
  void mayGoBack() {
    mayGoBack = true;
    hasGoneBack = true;
  }

  /// Whether the hub may not know what a producer wrote last, since that is damaged or lost.
  boolean mayForget() {
    return hasGoneBack || wasFlipped || mayForgetIntact();
  }

  /// Whether it may not know it although it is there: who wrote a compacted record only two copies of a header say.
  boolean mayForgetIntact() {
    return policy.compacts() && headerFlips > 1;
  }

  private boolean isFlipped(long offset) {
    for (StreamBook.Range flip : flips) {
      if (flip.from() <= offset && offset < flip.to()) {
        return true;
      }
    }
    return false;
  }

  // --- what is there

  /// A client reads one batch further. What it is given lies where it was, or behind damage.
  void readOn(Partition partition) throws StoreRefused, IOException {
    long start = partition.startOffset();
    long found = partition.endOffset();
    position = Math.max(start, Math.min(position, found));
    try (StoredBatches stored = partition.read(position, 1)) {
      ByteBuffer bytes = ByteBuffer.allocate(stored.length());
      while (bytes.hasRemaining()) {
        stored.readInto(bytes, bytes.position());
      }
      if (bytes.capacity() == 0) {
        Violation.check(
            Violation.Kind.MISSING,
            position == found || isFlipped(position),
            "%s: nothing is given at %d",
            this,
            position);
        return;
      }
      MutableRecordBatch first =
          MemoryRecords.readableRecords(bytes.flip()).batches().iterator().next();
      Violation.check(first.isValid(), "%s: bytes at %d that are no batch", this, position);
      Violation.check(
          Violation.Kind.MISSING,
          (first.baseOffset() <= position && position <= first.lastOffset()) || isFlipped(position),
          "%s: a reader of offset %d is given %d to %d",
          this,
          position,
          first.baseOffset(),
          first.lastOffset());
      position = Math.max(position, first.lastOffset()) + 1;
    }
  }

  /// The hub has started again. What it may have lost is forgotten, and all is read.
  void hubStarted(Partition partition, long nowMs, BooleanSupplier isDamageTold)
      throws StoreRefused, IOException {
    long found = partition.endOffset();
    if (mayGoBack) {
      forget();
    } else if (found < end && cutFrom < Long.MAX_VALUE) {
      long from = Math.max(found, cutFrom);
      Map<Long, ProducedBatch> cut = places.tailMap(from);
      cut.values().forEach(ProducedBatch::lost);
      tally.visited("produced.CUT", cut.size());
      cut.clear();
      flips.removeIf(flip -> flip.from() >= from);
      end = from;
    }
    audit(partition, nowMs, isDamageTold);
    mayGoBack = false;
    cutFrom = Long.MAX_VALUE;
    lastGroupFrom = end; // what is found at a start is stamped
  }

  /// The hub has started again, without the topic.
  void isGone() {
    Violation.check(Violation.Kind.MISSING, mayGoBack || places.isEmpty(), "%s is gone", this);
    forget();
    mayGoBack = false;
    cutFrom = Long.MAX_VALUE;
  }

  private void forget() {
    batches.forEach(ProducedBatch::lost);
    places.clear();
    end = 0;
    deletedTo = 0;
  }

  /// Reads all.
  ///
  /// @param isDamageTold whether the hub's status tells of damage
  void audit(Partition partition, long nowMs, BooleanSupplier isDamageTold)
      throws StoreRefused, IOException {
    long start = partition.startOffset();
    long found = partition.endOffset();
    Violation.check(
        Violation.Kind.MISSING,
        found >= end,
        "%s held up to %d, and up to %d now",
        this,
        end,
        found);
    Violation.check(
        start >= Math.min(deletedTo, found),
        "%s begins at %d, and was deleted up to %d",
        this,
        start,
        deletedTo);
    Violation.check(
        Violation.Kind.MISSING,
        start <= askedStart || !isKeptForEver,
        "%s begins at %d, and nobody asked for more than %d",
        this,
        start,
        askedStart);
    end = found;
    Served served = new Served(start, found);
    served.read(partition);
    Ended ended = new Ended(served, nowMs);
    ended.check();
    Violation.check(
        !ended.isDamaged || isDamageTold.getAsBoolean(),
        "%s lacks records, and no status tells of damage",
        this);
  }

  /// A batch is durable at an offset, as the store says or a reader sees.
  private void place(ProducedBatch batch, long offset) {
    long before = batch.place();
    if (before == offset) {
      return;
    }
    if (before != ProducedBatch.NOWHERE) {
      Violation.check(
          Violation.Kind.DUPLICATED,
          isFlipped(before) || mayForgetIntact(),
          "%s: %s lies at %d, and at %d as well",
          this,
          batch,
          before,
          offset);
      places.remove(before);
    }
    Map.Entry<Long, ProducedBatch> other = places.lowerEntry(offset + batch.records().size());
    Violation.check(
        Violation.Kind.DISORDERED,
        other == null || other.getValue().nextOffset() <= offset,
        "%s: %s lies at %d, where %s lies",
        this,
        batch,
        offset,
        other == null ? "" : other.getValue());
    batch.placedAt(offset);
    places.put(offset, batch);
    end = Math.max(end, batch.nextOffset());
  }

  /// What a reader was given, from the first to the last offset.
  private final class Served {
    private final long start;
    private final long end;
    private final Set<Long> offsets = new HashSet<>();

    /// The last offset at which a key was served.
    private final Map<String, Long> keys = new HashMap<>();

    private long next;

    Served(long start, long end) {
      this.start = start;
      this.end = end;
      this.next = start;
    }

    void read(Partition partition) throws StoreRefused, IOException {
      while (next < end) {
        byte[] bytes;
        try (StoredBatches stored = partition.readPresent(next, READ_BYTES)) {
          bytes = new byte[stored.length()];
          ByteBuffer into = ByteBuffer.wrap(bytes);
          while (into.hasRemaining()) {
            stored.readInto(into, into.position());
          }
        }
        long from = next;
        for (MutableRecordBatch batch :
            MemoryRecords.readableRecords(ByteBuffer.wrap(bytes)).batches()) {
          Violation.check(batch.isValid(), "%s: bytes at %d that are no batch", this, next);
          take(batch);
        }
        if (bytes.length == 0) {
          checkHole(end);
          next = end;
        }
        next = Math.max(next, from + 1);
      }
    }

    private void take(MutableRecordBatch batch) {
      boolean isMisplaced = batch.baseOffset() >= end || batch.lastOffset() < next;
      if (isMisplaced && !flips.isEmpty()) {
        return; // a flipped bit in its base offset, which no CRC covers
      }
      Violation.check(
          Violation.Kind.DISORDERED,
          !isMisplaced && (batch.baseOffset() >= next || next == start),
          "%s: a batch of the offsets %d to %d where %d was next",
          ProducedBook.this,
          batch.baseOffset(),
          batch.lastOffset(),
          next);
      checkHole(batch.baseOffset());
      if (batch.hasProducerId()) {
        takeWhole(batch);
      } else {
        takeCompacted(batch);
      }
      next = batch.lastOffset() + 1;
    }

    /// Offsets that no batch stands for.
    private void checkHole(long behind) {
      for (long offset = next; offset < behind; offset++) {
        Violation.check(
            Violation.Kind.MISSING,
            isFlipped(offset),
            "%s: no batch stands for offset %d",
            ProducedBook.this,
            offset);
      }
    }

    private void takeWhole(MutableRecordBatch batch) {
      ProducedBatch sent = null;
      int count = 0;
      for (Record record : batch) {
        Name name = Name.of(record);
        sent = sent == null ? batchOf(name) : sent;
        Violation.check(
            name.number() == sent.number() && name.index() == count,
            "%s: record %d of %s in the place of another",
            ProducedBook.this,
            name.index(),
            sent);
        saw(record.offset(), sent, count);
        count++;
      }
      Violation.check(
          sent != null && sent.hasBytesOf(batch),
          "%s: %s was altered",
          ProducedBook.this,
          String.valueOf(sent));
      if (sent != null) {
        tally.visited("produced.FOUND", sent.place() == ProducedBatch.NOWHERE ? 1 : 0);
        place(sent, batch.baseOffset());
      }
    }

    private void takeCompacted(MutableRecordBatch batch) {
      tally.visited("produced.COMPACTED");
      Violation.check(policy.compacts(), "%s: a batch of nobody", ProducedBook.this);
      long last = batch.baseOffset() - 1;
      for (Record record : batch) {
        Name name = Name.of(record);
        ProducedBatch sent = batchOf(name);
        Violation.check(
            sent.holds(record, name.index()),
            "%s: a record of %s was altered",
            ProducedBook.this,
            sent);
        Violation.check(
            Violation.Kind.DISORDERED,
            record.offset() > last && record.offset() <= batch.lastOffset(),
            "%s: offset %d behind %d in one batch",
            ProducedBook.this,
            record.offset(),
            last);
        last = record.offset();
        place(sent, record.offset() - name.index());
        saw(record.offset(), sent, name.index());
      }
    }

    private ProducedBatch batchOf(Name name) {
      Violation.check(
          name.number() >= 0 && name.number() < batches.size(),
          "%s: a record that no producer made",
          ProducedBook.this);
      return batches.get(name.number());
    }

    private void saw(long offset, ProducedBatch batch, int index) {
      if (offset >= start) {
        offsets.add(offset);
        keys.merge(batch.records().get(index).key(), offset, Math::max);
      }
    }
  }

  /// Whether what was served is all that there must be.
  private final class Ended {
    private final Served served;
    private final long nowMs;

    /// The last durable offset of a key.
    private final Map<String, Long> latest = new HashMap<>();

    private boolean isDamaged;

    Ended(Served served, long nowMs) {
      this.served = served;
      this.nowMs = nowMs;
    }

    void check() {
      Map<Long, Integer> last = new HashMap<>();
      for (ProducedBatch batch : places.values()) {
        Integer before = last.put(batch.origin().producerId(), batch.number());
        Violation.check(
            Violation.Kind.DISORDERED,
            before == null || before < batch.number() || mayForget(),
            "%s: %s lies behind batch %d of its producer",
            ProducedBook.this,
            batch,
            before == null ? 0 : before);
        for (int i = 0; i < batch.records().size(); i++) {
          latest.put(batch.records().get(i).key(), batch.place() + i);
        }
      }
      for (ProducedBatch batch : places.values()) {
        for (int i = 0; i < batch.records().size(); i++) {
          long offset = batch.place() + i;
          if (offset >= served.start && !served.offsets.contains(offset)) {
            checkMissing(batch, batch.records().get(i), offset);
          }
        }
      }
    }

    private void checkMissing(ProducedBatch batch, Content record, long offset) {
      boolean isOld = latest.getOrDefault(record.key(), offset) > offset;
      // What the tombstone was that removed it, nobody knows any more.
      boolean isFromImage = hasGoneBack && !batch.isAcknowledged();
      if (policy.compacts() && (isOld || isFromImage)) {
        return;
      }
      if (isFlipped(offset)) {
        isDamaged = true;
        tally.visited("produced.DAMAGED");
        return;
      }
      boolean isTombstone = record.value() == null;
      Violation.check(
          Violation.Kind.MISSING,
          policy.compacts()
              && isTombstone
              && nowMs - record.timestampMs() >= policy.deleteRetentionMs(),
          "%s: record %s of %s, %s, is not at %d",
          ProducedBook.this,
          record.key(),
          batch,
          batch.isAcknowledged() ? "acknowledged" : "seen before",
          offset);
      tally.visited("produced.TOMBSTONE_GONE");
      Violation.check(
          !served.keys.containsKey(record.key()),
          "%s: %s was removed at %d, and its value at %d is back",
          ProducedBook.this,
          record.key(),
          offset,
          served.keys.getOrDefault(record.key(), ProducedBatch.NOWHERE));
    }
  }

  @Override
  public String toString() {
    return topic + "/" + index;
  }
}
