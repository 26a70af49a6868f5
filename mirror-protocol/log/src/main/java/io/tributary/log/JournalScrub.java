package io.tributary.log;

import io.tributary.record.BatchView;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.LongConsumer;
import java.util.function.LongFunction;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// A journal as a scrub sees it: group headers that say where each group leaves its streams, and Gaps in them.
final class JournalScrub implements ScrubView {

  private final SegmentedLog log;
  private final Supplier<Collection<TrackedStream>> streams;
  private final LongFunction<@Nullable TrackedStream> stream;
  private final LongConsumer foundDamage;

  /// What the segments that were read have declared.
  private final Map<Long, List<DeclaredGap>> declared = new HashMap<>();

  /// For whoever looks at a journal that nobody has opened.
  private final Map<Long, String> topics = new HashMap<>();

  private final Map<Long, Long> acked = new HashMap<>();
  private final Map<Long, Seal> seals = new HashMap<>();

  /// Of the group that is being read.
  private List<StreamPosition> ends = List.of();

  private @Nullable StreamChains chains;
  private long ordinal;

  /// @param foundDamage told the ordinal of each segment in which bytes are damaged
  JournalScrub(
      SegmentedLog log,
      Supplier<Collection<TrackedStream>> streams,
      LongFunction<@Nullable TrackedStream> stream,
      LongConsumer foundDamage) {
    this.log = log;
    this.streams = streams;
    this.stream = stream;
    this.foundDamage = foundDamage;
  }

  /// The Gaps of a stream, also those that a damaged group header told of.
  List<DeclaredGap> gaps(long streamId) {
    List<DeclaredGap> gaps = declared.getOrDefault(streamId, List.of());
    TrackedStream live = stream.apply(streamId);
    if (live != null) {
      for (DeclaredGap gap : live.gaps()) {
        gaps = DeclaredGap.with(gaps, gap);
      }
    }
    return gaps;
  }

  /// The topics of the streams that were read of.
  Map<Long, String> topics() {
    return topics;
  }

  long acked(long streamId) {
    return acked.getOrDefault(streamId, 0L);
  }

  /// Where a stream that was read of is sealed; null when it goes on.
  @Nullable Seal seal(long streamId) {
    return seals.get(streamId);
  }

  @Override
  public Collection<StreamPosition> durable() {
    List<StreamPosition> positions = new ArrayList<>();
    for (TrackedStream each : streams.get()) {
      TrackedStream.Durable durable = each.durable();
      positions.add(new StreamPosition(each.id(), durable.end(), durable.digest()));
    }
    return positions;
  }

  @Override
  public Collection<StreamPosition> table(SegmentHeader header) {
    List<StreamPosition> positions = new ArrayList<>();
    for (JournalTable.Stream began : JournalTable.decode(header.table()).streams().values()) {
      positions.add(new StreamPosition(began.id(), began.next(), began.digest()));
    }
    return positions;
  }

  @Override
  public void begin(Segment segment, @Nullable SegmentHeader header, StreamChains chainsOfAll) {
    chains = chainsOfAll;
    ordinal = segment.ordinal();
    ends = List.of();
    if (header != null) {
      declared.clear();
      for (JournalTable.Stream began : JournalTable.decode(header.table()).streams().values()) {
        declared.put(began.id(), began.gaps());
        topics.put(began.id(), began.topic());
        acked.put(began.id(), began.acked());
        Seal seal = began.seal();
        if (seal != null) {
          seals.put(began.id(), seal);
        }
      }
    }
  }

  @Override
  public void batch(BatchReader at, Patches patches) throws IOException {
    BatchView batch = at.batch();
    StreamChains all = Objects.requireNonNull(chains);
    if (batch.producerId() == GroupHeader.NO_STREAM || batch.isControl()) {
      GroupHeader group = GroupHeader.decode(batch);
      if (group == null
          || !group.logId().equals(log.logId())
          || group.ordinal() != ordinal
          || group.position() != at.position()) {
        all.damaged(at.position(), at.position() + at.sizeBytes());
        foundDamage.accept(ordinal);
        return;
      }
      place(at, 0, patches);
      compareEnds(all);
      ends = group.ends();
      group.changes().forEach(change -> apply(change, all));
      return;
    }
    place(at, batch.streamOffset(), patches);
    all.batch(batch, at.position() + at.sizeBytes());
  }

  @Override
  public void damage(StreamChains.Damage damage, Patches patches) {
    foundDamage.accept(ordinal);
  }

  @Override
  public void end(Segment segment, @Nullable SegmentHeader following, Patches patches) {
    compareEnds(Objects.requireNonNull(chains));
  }

  @Override
  public void close(Segment segment, boolean isWhole) {}

  @Override
  public boolean isKnown(long producerId) {
    return producerId == GroupHeader.NO_STREAM
        || stream.apply(producerId) != null
        || (chains != null && chains.isKnown(producerId));
  }

  /// The hub has what a journal lacks, and a journal lacks nothing that the hub has not.
  @Override
  public boolean takesMore() {
    return false;
  }

  private void compareEnds(StreamChains all) {
    ends.forEach(all::endsAt);
    ends = List.of();
  }

  private void apply(Change change, StreamChains all) {
    switch (change) {
      case Change.StreamCreated created -> {
        all.born(created.streamId());
        topics.put(created.streamId(), created.topic());
      }
      case Change.GapDeclared gap ->
          declared.merge(
              gap.streamId(),
              List.of(gap.gap()),
              (known, one) -> DeclaredGap.with(known, gap.gap()));
      case Change.StreamSealed sealed -> seals.put(sealed.streamId(), sealed.seal());
      case Change.Acked told -> acked.put(told.streamId(), told.end());
      case Change.StateSet set -> {}
      case Change.StateRemoved removed -> {}
    }
  }

  /// Base offset and leader epoch lie outside the CRC, and are known.
  private static void place(BatchReader at, long offset, Patches patches) throws IOException {
    BatchView batch = at.batch();
    if (batch.baseOffset() != offset || batch.partitionLeaderEpoch() != -1) {
      patches.write(Placement.of(batch, offset), at.position());
    }
  }
}
