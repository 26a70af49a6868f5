package io.tributary.log;

import io.tributary.record.BatchBuilder;
import io.tributary.record.Digest;
import io.tributary.record.EncodedHeaders;
import io.tributary.record.Gap;
import io.tributary.record.GapReason;
import io.tributary.record.Header;
import io.tributary.record.RecordRefused;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/// The edge's log of one class: the readings of all its streams in the order of arrival, and the small state that is
/// committed with them.
///
/// add, add, changeState, … --commit--> all of it durable, or none of it
///
/// One thread writes: it adds, commits, retains, jumps. Any thread may take a snapshot of the streams, acknowledge, or ask
/// for a digest; a {@link JournalCursor} belongs to a thread of its own.
///
/// Invariants: acked <= end of a stream; what is not acknowledged leaves the files only behind a durable Gap; a group is
/// durable as a whole or not at all.
public final class Journal implements AutoCloseable {
  private final SegmentedLog log;
  private final JournalConfig config;
  private final JournalLookup lookup;
  private final JournalContents contents;
  private final OpenGroup group;
  private final JournalRoom room;
  private final GroupCommit commits;
  private final AtomicLong damagedBytes;
  private final Mender mender;
  private final SealMove move;

  private long lastOffset = -1;

  /// Moves whenever something is acknowledged, so that room is looked for again only then.
  private final AtomicLong ackCount = new AtomicLong();

  private long ackCountWhenFull = -1;

  /// The last commit found no room; its group is kept.
  private volatile boolean isFull;

  private Journal(
      SegmentedLog log,
      JournalConfig config,
      JournalLookup lookup,
      Reserve reserve,
      JournalRecovery recovered) {
    this.log = log;
    this.config = config;
    this.lookup = lookup;
    this.contents = new JournalContents(recovered.streams(), recovered.state());
    this.group = new OpenGroup(config);
    GroupWriter writer = new GroupWriter(log);
    this.room = new JournalRoom(log, lookup, config, contents.streams(), reserve, writer);
    this.commits = new GroupCommit(log, config, lookup, room, contents, group, writer, recovered);
    this.damagedBytes = new AtomicLong(recovered.damagedBytes() + log.setAsideBytes());
    this.move =
        new SealMove(
            contents,
            group,
            commits,
            lookup,
            config.groupBytes(),
            () ->
                new JournalCursor(
                    log,
                    lookup,
                    contents::durableStream,
                    new BatchReader(config.limits()),
                    damagedBytes,
                    true));
    this.mender =
        new Mender(
            log,
            config.limits(),
            false,
            () -> 0,
            damagedBytes,
            (segment, from, to, maxTimestampMs) -> lookup.forgetIndex(segment));
  }

  /// Opens the journal of a directory, recovers it, or begins it. Never refuses because of what is in its files.
  public static Journal open(Disk disk, String directory, JournalConfig config, long nowMs)
      throws IOException {
    SegmentedLog log =
        SegmentedLog.open(disk, directory, SegmentHeader.Kind.JOURNAL, config.logId());
    JournalLookup lookup = new JournalLookup(log, config.limits());
    JournalRecovery recovered = JournalRecovery.recover(log, lookup, config, nowMs);
    Reserve reserve = new Reserve(disk, directory);
    Journal journal = new Journal(log, config, lookup, reserve, recovered);
    journal.room.keepReserve();
    if (recovered.damagedBytes() > 0) {
      journal.commits.foundDamage(log.newest().ordinal());
    }
    journal.commits.prove(nowMs);
    return journal;
  }

  /// The log id that the segments of these directories name, the most of them where they differ.
  ///
  /// @return null when there is none that can be read
  public static @Nullable UUID logIdIn(Disk disk, Collection<String> directories)
      throws IOException {
    Map<UUID, Integer> named = new HashMap<>();
    for (String directory : directories) {
      for (String name : disk.list(directory)) {
        if (Segment.ordinalOf(name) >= 0) {
          try (DiskFile file = disk.open(directory + "/" + name)) {
            SegmentHeader header = SegmentHeader.readAny(file);
            if (header != null && header.kind() == SegmentHeader.Kind.JOURNAL) {
              named.merge(header.logId(), 1, Integer::sum);
            }
          }
        }
      }
    }
    return named.entrySet().stream()
        .max(Map.Entry.comparingByValue())
        .map(Map.Entry::getKey)
        .orElse(null);
  }

