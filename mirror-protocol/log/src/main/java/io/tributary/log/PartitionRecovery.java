package io.tributary.log;

import io.tributary.log.SegmentHeader.Stamp;
import io.tributary.record.BatchRefused;
import io.tributary.record.BatchView;
import io.tributary.record.ControlBatch;
import io.tributary.record.Digest;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongPredicate;
import org.jspecify.annotations.Nullable;

/// Finds out, from a partition's files, where its log stands.
///
/// Only the newest segment is read; of the others the headers are. What a stamp proves to have been durable is a middle:
/// batches that fail there are passed over, never cut off. What lies behind it is a tail: it is kept up to the first
/// batch that fails.
final class PartitionRecovery {
  private static final System.Logger LOG = System.getLogger(PartitionRecovery.class.getName());

  private final SegmentedLog log;
  private final PartitionLogConfig config;
  private final LongPredicate isStream;
  private PositionTable positions = new PositionTable();
  private ProducerTable producers = new ProducerTable();
  private SparseIndex index;
  private long endOffset;
  private long lastArrivalMs = SegmentHeader.NONE_MS;
  private long stampSequence;
  private long damagedBytes;
  private boolean isRollDue;

  private PartitionRecovery(SegmentedLog log, PartitionLogConfig config, LongPredicate isStream) {
    this.log = log;
    this.config = config;
    this.isStream = isStream;
    this.index = new SparseIndex(config.indexIntervalBytes());
  }

  /// Recovers what is there, or begins the log's first segment.
  static PartitionRecovery recover(
      SegmentedLog log, PartitionLogConfig config, LongPredicate isStream, long nowMs)
      throws IOException {
    PartitionRecovery recovery = new PartitionRecovery(log, config, isStream);
    if (config.isProduced()) {
      CompactedSegment.deleteUnfinished(log.disk(), log.directory());
    }
    List<SegmentHeader> headers = log.find(recovery::headerBehind);
    PartitionIndexes.deleteStrays(log);
    if (headers.isEmpty()) {
      recovery.begin(nowMs);
    } else {
      recovery.recover(headers.get(headers.size() - 1), nowMs);
    }
    return recovery;
  }

  PositionTable positions() {
    return positions;
  }

  ProducerTable producers() {
    return producers;
  }

  /// Of the newest segment.
  SparseIndex index() {
    return index;
  }

  long endOffset() {
    return endOffset;
  }

  long lastArrivalMs() {
    return lastArrivalMs;
  }

  long stampSequence() {
    return stampSequence;
  }

  long damagedBytes() {
    return damagedBytes;
  }

  /// Whether something is missing at the end of the newest segment, so that nothing may be appended behind it: what lies
  /// there could be taken for the rest of a batch that was cut short, and its offsets were given out.
  boolean isRollDue() {
    return isRollDue;
  }

  /// Reads the segment before one whose header is damaged; before the first one there is nothing to know. Where that one
  /// lacks something at its end, the first batch of this one tells where its offsets begin.
  private @Nullable SegmentHeader headerBehind(
      @Nullable Segment before,
      @Nullable SegmentHeader header,
      long ordinal,
      DiskFile ownFile,
      int headerBytes)
      throws IOException {
    PartitionRecovery past = new PartitionRecovery(log, config, isStream);
    if (before == null || header == null) {
      if (ordinal != 1) {
        return null;
      }
    } else {
      DiskFile file = before.acquire();
      if (file != null) {
        Stamp end = new Stamp(0, before.end(), OffsetChain.NO_OFFSET);
        past.scan(file, header, end, header.arrivalMs(), (bytes, position) -> {});
        before.release();
      }
    }
    if (past.isRollDue) {
      BatchReader first = new BatchReader(config.limits());
      first.start(ownFile, headerBytes, ownFile.size(), id -> true);
      if (first.next() == BatchReader.Step.BATCH
          && first.batch().baseOffset() < BatchReader.IMPOSSIBLE_OFFSET) {
        past.endOffset = Math.max(past.endOffset, first.batch().baseOffset());
      }
    }
    long arrivalMs = header == null ? 0 : header.arrivalMs();
    return new SegmentHeader(
        SegmentHeader.Kind.PARTITION,
        config.logId(),
        ordinal,
        past.endOffset,
        arrivalMs,
        past.index.maxTimestampMs(),
        arrivalMs,
        SegmentHeader.NOT_COMPACTED,
        headerBytes,
        config.table(past.positions, past.producers));
  }

