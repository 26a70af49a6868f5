package io.tributary.log;

import io.tributary.log.SegmentHeader.Stamp;
import io.tributary.record.BatchView;
import io.tributary.record.ControlBatch;
import io.tributary.record.Digest;
import io.tributary.record.Gap;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.LongPredicate;
import org.jspecify.annotations.Nullable;

/// The hub's log of a partition. Batches of many streams lie in it as the edges wrote them, with offsets of the hub.
///
/// append, append, … --force--> durable, or given up as a whole with {@link LogFullException}
///
/// One thread appends, forces and retains; any thread reads what is durable. A batch is not copied: whoever appends it
/// leaves its bytes alone until {@link #force} has returned or thrown. What has been appended since the last force
/// counts in {@link #position}, so that a stream can go on within a group.
public final class PartitionLog implements AutoCloseable {
  private final SegmentedLog log;
  private final PartitionLogConfig config;
  private final LongPredicate isStream;
  private final PartitionReader reader;
  private final PartitionIndexes indexes;
  private final PositionTable positions;
  private final ProducerTable producers;
  private final AtomicLong damagedBytes;
  private final Mender mender;
  private final HeldDamage held;
  private final @Nullable Compaction compaction;
  private final BatchView view = new BatchView();

  // The open group.
  private final List<ByteBuffer> group = new ArrayList<>();
  private final List<PositionTable.Entry> touched = new ArrayList<>();
  private int groupBytes;
  private long nextOffset;
  private long groupArrivalMs;

  private long lastArrivalMs;
  private long stampSequence;

  /// The newest segment lacks something at its end.
  private boolean isRollDue;

  /// Behind the last durable offset; written by the writer, after the segment's end.
  private volatile long endOffset;

  /// What lies below was deleted by request.
  private volatile long firstKept;

  PartitionLog(
      SegmentedLog log,
      PartitionLogConfig config,
      LongPredicate isStream,
      PartitionRecovery recovered) {
    this.log = log;
    this.config = config;
    this.isStream = isStream;
    this.positions = recovered.positions();
    this.producers = recovered.producers();
    this.damagedBytes = new AtomicLong(recovered.damagedBytes() + log.setAsideBytes());
    this.indexes = new PartitionIndexes(log, config, recovered.index(), damagedBytes);
    this.mender =
        new Mender(
            log, config.limits(), !config.isPerEdge(), this::endOffset, damagedBytes, indexes);
    this.held = new HeldDamage(mender);
    CompactionConfig compacted = config.compaction();
    this.compaction = compacted == null ? null : new Compaction(log, config, compacted, indexes);
    this.reader = new PartitionReader(log, config, indexes, held, this::check);
    this.stampSequence = recovered.stampSequence();
    this.lastArrivalMs = recovered.lastArrivalMs();
    this.isRollDue = recovered.isRollDue();
    this.nextOffset = recovered.endOffset();
    this.endOffset = nextOffset;
  }

  /// Opens the log of a directory whose streams nobody else remembers.
  public static PartitionLog open(
      Disk disk, String directory, PartitionLogConfig config, long nowMs) throws IOException {
    return open(disk, directory, config, streamId -> false, nowMs);
  }

  /// Opens the log of a directory, recovers it, or begins it. Never refuses because of what is in its files.
  ///
  /// @param isStream whether somebody else remembers a stream, which may be damaged where it begins here. For any thread
  public static PartitionLog open(
      Disk disk, String directory, PartitionLogConfig config, LongPredicate isStream, long nowMs)
      throws IOException {
    SegmentedLog log =
        SegmentedLog.open(disk, directory, SegmentHeader.Kind.PARTITION, config.logId());
    return new PartitionLog(
        log, config, isStream, PartitionRecovery.recover(log, config, isStream, nowMs));
  }

  /// Adds a batch, from its position to its limit, to the open group and gives it its offset in place. Whoever calls
  /// has checked it.
  ///
  /// @param streamId the stream whose batch it is, which must go on where {@link #position} says; -1 for none
  /// @return the base offset that it got
  public long append(ByteBuffer batch, long streamId, long nowMs) throws LogFailedException {
    log.checkOpen();
    view.wrap(batch, batch.position());
    if (batch.remaining() != view.sizeBytes()) {
      throw new IllegalArgumentException(
          "a batch of " + view.sizeBytes() + " B in a buffer of " + batch.remaining());
    }
    if (config.isProduced() || (view.hasIdentity() ? view.streamId() != streamId : streamId >= 0)) {
      throw new IllegalArgumentException("not a batch of the stream " + streamId);
    }
    if (config.isPerEdge()) {
      checkPerEdge(view.streamOffset());
    }
    long baseOffset = nextOffset;
    if (streamId >= 0) {
      PositionTable.Entry entry = positions.findOrAdd(streamId, Digest.START);
      if (view.streamOffset() != entry.next()) {
        throw new IllegalArgumentException(
            "the stream goes on at " + entry.next() + ", not at " + view.streamOffset());
      }
      entry.advance(entry.next() + view.count(), Digest.extend(entry.digest(), view));
      touched.add(entry);
    }
    Placement.set(batch, batch.position(), baseOffset);
    add(batch, nowMs);
    return baseOffset;
  }