  /// By topic, the durable stream that its readings go to, as it is now: also a sealed one, until its successor is whole.
  public Map<String, JournalStream> streams() {
    Map<String, JournalStream> snapshot = new HashMap<>();
    Set<Long> unborn = move.unfinishedSuccessors();
    for (TrackedStream stream : contents.durableStreams()) {
      if (!unborn.contains(stream.id()) && !move.isFinished(stream)) {
        snapshot.put(stream.topic(), move.snapshot(stream));
      }
    }
    return snapshot;
  }

  /// The streams that were sealed, as they are now.
  public List<JournalStream> sealedStreams() {
    return contents.durableStreams().stream()
        .filter(stream -> stream.seal() != null)
        .map(move::snapshot)
        .toList();
  }

  /// One durable stream, or null.
  public @Nullable JournalStream stream(long streamId) {
    TrackedStream stream = contents.durableStream(streamId);
    return stream == null ? null : move.snapshot(stream);
  }

  /// A stream is born with the open group, and may be added to at once.
  ///
  /// @param streamId random, not negative, never used before
  /// @return FULL when the journal holds as many streams as it can, GROUP_FULL when the group must be committed first
  public Admission createStream(long streamId, String topic) {
    int topicBytes = topic.getBytes(StandardCharsets.UTF_8).length;
    if (streamId < 0 || topicBytes == 0 || topicBytes > LogLimits.TOPIC_BYTES) {
      throw new IllegalArgumentException("no stream: " + streamId + " of '" + topic + "'");
    }
    for (TrackedStream stream : contents.streams()) {
      if (stream.id() == streamId || stream.topic().equals(topic)) {
        throw new IllegalArgumentException("there is a stream " + stream.id() + " of " + topic);
      }
    }
    if (contents.streams().size() >= LogLimits.JOURNAL_STREAMS) {
      return Admission.FULL;
    }
    if (group.isFullForChange(topicBytes)) {
      return Admission.GROUP_FULL;
    }
    contents.add(new TrackedStream(streamId, topic, 0, Digest.START, 0));
    group.add(new Change.StreamCreated(streamId, topic), topicBytes);
    return Admission.ADMITTED;
  }

  /// Adds a reading to the open group.
  ///
  /// @throws RecordRefused when no batch can hold it; nothing changed
  public Admission add(
      long streamId,
      long timestampMs,
      byte @Nullable [] key,
      byte @Nullable [] value,
      List<Header> headers)
      throws RecordRefused, IOException {
    return add(streamId, timestampMs, key, value, EncodedHeaders.of(headers));
  }

  /// The same with headers that were encoded before.
  public Admission add(
      long streamId,
      long timestampMs,
      byte @Nullable [] key,
      byte @Nullable [] value,
      EncodedHeaders headers)
      throws RecordRefused, IOException {
    log.checkOpen();
    TrackedStream stream = contents.stream(streamId);
    if (stream.seal() != null && move.isFinished(stream)) {
      throw new IllegalArgumentException("stream " + streamId + " is sealed");
    }
    int bytes = OpenGroup.recordBytesMost(key, value, headers);
    if (group.isFullFor(bytes)) {
      return Admission.GROUP_FULL;
    }
    if (isFull && !group.isEmpty()) {
      return Admission.FULL;
    }
    if (config.policy() != FullPolicy.DROP_OLDEST
        && room.isTaken(group.sizeBytes() + (long) bytes)
        && !findRoom(group.sizeBytes() + (long) bytes)) {
      return config.policy() == FullPolicy.BLOCK ? Admission.FULL : drop(stream);
    }
    if (stream.droppedFrom() >= 0) {
      commits.endDropping(stream);
    }
    group.add(stream, timestampMs, key, value, headers);
    lastOffset = stream.take();
    return Admission.ADMITTED;
  }

