package io.tributary.log;

import io.tributary.record.Gap;
import io.tributary.record.GapReason;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/// Makes a journal's open group durable, in the segment where it belongs and with the room that the policy finds for it.
/// Confined to the journal's writer.
final class GroupCommit {
  private static final System.Logger LOG = System.getLogger(GroupCommit.class.getName());

  private static final long NO_SEGMENT = -1;

  private final SegmentedLog log;
  private final JournalConfig config;
  private final JournalLookup lookup;
  private final JournalRoom room;
  private final JournalContents contents;
  private final OpenGroup group;
  private final GroupWriter writer;

  private JournalIndex index;
  private long lastArrivalMs;
  private long acksWrittenMs;

  /// Whether the newest segment holds readings; one that does not is not worth keeping.
  private boolean hasReadings;

  /// The streams that the group before has born or sealed, or those of the newest segment at the start. The next group
  /// tells of them once more: one flaw must not make all of a stream's batches unknown, or a seal forgotten.
  private List<Change> births;

  /// The segment in which damage was found last; -1: none.
  private volatile long damagedOrdinal = NO_SEGMENT;

  /// The open group's readings have become Gaps. It may take several commits until those find room.
  private boolean isDropped;

  GroupCommit(
      SegmentedLog log,
      JournalConfig config,
      JournalLookup lookup,
      JournalRoom room,
      JournalContents contents,
      OpenGroup group,
      GroupWriter writer,
      JournalRecovery recovered) {
    this.log = log;
    this.config = config;
    this.lookup = lookup;
    this.room = room;
    this.contents = contents;
    this.group = group;
    this.writer = writer;
    this.index = recovered.index();
    this.lastArrivalMs = recovered.lastArrivalMs();
    this.hasReadings = recovered.hasReadings();
    this.births = recovered.births();
  }

  /// Returns when the open group is durable.
  ///
  /// @return false when the disk was full and Gaps took the place of the readings
  boolean commit(long nowMs) throws IOException {
    group.buildAll();
    for (TrackedStream stream : group.touched()) {
      if (stream.droppedFrom() >= 0) {
        endDropping(stream);
      }
    }
    append(nowMs);
    boolean isWhole = !isDropped;
    isDropped = false;
    lastArrivalMs = nowMs;
    contents.commit(group);
    group.clear();
    room.measure();
    return isWhole;
  }

  /// Returns when the open group, which moves readings from sealed streams to their successors, is durable. Nothing is
  /// dropped for it, whatever the policy. It may take more than the quota where that gives back an old segment, since what
  /// was moved frees its room only with all of its segment: one and a half segments, and two groups, because a group may
  /// be larger than a segment and one that begins in an old segment reaches into the next.
  ///
  /// @throws LogFullException when there is no room even so; the group is kept
  void commitMove(long nowMs) throws IOException {
    boolean isWritten = false;
    while (!isWritten) {
      rollIfFull(nowMs);
      if (group.hasReadings()
          && !room.makeRoom(group.sizeBytes())
          && (!room.isOldestOnlyToBeMoved() || room.isTaken(group.sizeBytes() - moveBytesMost()))) {
        throw new LogFullException(
            "no room to move readings to a new stream: the quota is used up, and its oldest readings are"
                + " not acknowledged yet or of topics that are forked as well",
            new NoSpaceException(log.directory()));
      }
      try {
        write(nowMs);
        isWritten = true;
      } catch (LogFullException e) {
        if (!room.deleteOldestIfAcked()) {
          throw e;
        }
      }
    }
    lastArrivalMs = nowMs;
    contents.commit(group);
    group.clear();
    room.measure();
  }

  private long moveBytesMost() {
    return config.segmentBytes() * 3L / 2 + config.groupBytes() * 2L;
  }

  /// What was refused of a stream becomes a Gap of the open group.
  void endDropping(TrackedStream stream) {
    declare(stream, new Gap(stream.droppedFrom(), stream.next(), GapReason.DROP_NEWEST));
    stream.setDroppedFrom(-1);
  }

  /// Damage was found in a segment. When it is the newest one, another begins as soon as there is room for it: a damaged
  /// group header has no copy, and what is read of the segment from then on would hang on what is whole. The table of
  /// the next one tells all of it twice, so that no second flaw makes offsets be given out again. For any thread.
  void foundDamage(long ordinal) {
    damagedOrdinal = ordinal;
  }

  /// An empty group proves that all before it is durable.
  void prove(long nowMs) throws IOException {
    leaveDamage(nowMs);
    try {
      List<Change.Acked> acks = acks();
      List<Change> changes = new ArrayList<>(acks);
      changes.addAll(births);
      room.commitChanges(changes, nowMs);
      acksWritten(acks);
    } catch (LogFullException e) {
      LOG.log(System.Logger.Level.DEBUG, "the proof can wait until there is room", e);
    }
  }

  /// When the last group arrived.
  long lastArrivalMs() {
    return lastArrivalMs;
  }

