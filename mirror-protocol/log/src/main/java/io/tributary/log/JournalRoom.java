package io.tributary.log;

import io.tributary.record.Gap;
import io.tributary.record.GapReason;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/// The room that a journal takes on the disk: what may go when it is needed, and how its loss is declared first.
/// Confined to the journal's writer.
///
/// Acknowledged segments go first, the oldest before the others, and only when their room is needed. What is not
/// acknowledged goes only by {@link FullPolicy#DROP_OLDEST}, after its Gaps are durable.
final class JournalRoom {
  private final SegmentedLog log;
  private final JournalLookup lookup;
  private final JournalConfig config;
  private final Collection<TrackedStream> streams;
  private final Reserve reserve;
  private final GroupWriter writer;

  private long sizeBytes;

  /// What the next commit may need beside its readings: the header of a new segment and of its group.
  private long overheadBytes;

  private final AtomicLong droppedRecords = new AtomicLong();

  /// Where the streams stood when the second-oldest segment began: above it nothing of the oldest reaches.
  private @Nullable JournalTable behindOldest;

  JournalRoom(
      SegmentedLog log,
      JournalLookup lookup,
      JournalConfig config,
      Collection<TrackedStream> streams,
      Reserve reserve,
      GroupWriter writer) {
    this.log = log;
    this.lookup = lookup;
    this.config = config;
    this.streams = streams;
    this.reserve = reserve;
    this.writer = writer;
    measure();
  }

  /// Segments and reserve.
  long sizeBytes() {
    return sizeBytes;
  }

  long droppedRecords() {
    return droppedRecords.get();
  }

  void countDropped(long records) {
    droppedRecords.addAndGet(records);
  }

  /// After a segment grew or came.
  void measure() {
    sizeBytes = log.sizeBytes() + LogLimits.RESERVE_BYTES;
    overheadBytes = (long) log.newest().headerBytes() + LogLimits.GROUP_OVERHEAD_BYTES;
  }

  boolean isTaken(long moreBytes) {
    return sizeBytes + overheadBytes + moreBytes > config.quotaBytes();
  }

  /// Deletes acknowledged segments until so many bytes fit into the quota.
  ///
  /// @return whether they fit
  boolean makeRoom(long bytes) throws IOException {
    while (isTaken(bytes)) {
      if (!deleteOldestIfAcked()) {
        return false;
      }
    }
    return true;
  }

  /// Deletes the oldest segment when the hub has all of it.
  boolean deleteOldestIfAcked() throws IOException {
    JournalTable behind = behindOldest();
    if (behind == null) {
      return false;
    }
    for (TrackedStream stream : streams) {
      if (stream.acked() < behind.next(stream.id())) {
        return false;
      }
    }
    delete(log.oldest());
    return true;
  }

  /// Whether only sealed streams, of which something is to be moved, and their successors keep the oldest segment from being
  /// deleted: then moving gives back the room that it takes, at once or when the hub has the whole successor. A successor may
  /// lie in the oldest segment beside what is still to be moved, when its move has waited for another topic's.
  boolean isOldestOnlyToBeMoved() throws IOException {
    JournalTable behind = behindOldest();
    if (behind == null) {
      return true;
    }
    Set<Long> successors = new HashSet<>();
    for (TrackedStream stream : streams) {
      Seal seal = stream.seal();
      if (seal != null) {
        successors.add(seal.successor());
      }
    }
    for (TrackedStream stream : streams) {
      if (stream.seal() == null
          && !successors.contains(stream.id())
          && stream.acked() < behind.next(stream.id())) {
        return false;
      }
    }
    return true;
  }

  /// Deletes the oldest segments as long as the hub has all of them and they arrived long enough ago.
  void deleteOld(long nowMs) throws IOException {
    boolean isDeleted = true;
    while (config.retentionMs() > 0 && log.segments().length > 1 && isDeleted) {
      SegmentHeader next = log.segments()[1].header(log.logId());
      isDeleted =
          next != null
              && nowMs - next.previousLastArrivalMs() > config.retentionMs()
              && deleteOldestIfAcked();
    }
  }

  /// Deletes the oldest segments, behind durable Gaps, until so many bytes fit into the quota or only the newest is left.
  void dropUntilFree(long bytes, long nowMs) throws IOException {
    boolean isDeleted = true;
    while (isTaken(bytes) && isDeleted) {
      isDeleted = dropOldest(nowMs);
    }
  }

  /// Deletes the oldest segment although the hub lacks some of it. The Gaps are durable before.
  ///
  /// @return false when only the newest is left
  boolean dropOldest(long nowMs) throws IOException {
    JournalTable behind = behindOldest();
    if (behind == null) {
      return false;
    }
    Segment oldest = log.oldest();
    JournalTable began = lookup.table(oldest);
    List<Change> changes = new ArrayList<>();
    long dropped = 0;
    for (TrackedStream stream : streams) {
      JournalTable.Stream ended = behind.streams().get(stream.id());
      long from = began == null ? 0 : began.next(stream.id());
      from = Math.max(from, stream.acked());
      if (ended == null || ended.next() <= from) {
        continue;
      }
      Gap gap = new Gap(from, ended.next(), GapReason.DROP_OLDEST);
      DeclaredGap declared = new DeclaredGap(gap, ended.digest());
      changes.add(new Change.GapDeclared(stream.id(), declared));
      stream.setGaps(DeclaredGap.with(stream.gaps(), declared));
      dropped += gap.count();
    }
    if (!changes.isEmpty()) {
      commitChanges(changes, nowMs);
    }
    countDropped(dropped);
    delete(oldest);
    return true;
  }

  /// Makes changes durable as a group of their own; on a full disk with the room of the reserve.
  void commitChanges(List<Change> changes, long nowMs) throws IOException {
    try {
      writer.append(changes, nowMs);
    } catch (LogFullException e) {
      if (!reserve.isKept()) {
        throw e;
      }
      reserve.giveUp();
      writer.append(changes, nowMs);
    }
    measure();
  }

  /// Deletes a segment. The streams' starts move first, so that whoever misses it knows that it went on purpose.
  void delete(Segment segment) throws IOException {
    Segment[] segments = log.segments();
    if (segments[0] == segment) {
      JournalTable behind = lookup.table(segments[1]);
      for (TrackedStream stream : streams) {
        stream.setStart(behind == null ? 0 : behind.next(stream.id()));
        stream.forgetGaps();
      }
    }
    log.delete(segment);
    lookup.forget(segment);
    behindOldest = null;
    measure();
  }

  void keepReserve() throws IOException {
    if (!isTaken(0)) {
      reserve.keep();
    }
  }

  void giveUpReserve() throws IOException {
    reserve.giveUp();
  }

  private @Nullable JournalTable behindOldest() throws IOException {
    Segment[] segments = log.segments();
    if (segments.length < 2) {
      return null;
    }
    JournalTable behind = behindOldest;
    if (behind == null) {
      behind = lookup.table(segments[1]);
      behindOldest = behind;
    }
    return behind;
  }
}