  /// Adds several readings to the open group: all of them, or none.
  ///
  /// @return DROPPED when all of them are
  /// @throws RecordRefused when no batch can hold one of them, or no group all; nothing changed
  public Admission addTogether(List<Addition> additions) throws RecordRefused, IOException {
    log.checkOpen();
    long bytes = 0;
    for (Addition each : additions) {
      BatchBuilder.check(
          config.buildLimits(), each.timestampMs(), each.key(), each.value(), each.headers());
      bytes += OpenGroup.recordBytesMost(each.key(), each.value(), each.headers());
    }
    if (bytes > config.groupBytes() && additions.size() > 1) {
      throw new RecordRefused(RecordRefused.Limit.GROUP_BYTES, bytes, config.groupBytes());
    }
    if (group.isFullFor((int) bytes)) {
      return Admission.GROUP_FULL;
    }
    if (isFull && !group.isEmpty()) {
      return Admission.FULL;
    }
    boolean lacksRoom =
        config.policy() != FullPolicy.DROP_OLDEST
            && room.isTaken(group.sizeBytes() + bytes)
            && !findRoom(group.sizeBytes() + bytes);
    if (lacksRoom
        && (config.policy() == FullPolicy.BLOCK
            || gapCount() + additions.size() > LogLimits.JOURNAL_GAPS)) {
      return Admission.FULL;
    }
    for (Addition each : additions) {
      TrackedStream stream = contents.stream(each.streamId());
      if (lacksRoom) {
        drop(stream);
        continue;
      }
      if (stream.droppedFrom() >= 0) {
        commits.endDropping(stream);
      }
      group.add(stream, each.timestampMs(), each.key(), each.value(), each.headers());
      lastOffset = stream.take();
    }
    return lacksRoom ? Admission.DROPPED : Admission.ADMITTED;
  }

  /// How many bytes one group holds, and so what is added together.
  public int groupBytes() {
    return config.groupBytes();
  }

  /// How many bytes a record has at most: key, value and headers.
  public int recordBytesMost() {
    return Math.min(config.buildLimits().recordBytes(), config.groupBytes());
  }

  /// The offset of the reading that was admitted or dropped last.
  public long lastOffset() {
    return lastOffset;
  }

  /// Changes the state with the open group.
  ///
  /// @param value null removes the key
  /// @return FULL when the state holds as much as it can, GROUP_FULL when the group must be committed first
  public Admission changeState(String key, byte @Nullable [] value) {
    return changeState(List.of(new StateUpdate(key, value)));
  }

  /// Changes several entries in one group: all of them, or none.
  public Admission changeState(List<StateUpdate> updates) {
    Admission admission = mayChangeState(updates);
    if (admission == Admission.ADMITTED) {
      for (StateUpdate update : updates) {
        group.add(update.change(), update.sizeBytes());
      }
    }
    return admission;
  }

  /// What {@link #changeState} would answer, changing nothing: for whoever adds a reading and changes together.
  public Admission mayChangeState(List<StateUpdate> updates) {
    long kept = 0;
    long bytes = 0;
    for (StateUpdate update : updates) {
      kept += update.value() == null ? 0 : LogLimits.STATE_ENTRY_BYTES + update.sizeBytes();
      bytes += update.sizeBytes() + GroupHeader.CHANGE_OVERHEAD_BYTES;
    }
    if (bytes > LogLimits.STATE_UPDATES_BYTES) {
      throw new IllegalArgumentException(bytes + " B of updates that belong together");
    }
    if (kept > 0 && !contents.hasStateFor(kept)) {
      return Admission.FULL;
    }
    return group.isFullForChange(bytes) ? Admission.GROUP_FULL : Admission.ADMITTED;
  }

  /// The state as of the last commit. Only for the writer, who does not change it.
  public Map<String, byte[]> state() {
    return contents.state();
  }

  /// What the state takes of {@link LogLimits#STATE_BYTES}, as of the last commit. Any thread.
  public long stateBytes() {
    return contents.stateBytes();
  }

  public boolean isGroupEmpty() {
    return group.isEmpty();
  }

  /// About how many bytes the open group holds.
  public int groupSizeBytes() {
    return group.sizeBytes();
  }

  /// Returns when the open group is durable, and begins the next one.
  ///
  /// @return true when all readings are durable; false when the disk was full and the policy `drop-newest` has put a
  ///     durable Gap in their place
  /// @throws LogFullException when there is no room; the group is kept, so that the next commit tries again
  /// @throws LogFailedException when it is not known what is durable; nothing more is taken
  public boolean commit(long nowMs) throws IOException {
    log.checkOpen();
    if (group.isEmpty()) {
      return true;
    }
    try {
      boolean isWhole = commits.commit(nowMs);
      isFull = false;
      return isWhole;
    } catch (LogFullException e) {
      isFull = true;
      throw e;
    }
  }

