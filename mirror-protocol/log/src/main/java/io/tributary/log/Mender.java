package io.tributary.log;

import io.tributary.record.BatchRefused;
import io.tributary.record.BatchView;
import io.tributary.record.Limits;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/// Puts batches that the other end kept in the place of bytes that are damaged here: the same bytes in the same place,
/// written and forced. Where a partition's segment ends before the next one begins, because a file is gone that lay between
/// them, it takes what was in that file at its end. Safe for use by many threads.
final class Mender implements Scrub.Ledger {
  /// What the view does about a place that is whole again.
  interface Healed {
    void at(Segment segment, long from, long to, long maxTimestampMs) throws IOException;

    /// More lies at the end of a segment than before.
    default void renew(Segment segment) throws IOException {}
  }

  private static final System.Logger LOG = System.getLogger(Mender.class.getName());

  private final SegmentedLog log;
  private final Limits limits;

  /// Whether offsets are dense over all streams, so that a batch's base offset follows from what lies before it.
  private final boolean isDense;

  private final LongSupplier endOffset;
  private final Healed healed;
  private final AtomicLong damagedBytes;
  private final AtomicLong healedBytes = new AtomicLong();
  private final AtomicLong healedBatches = new AtomicLong();

  // Guarded by this.
  private final Set<Finding> healedFindings = new LinkedHashSet<>();
  private final Map<Finding, List<ByteBuffer>> kept = new LinkedHashMap<>();
  private long keptBytes;

  /// What was written and could not be forced. It reads as whole, and no later force brings it to the medium unless it is
  /// written again. Bounded in bytes; what gives way is damage again after the next power cut, and found then.
  private final Map<Finding, List<DamagedRun.Placed>> unforced = new LinkedHashMap<>();

  Mender(
      SegmentedLog log,
      Limits limits,
      boolean isDense,
      LongSupplier endOffset,
      AtomicLong damagedBytes,
      Healed healed) {
    this.log = log;
    this.limits = Limits.topic(Math.max(limits.batchBytes(), LogLimits.READ_BATCH_BYTES));
    this.isDense = isDense;
    this.endOffset = endOffset;
    this.damagedBytes = damagedBytes;
    this.healed = healed;
  }

  long healedBytes() {
    return healedBytes.get();
  }

  long healedBatches() {
    return healedBatches.get();
  }

  /// Writes again what has a copy in the log itself.
  void mend(Segment segment, DiskFile file, List<SegmentedLog.Patch> patches, String what)
      throws IOException {
    LOG.log(
        System.Logger.Level.ERROR,
        "{0}: {1} was damaged, it is written again",
        segment.path(),
        what);
    log.mend(segment, file, patches);
  }

  @Override
  public void passed(long bytes) {
    damagedBytes.set(bytes);
  }

  @Override
  public synchronized boolean isHealed(Finding finding) {
    return healedFindings.contains(finding);
  }

  /// What was healed before is news again.
  @Override
  public synchronized void found(Finding finding) {
    healedFindings.remove(finding);
  }

  /// As {@link #found}, of what can be healed, unless it was since it was read.
  ///
  /// @return whether it still stands
  synchronized boolean foundStanding(Finding finding) {
    boolean stands;
    try {
      stands = stands(finding);
    } catch (IOException e) {
      stands = true; // what cannot be read is not whole
    }
    if (stands) {
      found(finding);
    }
    return stands;
  }

  private boolean stands(Finding finding) throws IOException {
    Segment segment = log.named(finding.segment());
    DiskFile file = segment == null ? null : segment.acquire();
    if (segment == null || file == null) {
      return false;
    }
    try {
      long to = finding.position() + finding.sizeBytes();
      if (finding.kind() == Finding.Kind.ABSENT) {
        return segment.end() == finding.position();
      }
      BatchReader reader = BatchReader.ofFile(limits, segment.end());
      reader.start(file, finding.position(), segment.end(), id -> true);
      while (reader.nextPosition() < to) {
        if (reader.next() != BatchReader.Step.BATCH) {
          return true;
        }
      }
      return false;
    } finally {
      segment.release();
    }
  }

