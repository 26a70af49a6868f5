package io.tributary.log;

import io.tributary.log.SegmentHeader.Stamp;
import io.tributary.record.BatchRefused;
import io.tributary.record.BatchView;
import io.tributary.record.ControlBatch;
import io.tributary.record.Digest;
import java.io.IOException;
import java.util.List;
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
  private PositionTable positions = new PositionTable();
  private SparseIndex index;
  private long endOffset;
  private long lastArrivalMs = SegmentHeader.NONE_MS;
  private long stampSequence;
  private long damagedBytes;

  private PartitionRecovery(SegmentedLog log, PartitionLogConfig config) {
    this.log = log;
    this.config = config;
    this.index = new SparseIndex(config.indexIntervalBytes());
  }

  /// Recovers what is there, or begins the log's first segment.
  static PartitionRecovery recover(SegmentedLog log, PartitionLogConfig config, long nowMs)
      throws IOException {
    PartitionRecovery recovery = new PartitionRecovery(log, config);
    List<SegmentHeader> headers = log.find(recovery::headerBehind);
    PartitionReader.deleteStrayIndexes(log);
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

  /// Reads the segment before one whose header is damaged; before the first one there is nothing to know.
  private @Nullable SegmentHeader headerBehind(
      @Nullable Segment before, @Nullable SegmentHeader header, long ordinal, int headerBytes)
      throws IOException {
    PartitionRecovery past = new PartitionRecovery(log, config);
    if (before == null || header == null) {
      if (ordinal != 1) {
        return null;
      }
    } else {
      DiskFile file = before.acquire();
      if (file != null) {
        past.scan(file, header, before.end());
        before.release();
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
        headerBytes,
        past.positions.encode());
  }

  private void begin(long nowMs) throws IOException {
    byte[] table = positions.encode();
    log.roll(
        SegmentHeader.ofPartition(
            log, 0, nowMs, SegmentHeader.NONE_MS, SegmentHeader.NONE_MS, table));
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
      long provenEnd = stamp == null ? header.headerBytes() : stamp.position();
      long end = scan(file, header, provenEnd);
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

  /// Takes in the batches of the newest segment and returns where it ends from now on.
  private long scan(DiskFile file, SegmentHeader header, long provenEnd) throws IOException {
    positions = PositionTable.decode(header.table());
    endOffset = header.baseOffset();
    long fileEnd = Math.max(file.size(), header.headerBytes());
    BatchReader reader = BatchReader.ofFile(config.limits(), fileEnd - header.headerBytes());
    reader.start(file, header.headerBytes(), fileEnd, this::isKnown);
    boolean isBehindDamage = false;
    while (true) {
      switch (reader.next()) {
        case BATCH -> {
          if (isInPlace(reader.batch(), isBehindDamage)) {
            take(reader.batch(), reader.position());
            isBehindDamage = false;
          } else if (reader.position() >= provenEnd) {
            return reader.position(); // what an earlier life of these blocks held
          } else {
            damaged(reader);
            isBehindDamage = true;
          }
        }
        case DAMAGE -> {
          if (reader.position() >= provenEnd) {
            return reader.position();
          }
          damaged(reader);
          isBehindDamage = true;
        }
        case END -> {
          return fileEnd;
        }
      }
    }
  }

  /// A base offset lies outside the CRC, so what is around it must prove it.
  private boolean isInPlace(BatchView batch, boolean isBehindDamage) {
    long baseOffset = batch.baseOffset();
    boolean goesOn = isBehindDamage ? baseOffset >= endOffset : baseOffset == endOffset;
    return goesOn
        && (!config.isPerEdge() || !batch.hasIdentity() || batch.streamOffset() == baseOffset);
  }

  private boolean isKnown(long producerId) {
    return producerId == -1 || positions.find(producerId) != null;
  }

  private void damaged(BatchReader reader) {
    damagedBytes += reader.sizeBytes();
    index.addDamage(reader.position(), reader.position() + reader.sizeBytes());
  }

  private void take(BatchView batch, long position) {
    index.add(batch.baseOffset(), position, batch.maxTimestampMs());
    endOffset = batch.nextOffset();
    if (!batch.hasIdentity()) {
      return;
    }
    PositionTable.Entry entry = positions.findOrAdd(batch.streamId(), Digest.START);
    advance(entry, batch);
    entry.commit();
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