  /// Gives up the room that is kept for a full disk: what is to be committed next makes room elsewhere.
  public void giveUpReserve() throws IOException {
    room.giveUpReserve();
  }

  /// Deletes what the quota or the retention time no longer allows to keep.
  ///
  /// @return whether anything was deleted
  public boolean retain(long nowMs) throws IOException {
    log.checkOpen();
    long before = room.sizeBytes();
    boolean fits = room.makeRoom(0);
    if (!fits && config.policy() == FullPolicy.DROP_OLDEST) {
      room.dropUntilFree(0, nowMs);
    }
    room.deleteOld(nowMs);
    room.keepReserve();
    return room.sizeBytes() < before;
  }

  /// The hub has all of a stream below an offset. From any thread; written with a later group, so that a crash may
  /// forget it: the hub says it again.
  public void acked(long streamId, long endOffset) {
    TrackedStream stream = contents.durableStream(streamId);
    if (stream != null) {
      stream.setAcked(move.settledTo(stream, endOffset));
      ackCount.incrementAndGet();
    }
  }

  /// The hub has lost what it had acknowledged: from `next` on nothing counts as acknowledged any more. From any thread.
  public void wentBack(long streamId, long next) {
    TrackedStream stream = contents.durableStream(streamId);
    if (stream != null) {
      stream.ackedBack(next);
    }
  }

  /// Goes over a tail that this disk has lost and the hub has: [expectedEnd, next) becomes a Gap that counts as
  /// acknowledged. Durable when it returns.
  ///
  /// @param digest the hub's digest at `next`
  public JumpResult jump(long streamId, long expectedEnd, long next, long digest, long nowMs)
      throws IOException {
    log.checkOpen();
    TrackedStream stream = contents.stream(streamId);
    if (stream.next() != expectedEnd || stream.durable().end() != expectedEnd) {
      return JumpResult.END_MOVED;
    }
    List<DeclaredGap> before = stream.gaps();
    DeclaredGap gap = new DeclaredGap(new Gap(expectedEnd, next, GapReason.LOST_TAIL), digest);
    stream.setGaps(DeclaredGap.with(before, gap));
    try {
      room.commitChanges(
          List.of(new Change.GapDeclared(streamId, gap), new Change.Acked(streamId, next)), nowMs);
    } catch (IOException e) {
      stream.setGaps(before);
      throw e;
    }
    stream.moveTo(next, digest);
    stream.publish();
    stream.setAcked(next);
    stream.ackedWritten(next);
    return JumpResult.JUMPED;
  }

  /// The digest of a stream at an offset, or {@link Digest#UNKNOWN} when nothing that is kept ends there,
  /// or {@link Digest#INSIDE} when a batch goes on there. Reads files.
  public long digestAt(long streamId, long offset) throws IOException {
    TrackedStream stream = contents.durableStream(streamId);
    return stream == null || offset > stream.mirroredEnd()
        ? Digest.UNKNOWN
        : lookup.digestAt(stream, offset);
  }

  /// The last place at or below an offset of a stream where a batch or a Gap ends, and the digest there, which may be
  /// unknown. Reads files. For any thread.
  public StreamPosition boundaryAt(long streamId, long offset) throws IOException {
    TrackedStream stream = contents.durableStream(streamId);
    return stream == null
        ? new StreamPosition(streamId, 0, Digest.UNKNOWN)
        : lookup.boundaryAt(stream, Math.min(offset, stream.mirroredEnd()));
  }

  /// A copy of the first batch of a stream that begins at an offset or behind, is kept and passes its check, as it was
  /// written; null when there is none. Reads files. For any thread.
  public @Nullable ByteBuffer batchFrom(long streamId, long from) throws IOException {
    TrackedStream stream = contents.durableStream(streamId);
    return stream == null || from >= stream.mirroredEnd() ? null : lookup.batchFrom(stream, from);
  }