  /// Adds a producer's batch, from its position to its limit, to the open group and gives it its offset in place, unless it
  /// was written before. Whoever calls has checked it.
  ///
  /// @return its base offset, then or now: it counts when the group is durable
  public long produce(ByteBuffer batch, long nowMs) throws LogFailedException, SequenceRefused {
    log.checkOpen();
    view.wrap(batch, batch.position());
    if (!config.isProduced() || batch.remaining() != view.sizeBytes()) {
      throw new IllegalArgumentException("not a producer's batch in a partition of producers");
    }
    long written = producers.find(view);
    if (written != ProducerTable.NEW) {
      return written;
    }
    long baseOffset = nextOffset;
    Placement.set(batch, batch.position(), baseOffset);
    producers.add(view, nowMs);
    add(batch, nowMs);
    return baseOffset;
  }

  /// Adds a Gap to the open group. It must begin where the stream goes on.
  ///
  /// @param digestAtTo the edge's digest at the Gap's end, which becomes the stream's here
  /// @return the offset that it got
  public long appendGap(long streamId, Gap gap, long digestAtTo, long nowMs)
      throws LogFailedException {
    log.checkOpen();
    if (config.isPerEdge()) {
      checkPerEdge(gap.from());
    }
    PositionTable.Entry entry = positions.findOrAdd(streamId, Digest.START);
    if (gap.from() != entry.next()) {
      throw new IllegalArgumentException(
          "the stream goes on at " + entry.next() + ", not at " + gap.from());
    }
    long baseOffset = nextOffset;
    touched.add(entry);
    if (config.isPerEdge()) {
      for (Gap piece : ControlBatch.split(gap)) {
        long digest = piece.to() == gap.to() ? digestAtTo : Digest.UNKNOWN;
        int span = (int) piece.count();
        add(ControlBatch.gapBatch(nextOffset, span, streamId, piece, digest, nowMs), nowMs);
      }
    } else {
      add(ControlBatch.gapBatch(nextOffset, 1, streamId, gap, digestAtTo, nowMs), nowMs);
    }
    entry.advance(gap.to(), digestAtTo);
    return baseOffset;
  }

  /// Writes the open group and returns when it is durable.
  ///
  /// @throws LogFullException when there is no room; the group is given up, every position is as it was before it
  /// @throws LogFailedException when it is not known what is durable; nothing more is taken
  public void force() throws IOException {
    if (group.isEmpty()) {
      log.checkOpen();
      return;
    }
    try {
      Segment active = log.newest();
      boolean isFull =
          active.end() > active.headerBytes() && active.end() + groupBytes > config.segmentBytes();
      if (isFull || isRollDue) {
        roll(groupArrivalMs);
        active = log.newest();
      }
      long start = active.end();
      // A stamp that found no room is written once more in its slot: the other holds the one that
      // counts.
      Stamp stamp = new Stamp(stampSequence + 1, start, endOffset);
      ByteBuffer[] parts = new ByteBuffer[group.size()];
      for (int i = 0; i < parts.length; i++) {
        parts[i] = group.get(i).duplicate();
      }
      log.append(parts, stamp);
      stampSequence++;
      index(start);
    } catch (LogFullException e) {
      rollBack();
      throw e;
    }
    for (PositionTable.Entry entry : touched) {
      entry.commit();
    }
    producers.commit();
    lastArrivalMs = groupArrivalMs;
    clearGroup();
    endOffset = nextOffset;
  }

  /// The bytes of the open group; the caller forces before they are too many.
  public int groupSizeBytes() {
    return groupBytes;
  }

  /// The first offset that is kept; may lie within a batch.
  public long startOffset() {
    return Math.max(log.oldest().baseOffset(), firstKept);
  }

  /// The bytes of all segments.
  public long sizeBytes() {
    return log.sizeBytes();
  }

  /// Behind the last offset that is durable.
  public long endOffset() {
    return endOffset;
  }

  /// How far a stream is, the open group included; `next` is -1 when the log does not know it. Only for the writer.
  public StreamPosition position(long streamId) {
    PositionTable.Entry entry = positions.find(streamId);
    return entry == null ? new StreamPosition(streamId, -1, Digest.START) : entry.position();
  }