  private void begin(long nowMs) throws IOException {
    log.roll(
        SegmentHeader.ofPartition(
            log,
            0,
            nowMs,
            SegmentHeader.NONE_MS,
            SegmentHeader.NONE_MS,
            config.table(positions, producers)));
    lastArrivalMs = nowMs;
  }

  private void recover(SegmentHeader header, long nowMs) throws IOException {
    Segment newest = log.newest();
    DiskFile file = newest.acquire();
    if (file == null) {
      throw new IllegalStateException("nothing is deleted yet");
    }
    try {
      Stamp stamp = Stamp.read(file, header.ordinal());
      stampSequence = stamp == null ? 0 : stamp.sequence();
      Stamp proven = stamp == null ? Stamp.ofStart(header) : stamp;
      long provenEnd = proven.position();
      long end = scan(file, header, proven, nowMs, file::write);
      if (damagedBytes > 0) {
        LOG.log(
            System.Logger.Level.ERROR,
            "{0}: {1} B are damaged and passed over",
            log.directory(),
            Long.toString(damagedBytes));
      }
      log.resume(header, provenEnd, end);
      log.prove(new Stamp(++stampSequence, end, endOffset));
    } finally {
      newest.release();
    }
    lastArrivalMs = nowMs;
  }

  /// Takes in the batches of a segment and returns where it ends from now on.
  ///
  /// @param proven up to where, and up to which offset, all was durable; the offset may be unknown
  /// @param nowMs when producers count as having written last
  /// @param patches writes base offsets again that are wrong
  private long scan(
      DiskFile file, SegmentHeader header, Stamp proven, long nowMs, ScrubView.Patches patches)
      throws IOException {
    positions = PositionTable.decode(header.table());
    producers = ProducerTable.decode(header.table());
    endOffset = header.baseOffset();
    long provenEnd = proven.position();
    long fileEnd = Math.max(file.size(), header.headerBytes());
    Places places = new Places(patches, nowMs);
    OffsetChain chain = new OffsetChain(config.isPerEdge(), places);
    chain.begin(endOffset);
    BatchReader reader = BatchReader.ofFile(config.limits(), fileEnd - header.headerBytes());
    reader.start(file, header.headerBytes(), fileEnd, this::isKnown);
    boolean isBehindDamage = false;
    BatchReader.Step step = reader.next();
    for (; step != BatchReader.Step.END && reader.position() < provenEnd; step = reader.next()) {
      isBehindDamage = step == BatchReader.Step.DAMAGE;
      if (isBehindDamage) {
        chain.damage();
        damaged(reader.position(), reader.nextPosition());
      } else {
        places.isToBePlaced(reader);
        chain.batch(reader);
      }
    }
    chain.end(reader.position() == provenEnd ? proven.offset() : OffsetChain.NO_OFFSET);
    boolean isCutShort = reader.position() < provenEnd;
    if (!config.isPerEdge() && endOffset < proven.offset()) {
      endOffset = proven.offset(); // never given out twice, whatever became of the batches
      isCutShort |= !isBehindDamage;
    }
    isRollDue = isBehindDamage || isCutShort;
    for (; step == BatchReader.Step.BATCH; step = reader.next()) {
      OffsetChain.Place place = OffsetChain.Place.of(reader);
      if (!isInPlace(reader.batch(), isBehindDamage)) {
        return place.position(); // what an earlier life of these blocks held
      }
      take(place, place.baseOffset());
      advance(reader.batch(), nowMs);
      isBehindDamage = false;
      isRollDue = false;
    }
    return reader.position();
  }