  synchronized Healing heal(Finding finding, List<ByteBuffer> batches) throws IOException {
    Segment segment = log.named(finding.segment());
    if (segment == null) {
      return Healing.GONE;
    }
    List<ByteBuffer> given = copyFitting(finding, batches);
    if (given.isEmpty()) {
      return Healing.UNFIT;
    }
    DiskFile file = segment.acquire();
    if (file == null) {
      return Healing.GONE;
    }
    try {
      if (finding.kind() == Finding.Kind.ABSENT) {
        return putBehind(segment, file, finding, given);
      }
      List<DamagedRun.Placed> again = unforced.remove(finding);
      if (again != null) {
        write(segment, file, finding, again);
      }
      Set<Identity> there = new HashSet<>();
      List<DamagedRun> runs = runs(segment, file, finding, there);
      Map<Finding, List<ByteBuffer>> all = alongWith(finding, given, runs);
      boolean isAll =
          all.entrySet().stream().allMatch(entry -> isWhole(entry.getKey(), entry.getValue()));
      Map<Finding, List<ByteBuffer>> lacking = new LinkedHashMap<>();
      all.forEach((each, its) ->
          lacking.put(
              each, its.stream().filter(batch -> !there.contains(identity(batch))).toList()));
      for (List<ByteBuffer> each : lacking.values()) {
        DamagedRun.placeByEvidence(runs, each);
      }
      if (isAll) {
        DamagedRun.placeByRoom(runs, lacking.values(), isDense);
      }
      write(segment, file, finding, placed(runs));
      Healing healing = settle(finding, given, lacking, runs);
      // Of what was put behind a segment the last batch may be torn.
      return healing == Healing.UNFIT && isWhole(finding, given)
          ? putBehind(segment, file, finding, given)
          : healing;
    } finally {
      segment.release();
    }
  }

  /// Writes what a file held that is gone behind the last whole batch of the segment before it. A part of it may be there
  /// from another time, and the last batch of that torn.
  private Healing putBehind(Segment segment, DiskFile file, Finding finding, List<ByteBuffer> given)
      throws IOException {
    Segment behind = log.behind(segment);
    Tail tail = tailOf(segment, file, finding.streamId());
    // If another stream lacks something there as well, nothing tells their order, and a reader may
    // have seen it.
    if (behind == null || tail.lacks(finding) != behind.baseOffset() - tail.next()) {
      return Healing.UNFIT;
    }
    List<SegmentedLog.Patch> patches = new ArrayList<>();
    BatchView view = new BatchView();
    long position = tail.position();
    long next = tail.next();
    for (ByteBuffer batch : given) {
      view.wrap(batch, 0);
      long offset = behind.baseOffset() - (finding.to() - view.streamOffset());
      long nextOffset = offset + view.count();
      if (offset < next) {
        continue; // it is there
      }
      Placement.set(batch, 0, offset);
      patches.add(new SegmentedLog.Patch(batch, position));
      position += batch.limit();
      next = nextOffset;
    }
    if (!patches.isEmpty()) {
      log.mend(segment, file, patches);
      segment.setEnd(Math.max(segment.end(), position));
      healed.renew(segment);
      healedBatches.addAndGet(patches.size());
      healedBytes.addAndGet(position - tail.position());
      LOG.log(
          System.Logger.Level.INFO,
          "{0}: {1} B of a file that is gone are put behind it",
          segment.path(),
          Long.toString(position - tail.position()));
    }
    if (next == behind.baseOffset()) {
      noteHealed(finding);
    }
    return Healing.HEALED;
  }

  /// Where a segment's last whole batch ends.
  ///
  /// @param position in the file
  /// @param next in the partition
  /// @param streamNext in the stream that is asked for; -1 when the segment has nothing of it
  private record Tail(long position, long next, long streamNext) {
    /// How many records of a finding lie behind all that the segment has; -1 when some lie before.
    long lacks(Finding finding) {
      return streamNext > finding.to() ? -1 : finding.to() - Math.max(finding.from(), streamNext);
    }
  }

  private Tail tailOf(Segment segment, DiskFile file, long streamId) throws IOException {
    BatchReader reader = BatchReader.ofFile(limits, segment.end());
    reader.start(file, segment.headerBytes(), segment.end(), id -> true);
    long position = segment.headerBytes();
    long next = segment.baseOffset();
    long streamNext = -1;
    for (BatchReader.Step step = reader.next();
        step != BatchReader.Step.END;
        step = reader.next()) {
      if (step == BatchReader.Step.BATCH) {
        BatchView batch = reader.batch();
        position = reader.nextPosition();
        next = batch.nextOffset();
        if (batch.hasIdentity() && !batch.isControl() && batch.streamId() == streamId) {
          streamNext = batch.streamOffset() + batch.count();
        }
      }
    }
    reader.stop();
    return new Tail(position, next, streamNext);
  }