  /// All streams, the open group included. Only for the writer.
  public Collection<StreamPosition> positions() {
    return positions.entries().stream().map(PositionTable.Entry::position).toList();
  }

  /// The digest of a stream at one of its offsets, or {@link Digest#UNKNOWN} when no batch that is kept begins or ends
  /// there, or {@link Digest#INSIDE} when one goes on there, {@link Digest#INSIDE_GAP} when a Gap does. Reads files. Only
  /// for the writer.
  public long digestAt(long streamId, long streamOffset) throws IOException {
    PositionTable.Entry entry = positions.find(streamId);
    if (entry != null && entry.next() == streamOffset) {
      return entry.digest();
    }
    return entry == null || streamOffset > entry.next()
        ? Digest.UNKNOWN
        : reader.digestAt(streamId, streamOffset);
  }

  /// The batches from the one that holds an offset, or the next one behind it: as many whole ones as fit, one at
  /// least. Each was read and passed its check.
  ///
  /// @return null when nothing durable lies at or behind the offset, or the offset is no longer kept; a slice of no length
  ///     when damage lies there that may still be healed, until it is, or until {@link #passOver}
  public @Nullable LogSlice read(long offset, int maxBytes) throws IOException {
    return offset < firstKept ? null : reader.read(offset, maxBytes, endOffset, true);
  }

  /// As {@link #read}, but passes over what may come back, for whoever looks at what is there now.
  public @Nullable LogSlice readPresent(long offset, int maxBytes) throws IOException {
    return offset < firstKept ? null : reader.read(offset, maxBytes, endOffset, false);
  }

  /// The first record that is kept at or after a time, or null when all are earlier.
  public @Nullable TimeAndOffset offsetForTime(long timestampMs) throws IOException {
    return reader.offsetForTime(timestampMs, startOffset(), endOffset);
  }

  /// A copy of the first batch of a stream that begins at one of its offsets or behind, is kept and passes its check, as
  /// its edge wrote it; null when there is none. Reads files. For any thread.
  public @Nullable ByteBuffer batchFrom(long streamId, long from) throws IOException {
    return reader.batchFrom(streamId, from);
  }

  /// A new scrub, which has read nothing yet. It belongs to a thread of its own.
  public Scrub scrub() {
    return scrub(mender, indexes::reconcile);
  }

  /// What compacts this log; null when it is not to be compacted. It belongs to a thread of its own.
  public @Nullable Compaction compaction() {
    return compaction;
  }

  private Scrub scrub(Scrub.Ledger ledger, PartitionScrub.Indexes compared) {
    PartitionScrub view =
        new PartitionScrub(
            positions::durable,
            streamId -> positions.find(streamId) != null || isStream.test(streamId),
            this::endOffset,
            config.content(),
            compared);
    return new Scrub(log, config.limits(), view, streamId -> List.of(), mender::mend, ledger);
  }

  /// A reader has met what cannot be right, and waits for what is lacking.
  private void check(Segment segment) throws IOException {
    try (Scrub scrub = scrub(held, indexes::reconcileChecked)) {
      scrub.check(segment);
    }
  }

  /// Gives back the batches of a damage that a finding names, from another copy of the stream. They are written in their
  /// place and forced, once it is known where each of them lay and which offsets they had. For any thread.
  ///
  /// @param batches of the finding's stream, within its offsets, in order, each from its position to its limit; need not
  ///     be all
  public Healing heal(Finding finding, List<ByteBuffer> batches) throws IOException {
    Healing healing = mender.heal(finding, batches);
    held.forgetHealed();
    return healing;
  }

  /// Tells of each finding for which readers begin to wait, on the thread of the first one; set before anything is read.
  public void onHeld(Consumer<Finding> listener) {
    held.tell(listener);
  }

  /// Whether readers wait until a finding is healed. For any thread.
  public boolean isHeld(Finding finding) {
    return held.isHeld(finding);
  }

  /// Readers need not wait any longer for what a finding names. For any thread.
  public void passOver(Finding finding) {
    held.passOver(finding);
  }

  /// The latest timestamp of any record that is kept in the newest segment; -1 when there is none.
  public long maxTimestampMs() {
    return indexes.ofActive().maxTimestampMs();
  }

  /// Nothing below an offset is given from now on. Whoever calls remembers it, and says it again at the next start. Where
  /// the end was lost and lies below, all that is left is below.
  public void startAt(long offset) {
    firstKept = Math.max(firstKept, Math.min(offset, endOffset));
  }