  /// What becomes of the batches below the proven end.
  private final class Places implements OffsetChain.Verdicts {
    private final ScrubView.Patches patches;
    private final long nowMs;

    /// By position, whose batches they are: where they lie their producers are told when that is known.
    private final Map<Long, ProducerTable.Sent> produced = new HashMap<>();

    private Places(ScrubView.Patches patches, long nowMs) {
      this.patches = patches;
      this.nowMs = nowMs;
    }

    private void isToBePlaced(BatchReader at) {
      ProducerTable.Sent sent = config.isProduced() ? ProducerTable.Sent.of(at.batch()) : null;
      if (sent != null) {
        produced.put(at.position(), sent);
      } else if (!config.isProduced()) {
        advance(at.batch(), nowMs);
      }
    }

    @Override
    public void placed(OffsetChain.Place place, long offset) throws IOException {
      if (!place.isRight(offset)) {
        LOG.log(
            System.Logger.Level.ERROR,
            "{0}: the offset of the batch at {1} was damaged, it is written again",
            log.directory(),
            Long.toString(place.position()));
        patches.write(Placement.of(place.batchLength(), offset), place.position());
      }
      ProducerTable.Sent sent = produced.remove(place.position());
      if (sent != null) {
        producers.add(sent, offset, nowMs);
        producers.commit();
      }
      take(place, offset);
    }

    @Override
    public void unplaced(OffsetChain.Place place) {
      produced.remove(place.position());
      damaged(place.position(), place.endPosition());
    }
  }

  /// A base offset lies outside the CRC, so what is around it must prove it.
  private boolean isInPlace(BatchView batch, boolean isBehindDamage) {
    long baseOffset = batch.baseOffset();
    boolean goesOn =
        (isBehindDamage && config.isPerEdge()) ? baseOffset >= endOffset : baseOffset == endOffset;
    return goesOn
        && (!config.isPerEdge() || !batch.hasIdentity() || batch.streamOffset() == baseOffset);
  }

  /// A stream whose first batch is damaged is in no table yet.
  private boolean isKnown(long producerId) {
    return config.isProduced()
        || producerId == -1
        || positions.find(producerId) != null
        || isStream.test(producerId);
  }

  private void damaged(long from, long to) {
    damagedBytes += to - from;
    index.addDamage(from, to);
  }

  private void take(OffsetChain.Place place, long offset) {
    index.add(offset, place.position(), place.maxTimestampMs());
    endOffset = offset + place.span();
  }

  /// Moves the stream of a batch behind it, wherever the batch lies: its identity is covered by the CRC.
  private void advance(BatchView batch, long nowMs) {
    if (config.isProduced()) {
      producers.add(batch, nowMs);
      producers.commit();
    } else if (batch.hasIdentity()) {
      PositionTable.Entry entry = positions.findOrAdd(batch.streamId(), Digest.START);
      advance(entry, batch);
      entry.commit();
    }
  }

  /// Moves a stream behind a batch or a Gap that lies in the log.
  static void advance(PositionTable.Entry entry, BatchView batch) {
    if (ControlBatch.isGap(batch)) {
      try {
        ControlBatch.StreamGap gap = ControlBatch.readGap(batch);
        entry.advance(gap.gap().to(), gap.digestAtTo());
      } catch (BatchRefused e) {
        throw new IllegalStateException("it was a Gap a moment ago", e);
      }
      return;
    }
    boolean goesOn = batch.streamOffset() == entry.next();
    entry.advance(
        batch.streamOffset() + batch.count(),
        goesOn ? Digest.extend(entry.digest(), batch) : Digest.UNKNOWN);
  }
}