  private void append(long nowMs) throws IOException {
    while (true) {
      try {
        makeRoom(nowMs);
        write(nowMs);
        return;
      } catch (LogFullException e) {
        if (room.deleteOldestIfAcked()) {
          continue;
        }
        switch (config.policy()) {
          case BLOCK -> throw e;
          case DROP_OLDEST -> {
            if (!room.dropOldest(nowMs)) {
              throw e;
            }
          }
          case DROP_NEWEST -> {
            if (isDropped || !group.hasReadings()) {
              throw e;
            }
            dropReadings();
            isDropped = true;
            room.giveUpReserve();
          }
        }
      }
    }
  }

  private void makeRoom(long nowMs) throws IOException {
    rollIfFull(nowMs);
    if (!room.makeRoom(group.sizeBytes()) && config.policy() == FullPolicy.DROP_OLDEST) {
      room.dropUntilFree(group.sizeBytes(), nowMs);
    }
  }

  private static boolean isToldTwice(Change change) {
    return change instanceof Change.StreamCreated || change instanceof Change.StreamSealed;
  }

  /// It is no reason to drop anything, nor to go over the quota.
  private void leaveDamage(long nowMs) throws IOException {
    if (log.newest().ordinal() != damagedOrdinal || room.isTaken(0)) {
      return;
    }
    try {
      hasReadings = true; // or what were some: they may be healed
      roll(nowMs);
    } catch (LogFullException e) {
      LOG.log(System.Logger.Level.DEBUG, "damage is left behind when there is room", e);
    }
  }

  private void rollIfFull(long nowMs) throws IOException {
    leaveDamage(nowMs);
    Segment newest = log.newest();
    long filled = newest.end() - newest.headerBytes();
    // A header with much state is worth as many bytes of changes before it is written anew.
    long full = Math.max(config.segmentBytes(), newest.headerBytes());
    if (filled > 0 && filled + group.sizeBytes() > full) {
      roll(nowMs);
    }
  }

  private void roll(long nowMs) throws IOException {
    Segment ended = log.newest();
    for (TrackedStream stream : contents.durableStreams()) {
      stream.forgetGaps();
    }
    byte[] table = JournalTable.encode(contents.durableStreams(), contents.state());
    log.roll(SegmentHeader.ofJournal(log, nowMs, lastArrivalMs, table));
    index = lookup.addIndex(log.newest());
    if (!hasReadings) {
      room.delete(ended); // all that it held is in the new header
    }
    hasReadings = false;
    births = List.of();
    room.measure();
  }

  private void write(long nowMs) throws IOException {
    List<Change> changes = new ArrayList<>(group.changes());
    boolean isTimeForAcks =
        nowMs - acksWrittenMs >= LogLimits.ACKS_WRITTEN_EVERY_MS || nowMs < acksWrittenMs;
    List<Change.Acked> acks = isTimeForAcks ? acks() : List.of();
    changes.addAll(acks);
    changes.addAll(births);
    List<StreamPosition> ends = group.touched().stream().map(TrackedStream::position).toList();
    long bodyPosition = writer.append(changes, group.body(), ends, nowMs);
    acksWritten(acks);
    if (isTimeForAcks) {
      acksWrittenMs = nowMs;
    }
    births =
        group.changes().stream()
            .filter(GroupCommit::isToldTwice)
            .limit(LogLimits.BIRTHS_TOLD_TWICE)
            .toList();
    group.index(index, bodyPosition);
    hasReadings |= group.hasReadings();
  }

  private List<Change.Acked> acks() {
    List<Change.Acked> acks = new ArrayList<>();
    for (TrackedStream stream : contents.durableStreams()) {
      if (stream.isAckedUnwritten()) {
        acks.add(new Change.Acked(stream.id(), stream.acked()));
      }
    }
    return acks;
  }

  /// They are durable: a group that found no room must tell them again.
  private void acksWritten(List<Change.Acked> acks) {
    for (Change.Acked ack : acks) {
      contents.stream(ack.streamId()).ackedWritten(ack.end());
    }
  }

  /// The disk is full: the group's readings become Gaps, its other changes stay.
  private void dropReadings() {
    group.dropReadings();
    for (TrackedStream stream : group.touched()) {
      TrackedStream.Durable durable = stream.durable();
      long next = stream.next();
      if (next > durable.end()) {
        stream.setGaps(DeclaredGap.upTo(stream.gaps(), durable.end()));
        stream.moveTo(next, durable.digest());
        declare(stream, new Gap(durable.end(), next, GapReason.DROP_NEWEST));
        room.countDropped(next - durable.end());
      }
    }
  }

  private void declare(TrackedStream stream, Gap refused) {
    DeclaredGap gap = new DeclaredGap(refused, stream.digest());
    stream.setGaps(DeclaredGap.with(stream.gaps(), gap));
    group.add(new Change.GapDeclared(stream.id(), gap), 0);
  }
}