  /// The batches that may be part of what is missing, each in a buffer of its own from 0 to its limit.
  private List<ByteBuffer> copyFitting(Finding finding, List<ByteBuffer> batches) {
    List<ByteBuffer> fitting = new ArrayList<>();
    if (!finding.isHealable()) {
      return fitting;
    }
    BatchView view = new BatchView();
    long next = finding.from();
    for (ByteBuffer batch : batches) {
      ByteBuffer copy = ByteBuffer.allocate(batch.remaining()).put(batch.duplicate()).flip();
      if (copy.limit() < BatchView.HEADER_BYTES) {
        return List.of();
      }
      try {
        Placement.set(copy, 0);
        view.wrap(copy, 0).check(limits);
        view.checkIdentity();
      } catch (BatchRefused refused) {
        return List.of();
      }
      long from = view.streamOffset();
      if (view.sizeBytes() != copy.limit()
          || view.isControl()
          || view.streamId() != finding.streamId()
          || from < next
          || from + view.count() > finding.to()) {
        return List.of();
      }
      next = from + view.count();
      Placement.set(copy, from);
      fitting.add(copy);
    }
    return fitting;
  }

  /// Whether batches are all that a finding misses.
  private static boolean isWhole(Finding finding, List<ByteBuffer> batches) {
    long records = 0;
    BatchView view = new BatchView();
    for (ByteBuffer batch : batches) {
      records += view.wrap(batch, 0).count();
    }
    return records == finding.to() - finding.from();
  }

  /// A batch of a stream, as it was written.
  private record Identity(long streamId, long streamOffset, int crc) {}

  private static Identity identity(BatchView batch) {
    return new Identity(batch.streamId(), batch.streamOffset(), batch.crc());
  }

  private static Identity identity(ByteBuffer batch) {
    BatchView view = new BatchView();
    view.wrap(batch, 0);
    return identity(view);
  }

  /// What is damaged in the range of a finding, as it is now.
  ///
  /// @param there takes in the batches that lie whole where this finding or one of those that are kept was
  private List<DamagedRun> runs(
      Segment segment, DiskFile file, Finding finding, Set<Identity> there) throws IOException {
    long end = segment.end();
    long to = finding.position() + finding.sizeBytes();
    long from = finding.position();
    long all = to;
    for (Finding other : kept.keySet()) {
      if (other.segment().equals(finding.segment())) {
        from = Math.min(from, other.position());
        all = Math.max(all, other.position() + other.sizeBytes());
      }
    }
    BatchReader reader = BatchReader.ofFile(limits, end);
    reader.start(file, segment.headerBytes(), end, id -> true);
    List<DamagedRun> runs = new ArrayList<>();
    DamagedRun open = null;
    long next = segment.baseOffset();
    for (BatchReader.Step step = reader.next();
        step != BatchReader.Step.END;
        step = reader.next()) {
      if (step == BatchReader.Step.DAMAGE) {
        boolean isMeant = reader.position() < to && reader.nextPosition() > finding.position();
        if (isMeant && reader.sizeBytes() <= LogLimits.HEALED_AT_ONCE_BYTES) {
          ByteBuffer bytes = ByteBuffer.allocate((int) reader.sizeBytes());
          readWhatCanBeRead(file, bytes, reader.position());
          open = new DamagedRun(reader.position(), bytes, next);
          runs.add(open);
        }
        continue;
      }
      if (open != null) {
        open.setOffsetBehind(reader.batch().baseOffset());
        open = null;
      }
      next = reader.batch().nextOffset();
      if (reader.position() >= all) {
        break;
      }
      if (reader.position() >= from && reader.batch().hasIdentity()) {
        there.add(identity(reader.batch()));
      }
    }
    if (open != null) {
      Segment behind = log.behind(segment);
      open.setOffsetBehind(behind == null ? endOffset.getAsLong() : behind.baseOffset());
    }
    reader.stop();
    return runs;
  }

  private static void readWhatCanBeRead(DiskFile file, ByteBuffer bytes, long position) {
    try {
      if (!file.readFully(bytes, position)) {
        bytes.clear();
      }
    } catch (IOException unreadable) {
      // Zeros stand for it: the batches must show by their sizes where they lay.
      LOG.log(System.Logger.Level.DEBUG, "cannot be read", unreadable);
    }
    bytes.clear();
  }

