package io.tributary.log;

import io.tributary.record.BatchRefused;
import io.tributary.record.BatchView;
import io.tributary.record.CompactedBatchBuilder;
import io.tributary.record.Compression;
import io.tributary.record.RecordCursor;
import java.io.IOException;
import java.nio.ByteBuffer;

/// What is kept of one batch after the other, as batches that lie gaplessly one behind the other: the offsets of what is
/// removed belong to the batch before it. Small neighbours are put together. Confined to one thread.
///
/// ```
///  read      |0 a|1 b|2 a|3 c   4 b|5 a|
///  written   |0            4 b     |5 a|     the first stands for 0 to 4, with c at 3 and b at 4
/// ```
///
/// A record is kept when none of its key lies behind it. One without a value (a tombstone) is kept until its delete
/// horizon has passed, which it gets when it is first kept. One without a key is nobody's older value: it is kept.
final class KeptBatches {
  /// Batches are put together up to this size: a small record alone takes a multiple of itself, and a look-up reads no more
  /// than this to find one.
  private static final int TOGETHER_BYTES = 64 * 1024;

  /// Takes the batches that are written.
  interface Output {
    void write(ByteBuffer batch) throws IOException;
  }

  private final KeyOffsets keys;
  private final long nowMs;
  private final long newHorizonMs;
  private final boolean mayDropTombstones;
  private final long togetherBytes;
  private final int batchBytesMost;
  private final RecordCursor records;
  private final Output output;

  /// What was kept and is not written yet, and what is kept of the batch that is read.
  private CompactedBatchBuilder kept = new CompactedBatchBuilder();

  private CompactedBatchBuilder next = new CompactedBatchBuilder();
  private Compression compression = Compression.none();
  private long horizonMs = CompactedBatchBuilder.NO_HORIZON;

  /// Where the batch that is not written yet begins.
  private long baseOffset;

  /// @param keys with their latest offsets
  /// @param deleteRetentionMs see {@link CompactionConfig}
  /// @param mayDropTombstones whether no older value of any key lies before what is read
  /// @param baseOffset of the first batch that will be read
  KeptBatches(
      KeyOffsets keys,
      long nowMs,
      long deleteRetentionMs,
      boolean mayDropTombstones,
      long baseOffset,
      PartitionLogConfig config,
      Output output) {
    this.keys = keys;
    this.nowMs = nowMs;
    this.newHorizonMs = nowMs + deleteRetentionMs;
    this.mayDropTombstones = mayDropTombstones;
    this.baseOffset = baseOffset;
    this.togetherBytes = Math.min(TOGETHER_BYTES, config.limits().batchBytes());
    this.batchBytesMost = Compaction.batchBytesMost(config);
    this.records = new RecordCursor(Compaction.recordLimits(config));
    this.output = output;
  }

  /// Takes the batch that lies behind the one before.
  ///
  /// @param isCompacted whether a compaction wrote it, so that its delete horizon is ours
  /// @throws BatchRefused when its records cannot be read, or would take more than a reader believes
  void add(BatchView batch, boolean isCompacted) throws BatchRefused, IOException {
    long knownMs = isCompacted ? batch.deleteHorizonMs() : CompactedBatchBuilder.NO_HORIZON;
    boolean hasTombstones = keep(batch, knownMs);
    if (next.isEmpty()) {
      return;
    }
    long tombstonesMs = hasTombstones ? orNew(knownMs) : CompactedBatchBuilder.NO_HORIZON;
    Compression codec = Compression.byId(batch.compressionId());
    if (!kept.isEmpty() && !goesTogether(codec, tombstonesMs)) {
      flush(batch.baseOffset());
    }
    compression = codec;
    horizonMs = horizonMs == CompactedBatchBuilder.NO_HORIZON ? tombstonesMs : horizonMs;
    if (kept.isEmpty()) {
      CompactedBatchBuilder empty = kept;
      kept = next;
      next = empty;
    } else {
      kept.append(next);
    }
  }

  /// Nothing comes behind.
  ///
  /// @param nextOffset behind the last batch that was read
  /// @throws BatchRefused as above
  void end(long nextOffset) throws BatchRefused, IOException {
    if (nextOffset > baseOffset) {
      flush(nextOffset);
    }
  }

  /// Gathers what is kept of a batch.
  ///
  /// @return whether tombstones are among it
  private boolean keep(BatchView batch, long knownHorizonMs) throws BatchRefused {
    boolean isOver = knownHorizonMs != CompactedBatchBuilder.NO_HORIZON && nowMs >= knownHorizonMs;
    boolean hasTombstones = false;
    next.reset();
    records.wrap(batch);
    while (records.next()) {
      ByteBuffer key = records.key();
      boolean isTombstone = key != null && records.valueBytes() < 0;
      boolean isOld = key != null && keys.latest(key) > records.offset();
      if (!isOld && !(isTombstone && isOver && mayDropTombstones)) {
        hasTombstones |= isTombstone;
        next.append(records);
      }
    }
    return hasTombstones;
  }

  private long orNew(long knownHorizonMs) {
    return knownHorizonMs == CompactedBatchBuilder.NO_HORIZON ? newHorizonMs : knownHorizonMs;
  }

  private boolean goesTogether(Compression codec, long tombstonesMs) {
    boolean isOneHorizon =
        tombstonesMs == horizonMs
            || tombstonesMs == CompactedBatchBuilder.NO_HORIZON
            || horizonMs == CompactedBatchBuilder.NO_HORIZON;
    return codec.id() == compression.id()
        && isOneHorizon
        && kept.sizeBytesMost() + next.sizeBytesMost() <= togetherBytes;
  }

  private void flush(long nextOffset) throws BatchRefused, IOException {
    ByteBuffer batch = kept.build(baseOffset, nextOffset, horizonMs, compression);
    if (batch.limit() > batchBytesMost) {
      throw new BatchRefused(
          BatchRefused.Reason.TOO_LARGE,
          batch.limit() + " B when it is encoded anew, allowed are " + batchBytesMost);
    }
    output.write(batch);
    kept.reset();
    horizonMs = CompactedBatchBuilder.NO_HORIZON;
    compression = Compression.none();
    baseOffset = nextOffset;
  }
}