  /// As {@link #startAt}, and deletes what lies below as far as whole segments do: where that is all there is, a new one
  /// begins. While nothing is in the open group.
  public void deleteBelow(long offset, long nowMs) throws IOException {
    log.checkOpen();
    startAt(offset);
    Segment active = log.newest();
    if (firstKept == endOffset && group.isEmpty() && active.end() > active.headerBytes()) {
      deleteBelowStart(); // makes room for the new one
      roll(nowMs);
    }
    deleteBelowStart();
  }

  private boolean deleteBelowStart() throws IOException {
    boolean hasDeleted = false;
    while (log.segments().length > 1 && log.segments()[1].baseOffset() <= firstKept) {
      hasDeleted |= deleteOldest();
    }
    return hasDeleted;
  }

  /// @return false when a compaction has put another segment in its place meanwhile
  private boolean deleteOldest() throws IOException {
    Segment oldest = log.oldest();
    if (!log.delete(oldest)) {
      return false;
    }
    indexes.forget(oldest);
    return true;
  }

  /// Deletes segments that arrived too long ago or are too many, and begins a new one in time for that.
  ///
  /// @return whether anything was deleted
  public boolean retain(long nowMs) throws IOException {
    log.checkOpen();
    if (group.isEmpty()) {
      producers.forgetSilent(nowMs);
    }
    Segment active = log.newest();
    if (group.isEmpty()
        && active.end() > active.headerBytes()
        && nowMs - active.arrivalMs() > activeMsMost()) {
      roll(nowMs);
    }
    boolean hasDeleted = deleteBelowStart();
    while (log.segments().length > 1 && (isTooOld(nowMs) || isTooMuch())) {
      hasDeleted |= deleteOldest();
    }
    return hasDeleted;
  }

  public PartitionStatus status() {
    return new PartitionStatus(
        startOffset(),
        endOffset,
        log.sizeBytes(),
        log.segments().length,
        positions.entries().size(),
        damagedBytes.get(),
        mender.healedBytes(),
        mender.healedBatches(),
        log.failure());
  }

  /// Gives up the open group. All that is durable is stamped as such.
  @Override
  public void close() throws IOException {
    try (log) {
      if (log.failure() == null) {
        rollBack();
        log.prove(new Stamp(++stampSequence, log.newest().end(), endOffset));
      }
    }
  }

  /// Gives the whole log up, for its files are about to be deleted: no thread opens or makes one of them from now on.
  /// Whoever has one open reads on.
  public void retire() throws IOException {
    log.retire();
    indexes.retire();
  }

  private void checkPerEdge(long streamOffset) {
    if (streamOffset != nextOffset) {
      throw new IllegalArgumentException(
          "the partition of an edge goes on at " + nextOffset + ", not at " + streamOffset);
    }
  }

  private void add(ByteBuffer batch, long nowMs) {
    view.wrap(batch, batch.position());
    group.add(batch);
    groupBytes += batch.remaining();
    nextOffset = view.nextOffset();
    groupArrivalMs = nowMs;
  }

  private void index(long start) {
    SparseIndex index = indexes.ofActive();
    long position = start;
    for (ByteBuffer batch : group) {
      view.wrap(batch, batch.position());
      index.add(view.baseOffset(), position, view.maxTimestampMs());
      position += batch.remaining();
    }
  }

  private void roll(long nowMs) throws IOException {
    long maxTimestampMs = indexes.ofActive().maxTimestampMs();
    indexes.sealActive();
    log.roll(
        SegmentHeader.ofPartition(
            log,
            endOffset,
            nowMs,
            maxTimestampMs,
            lastArrivalMs,
            config.table(positions, producers)));
    indexes.beginActive();
    isRollDue = false;
  }

  private void rollBack() {
    for (PositionTable.Entry entry : touched) {
      positions.rollBack(entry);
    }
    producers.rollBack();
    nextOffset = endOffset;
    clearGroup();
  }

  private void clearGroup() {
    group.clear();
    touched.clear();
    groupBytes = 0;
  }

  /// How long records are added to one segment.
  private long activeMsMost() {
    long mostMs =
        config.retentionMs() > 0
            ? config.retentionMs() / LogLimits.SEGMENTS_PER_RETENTION
            : Long.MAX_VALUE;
    CompactionConfig compacted = config.compaction();
    return compacted == null ? mostMs : Math.min(mostMs, compacted.segmentMs());
  }

  /// What is in the oldest segment had arrived when the last of it had, which the next header tells.
  private boolean isTooOld(long nowMs) throws IOException {
    if (config.retentionMs() <= 0) {
      return false;
    }
    SegmentHeader next = log.segments()[1].header(config.logId());
    return next != null && nowMs - next.previousLastArrivalMs() > config.retentionMs();
  }

  private boolean isTooMuch() {
    return config.retentionBytes() > 0
        && log.sizeBytes() - log.oldest().end() >= config.retentionBytes();
  }
}