  /// What was given and what is kept for the same bytes.
  private Map<Finding, List<ByteBuffer>> alongWith(
      Finding finding, List<ByteBuffer> given, List<DamagedRun> runs) {
    Map<Finding, List<ByteBuffer>> all = new LinkedHashMap<>();
    for (Map.Entry<Finding, List<ByteBuffer>> entry : kept.entrySet()) {
      Finding other = entry.getKey();
      boolean isAlong =
          other.segment().equals(finding.segment())
              && runs.stream().anyMatch(run -> run.isWithin(other))
              && !other.equals(finding);
      if (isAlong) {
        all.put(other, entry.getValue());
      }
    }
    all.put(finding, given);
    return all;
  }

  private List<DamagedRun.Placed> placed(List<DamagedRun> runs) {
    List<DamagedRun.Placed> placed = new ArrayList<>();
    for (DamagedRun run : runs) {
      placed.addAll(isDense ? run.placedDense() : run.placed());
    }
    return placed;
  }

  private void write(
      Segment segment, DiskFile file, Finding finding, List<DamagedRun.Placed> placed)
      throws IOException {
    if (placed.isEmpty()) {
      return;
    }
    List<SegmentedLog.Patch> patches = new ArrayList<>();
    for (DamagedRun.Placed each : placed) {
      patches.add(new SegmentedLog.Patch(each.bytes().duplicate(), each.position()));
    }
    try {
      log.mend(segment, file, patches);
    } catch (IOException e) {
      rememberUnforced(finding, placed);
      throw e;
    }
    BatchView view = new BatchView();
    for (DamagedRun.Placed each : placed) {
      each.setWritten();
      int sizeBytes = each.bytes().limit();
      long position = each.position();
      healed.at(
          segment, position, position + sizeBytes, view.wrap(each.bytes(), 0).maxTimestampMs());
      healedBatches.incrementAndGet();
      healedBytes.addAndGet(sizeBytes);
      damagedBytes.updateAndGet(bytes -> Math.max(0, bytes - sizeBytes));
      LOG.log(
          System.Logger.Level.INFO,
          "{0}: {1} B at {2} are healed",
          segment.path(),
          Integer.toString(sizeBytes),
          Long.toString(position));
    }
  }

  /// @param lacking by finding, what was not there before
  private Healing settle(
      Finding finding,
      List<ByteBuffer> given,
      Map<Finding, List<ByteBuffer>> lacking,
      List<DamagedRun> runs) {
    for (Map.Entry<Finding, List<ByteBuffer>> entry : lacking.entrySet()) {
      if (runs.isEmpty() || DamagedRun.areWritten(runs, entry.getValue())) {
        forget(entry.getKey());
        noteHealed(entry.getKey());
      }
    }
    if (isHealed(finding)) {
      return Healing.HEALED;
    }
    forget(finding);
    long room = 0;
    for (DamagedRun run : runs) {
      room += run.roomBytes();
    }
    long unplaced = 0;
    for (List<ByteBuffer> each : lacking.values()) {
      unplaced += DamagedRun.unplacedBytes(runs, each);
    }
    if (room == 0 || unplaced >= room || !keep(finding, given)) {
      return Healing.UNFIT;
    }
    return Healing.KEPT;
  }

  private void rememberUnforced(Finding finding, List<DamagedRun.Placed> placed) {
    unforced.put(finding, placed);
    long bytes = 0;
    for (List<DamagedRun.Placed> each : unforced.values()) {
      bytes += each.stream().mapToLong(one -> one.bytes().limit()).sum();
    }
    if (bytes > LogLimits.HEALED_AT_ONCE_BYTES) {
      unforced.remove(unforced.keySet().iterator().next());
    }
  }

  private void noteHealed(Finding finding) {
    healedFindings.add(finding);
    if (healedFindings.size() > LogLimits.FINDINGS) {
      healedFindings.remove(healedFindings.iterator().next());
    }
  }

  private boolean keep(Finding finding, List<ByteBuffer> given) {
    long bytes = sizeOf(given);
    if (bytes > LogLimits.HEALED_AT_ONCE_BYTES) {
      return false;
    }
    while (keptBytes + bytes > LogLimits.HEALED_AT_ONCE_BYTES) {
      forget(kept.keySet().iterator().next());
    }
    kept.put(finding, given);
    keptBytes += bytes;
    return true;
  }

  private void forget(Finding finding) {
    List<ByteBuffer> gone = kept.remove(finding);
    if (gone != null) {
      keptBytes -= sizeOf(gone);
    }
  }

  private static long sizeOf(List<ByteBuffer> batches) {
    long bytes = 0;
    for (ByteBuffer batch : batches) {
      bytes += batch.limit();
    }
    return bytes;
  }
}
