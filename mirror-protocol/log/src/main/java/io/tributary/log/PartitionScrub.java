package io.tributary.log;

import io.tributary.record.BatchRefused;
import io.tributary.record.BatchView;
import io.tributary.record.ControlBatch;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.function.LongPredicate;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// A partition as a scrub sees it: offsets of the hub beside those of the streams, and an index for each segment.
///
/// A base offset lies outside the CRC. Where the batches before and behind one agree about it, it is written again.
final class PartitionScrub implements ScrubView {
  /// A batch whose base offset is not the one that is due.
  private record Misplaced(
      ByteBuffer bytes, long position, long endPosition, long offset, long endOffset) {}

  /// Compares what was read of a segment with its index.
  interface Indexes {
    void reconcile(Segment segment, List<StreamChains.Damage> damages, long maxTimestampMs)
        throws IOException;
  }

  private final Supplier<List<StreamPosition>> positions;
  private final LongPredicate isStream;
  private final LongSupplier endOffset;
  private final boolean isPerEdge;
  private final Indexes indexes;

  private @Nullable StreamChains chains;

  /// The offset that the next batch should have.
  private long due;

  /// Whether damage lies before, so that the next batch may have any offset from `due` on.
  private boolean isBehindDamage;

  /// Waits for the next batch to tell which of them is right.
  private @Nullable Misplaced misplaced;

  /// Behind which no batch has been read yet.
  private StreamChains.@Nullable Damage damage;

  private long damageOffset;
  private long maxTimestampMs;
  private long durableEndOffset;

  PartitionScrub(
      Supplier<List<StreamPosition>> positions,
      LongPredicate isStream,
      LongSupplier endOffset,
      boolean isPerEdge,
      Indexes indexes) {
    this.positions = positions;
    this.isStream = isStream;
    this.endOffset = endOffset;
    this.isPerEdge = isPerEdge;
    this.indexes = indexes;
  }

  @Override
  public Collection<StreamPosition> durable() {
    durableEndOffset = endOffset.getAsLong();
    return positions.get();
  }

  @Override
  public Collection<StreamPosition> table(SegmentHeader header) {
    return PositionTable.decode(header.table()).durable();
  }

  @Override
  public void begin(Segment segment, @Nullable SegmentHeader header, StreamChains chainsOfAll) {
    chains = chainsOfAll;
    due = segment.baseOffset();
    isBehindDamage = false;
    misplaced = null;
    damage = null;
    maxTimestampMs = SegmentHeader.NONE_MS;
  }

  @Override
  public void batch(BatchReader at, Patches patches) throws IOException {
    BatchView batch = at.batch();
    StreamChains all = Objects.requireNonNull(chains);
    maxTimestampMs = Math.max(maxTimestampMs, batch.maxTimestampMs());
    place(at, patches, all);
    if (!batch.hasIdentity()) {
      return;
    }
    long endPosition = at.nextPosition();
    if (ControlBatch.isGap(batch)) {
      try {
        ControlBatch.StreamGap gap = ControlBatch.readGap(batch);
        all.gap(gap.streamId(), new DeclaredGap(gap.gap(), gap.digestAtTo()), endPosition);
      } catch (BatchRefused e) {
        throw new IllegalStateException("it was a Gap a moment ago", e);
      }
    } else {
      all.batch(batch, endPosition);
    }
  }

  @Override
  public void damage(StreamChains.Damage found) {
    giveUpMisplaced(Objects.requireNonNull(chains));
    if (damage == null) {
      damageOffset = due;
    }
    damage = found;
    isBehindDamage = true;
  }

  @Override
  public void end(Segment segment, @Nullable SegmentHeader following, Patches patches)
      throws IOException {
    long end = following == null ? durableEndOffset : following.baseOffset();
    endDamage(Math.max(due, end));
    if (end == due) {
      mendMisplaced(patches);
    }
    giveUpMisplaced(Objects.requireNonNull(chains));
  }

  @Override
  public void close(Segment segment, boolean isWhole) throws IOException {
    indexes.reconcile(segment, Objects.requireNonNull(chains).damages(), maxTimestampMs);
  }

  @Override
  public boolean isKnown(long producerId) {
    return producerId == -1
        || isStream.test(producerId)
        || (chains != null && chains.isKnown(producerId));
  }

  private void place(BatchReader at, Patches patches, StreamChains all) throws IOException {
    BatchView batch = at.batch();
    if (isPerEdge && batch.hasIdentity()) {
      due = batch.streamOffset(); // which the CRC covers
      isBehindDamage = false;
    }
    long base = batch.baseOffset();
    if (isBehindDamage && base >= due) {
      due = base;
    }
    endDamage(due);
    Misplaced before = misplaced;
    if (before != null && before.offset() < before.endOffset() && before.endOffset() == base) {
      due = base; // both are right, and what lay before them is gone
      misplaced = null;
    }
    if (base == due) {
      mendMisplaced(patches);
      isBehindDamage = false;
    } else if (isPerEdge && batch.hasIdentity()) {
      patches.write(Placement.of(batch, due), at.position());
    } else if (misplaced != null || isBehindDamage) {
      giveUpMisplaced(all);
      all.misplaced(at.position(), at.nextPosition());
      isBehindDamage = true;
      return;
    } else {
      long endOffset = base > due ? batch.nextOffset() : 0;
      misplaced =
          new Misplaced(
              Placement.of(batch, due), at.position(), at.nextPosition(), base, endOffset);
    }
    if (base == due && batch.hasIdentity() && batch.partitionLeaderEpoch() != -1) {
      patches.write(Placement.of(batch, due), at.position());
    }
    due += batch.lastOffsetDelta() + 1L;
  }

  private void endDamage(long behind) {
    StreamChains.Damage last = damage;
    if (last != null) {
      last.tookOffsets(damageOffset, behind);
      damage = null;
    }
  }

  /// The batch behind agrees with those before.
  private void mendMisplaced(Patches patches) throws IOException {
    Misplaced last = misplaced;
    if (last != null) {
      patches.write(last.bytes(), last.position());
      misplaced = null;
    }
  }

  /// Nobody knows which offset is right: such a batch is not served.
  private void giveUpMisplaced(StreamChains all) {
    Misplaced last = misplaced;
    if (last != null) {
      all.misplaced(last.position(), last.endPosition());
      misplaced = null;
    }
  }
}
