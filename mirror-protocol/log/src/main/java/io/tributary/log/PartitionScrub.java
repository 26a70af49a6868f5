package io.tributary.log;

import io.tributary.record.BatchRefused;
import io.tributary.record.BatchView;
import io.tributary.record.ControlBatch;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.function.LongPredicate;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// A partition as a scrub sees it: offsets of the hub beside those of the streams, and an index for each segment.
///
/// A base offset lies outside the CRC. Where those before and behind one tell what it should be, it is written again.
final class PartitionScrub implements ScrubView {
  /// Compares what was read of a segment with its index.
  interface Indexes {
    void reconcile(Segment segment, List<StreamChains.Damage> damages, long maxTimestampMs)
        throws IOException;
  }

  private final Supplier<List<StreamPosition>> positions;
  private final boolean isProduced;
  private final LongPredicate isStream;
  private final LongSupplier endOffset;
  private final Indexes indexes;

  private @Nullable StreamChains chains;

  private final OffsetChain offsets;

  /// For what the chain of offsets says of the batches before the one that is read.
  private @Nullable Patches patches;

  /// Behind which nothing has been placed yet.
  private final Deque<StreamChains.Damage> open = new ArrayDeque<>();

  /// Behind the last batch that was placed.
  private long placedTo;

  private long maxTimestampMs;
  private long durableEndOffset;

  PartitionScrub(
      Supplier<List<StreamPosition>> positions,
      LongPredicate isStream,
      LongSupplier endOffset,
      Content content,
      Indexes indexes) {
    this.positions = positions;
    this.isStream = isStream;
    this.endOffset = endOffset;
    this.indexes = indexes;
    this.isProduced = content == Content.PRODUCED;
    this.offsets = new OffsetChain(content == Content.STREAM, new Places());
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
    offsets.begin(segment.baseOffset());
    open.clear();
    placedTo = segment.baseOffset();
    maxTimestampMs = SegmentHeader.NONE_MS;
  }

  @Override
  public void batch(BatchReader at, Patches toWrite) throws IOException {
    BatchView batch = at.batch();
    StreamChains all = Objects.requireNonNull(chains);
    maxTimestampMs = Math.max(maxTimestampMs, batch.maxTimestampMs());
    patches = toWrite;
    offsets.batch(at);
    if (isProduced || !batch.hasIdentity()) {
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
  public void damage(StreamChains.Damage found, Patches toWrite) throws IOException {
    patches = toWrite;
    offsets.damage();
    open.add(found);
  }

  @Override
  public void end(Segment segment, @Nullable SegmentHeader following, Patches toWrite)
      throws IOException {
    long end = following == null ? durableEndOffset : following.baseOffset();
    patches = toWrite;
    offsets.end(end);
    endDamage(Long.MAX_VALUE, Math.max(offsets.due(), end));
  }

  @Override
  public void close(Segment segment, boolean isWhole) throws IOException {
    indexes.reconcile(segment, Objects.requireNonNull(chains).damages(), maxTimestampMs);
  }

  @Override
  public boolean isKnown(long producerId) {
    return isProduced
        || producerId == -1
        || isStream.test(producerId)
        || (chains != null && chains.isKnown(producerId));
  }

  @Override
  public boolean takesMore() {
    return true;
  }

  /// What the offsets around a batch say of it.
  private final class Places implements OffsetChain.Verdicts {
    @Override
    public void placed(OffsetChain.Place place, long offset) throws IOException {
      endDamage(place.position(), offset);
      placedTo = offset + place.span();
      if (!place.isRight(offset)) {
        Objects.requireNonNull(patches)
            .write(Placement.of(place.batchLength(), offset), place.position());
      }
    }

    @Override
    public void unplaced(OffsetChain.Place place) {
      Objects.requireNonNull(chains).misplaced(place.position(), place.endPosition());
    }
  }

  private void endDamage(long position, long behind) {
    while (!open.isEmpty() && open.getFirst().from() < position) {
      open.removeFirst().tookOffsets(placedTo, behind);
    }
  }
}