  /// Seals a stream: it ends at an offset for ever, and what this journal holds behind that becomes, in the same order,
  /// the beginning of a new stream of the same topic. One group commits the seal and the first part; {@link #move} moves
  /// what it had no room for. Until all is moved the new stream is not among {@link #streams}, and readings go to the old
  /// one. The open group must be empty. A stream that is sealed already stays as it is.
  ///
  /// The new stream's id is drawn from the old one's, the offset, and what lies behind it: who seals the same readings
  /// again, because the seal itself was lost with an image of this disk, makes the same stream, and a hub that has it
  /// already recognises it.
  ///
  /// @param at where a batch or a Gap ends; the hub has all below
  /// @throws LogFullException when there is no room: nothing has changed
  public JournalStream seal(long streamId, long at, long nowMs) throws IOException {
    log.checkOpen();
    return move.seal(contents.stream(streamId), at, nowMs);
  }

  /// Moves a part of what lies behind the seals to the successors, and commits it. The open group must be empty.
  ///
  /// @return whether there was anything to move
  /// @throws LogFullException when there is no room; it may be tried again
  public boolean move(long nowMs) throws IOException {
    log.checkOpen();
    return move.move(nowMs);
  }

  /// Whether a successor is not whole yet. Any thread.
  public boolean isMoving() {
    return move.isMoving();
  }

  /// A new scrub, which has read nothing yet. It belongs to a thread of its own.
  public Scrub scrub() {
    JournalScrub view =
        new JournalScrub(
            log, contents::durableStreams, contents::durableStream, commits::foundDamage);
    return new Scrub(log, config.limits(), view, view::gaps, mender::mend, mender);
  }

  /// Gives back the batches of a damage that a finding names, from another copy of the stream. They are written in their
  /// place and forced, once it is known where each of them lay. For any thread.
  ///
  /// @param batches of the finding's stream, within its offsets, in order, each from its position to its limit; need not
  ///     be all
  public Healing heal(Finding finding, List<ByteBuffer> batches) throws IOException {
    return mender.heal(finding, batches);
  }

  /// A new cursor, in which no stream takes part yet.
  public JournalCursor cursor() {
    return new JournalCursor(
        log,
        lookup,
        contents::durableStream,
        new BatchReader(config.limits()),
        damagedBytes,
        false);
  }

  public JournalStatus status() {
    Segment[] segments = log.segments();
    long unackedBytes = 0;
    int gaps = 0;
    for (TrackedStream stream : contents.durableStreams()) {
      unackedBytes += move.snapshot(stream).unackedBytes();
      gaps += stream.gaps().size();
    }
    return new JournalStatus(
        config.className(),
        log.sizeBytes() + LogLimits.RESERVE_BYTES,
        config.quotaBytes(),
        unackedBytes,
        segments.length,
        contents.durableStreams().size(),
        gaps,
        damagedBytes.get(),
        mender.healedBytes(),
        mender.healedBatches(),
        room.droppedRecords(),
        isFull,
        segments[0].arrivalMs(),
        log.failure());
  }

  /// Gives up the open group. Proves all that is durable, so that a later flaw in it is not taken for a torn tail.
  @Override
  public void close() throws IOException {
    try (log;
        move) {
      if (log.failure() == null) {
        commits.prove(commits.lastArrivalMs());
      }
    }
  }

  /// Looks for acknowledged room, unless nothing was acknowledged since the last look.
  private boolean findRoom(long bytes) throws IOException {
    long count = ackCount.get();
    if (count == ackCountWhenFull) {
      return false;
    }
    if (room.makeRoom(bytes)) {
      return true;
    }
    ackCountWhenFull = count;
    return false;
  }

  /// Refuses a reading, which takes an offset.
  private Admission drop(TrackedStream stream) {
    if (stream.droppedFrom() < 0) {
      if (gapCount() >= LogLimits.JOURNAL_GAPS) {
        return Admission.FULL;
      }
      group.breakOff(stream);
      stream.setDroppedFrom(stream.next());
      group.touch(stream);
    }
    lastOffset = stream.take();
    room.countDropped(1);
    return Admission.DROPPED;
  }

  private int gapCount() {
    int gaps = 0;
    for (TrackedStream stream : contents.streams()) {
      stream.forgetGaps();
      gaps += stream.gaps().size();
    }
    return gaps;
  }
}
