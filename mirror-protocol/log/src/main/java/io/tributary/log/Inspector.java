package io.tributary.log;

import io.tributary.log.SegmentHeader.Kind;
import io.tributary.log.SegmentHeader.Stamp;
import io.tributary.record.BatchView;
import io.tributary.record.Limits;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// Looks at the files of a log as a start and a scrub would, and writes nothing.
final class Inspector implements Scrub.Ledger {
  private static final Limits LIMITS = Limits.topic(LogLimits.READ_BATCH_BYTES);
  private static final int STEP_BYTES = 1024 * 1024;
  private static final UUID NO_LOG = new UUID(0, 0);

  private final Disk disk;
  private final String directory;
  private final List<String> mendable = new ArrayList<>();
  private final List<String> unreadable = new ArrayList<>();
  private final List<String> putAside = new ArrayList<>();
  private final List<Segment> segments = new ArrayList<>();
  private @Nullable Kind kind;
  private Content content = Content.STREAMS;
  private UUID logId = NO_LOG;
  private long damagedBytes;
  private long tailBytes;

  Inspector(Disk disk, String directory) {
    this.disk = disk;
    this.directory = directory;
  }

  @Nullable Inspection inspect() throws IOException {
    List<Long> ordinals = new ArrayList<>();
    for (String name : disk.list(directory)) {
      long ordinal = Segment.ordinalOf(name);
      if (ordinal >= 0) {
        ordinals.add(ordinal);
      } else if (name.endsWith(SegmentedLog.SET_ASIDE)) {
        putAside.add(name);
      }
    }
    Collections.sort(ordinals);
    Collections.sort(putAside);
    findKind(ordinals);
    for (long ordinal : ordinals) {
      add(ordinal, ordinal == ordinals.get(ordinals.size() - 1));
    }
    if (ordinals.isEmpty() && putAside.isEmpty()) {
      return null;
    }
    Kind found = kind;
    if (found == null || segments.isEmpty()) {
      return result(false, List.of(), List.of(), -1);
    }
    findEnd(found, segments.get(segments.size() - 1));
    SegmentedLog log = SegmentedLog.ofFound(disk, directory, found, logId, segments);
    return found == Kind.JOURNAL ? journal(log) : partition(log);
  }

  private void findKind(List<Long> ordinals) throws IOException {
    for (long ordinal : ordinals) {
      try (DiskFile file = disk.open(Segment.path(directory, ordinal))) {
        SegmentHeader header = SegmentHeader.readAny(file);
        if (header != null && header.ordinal() == ordinal) {
          kind = header.kind();
          content =
              kind == Kind.PARTITION && ProducerTable.isIn(header.table())
                  ? Content.PRODUCED
                  : Content.STREAMS;
          logId = header.logId();
          return;
        }
      }
    }
  }

  private void add(long ordinal, boolean isNewest) throws IOException {
    Kind found = kind;
    String path = Segment.path(directory, ordinal);
    try (DiskFile file = disk.open(path)) {
      SegmentHeader header = found == null ? null : SegmentHeader.read(file, found, logId);
      if (header == null || header.ordinal() != ordinal) {
        long firstBatch = SegmentedLog.findBatch(file);
        if (firstBatch < file.size() || !isNewest || file.size() > headerBytesBefore()) {
          unreadable.add(path.substring(directory.length() + 1));
        }
        if (found == null || firstBatch >= file.size()) {
          return; // nothing lies in it, or nobody knows of what log it is
        }
        header =
            new SegmentHeader(
                found,
                logId,
                ordinal,
                baseOffset(file, firstBatch),
                -1,
                -1,
                -1,
                SegmentHeader.NOT_COMPACTED,
                (int) firstBatch,
                new byte[Integer.BYTES * 2]);
      }
      if (!segments.isEmpty() && segments.get(segments.size() - 1).holds(header)) {
        return; // a start deletes it
      }
      long end = Math.max(file.size(), header.headerBytes());
      segments.add(new Segment(disk, directory, header, end));
    }
  }

  /// About as long as the header of the next segment is.
  private long headerBytesBefore() {
    return segments.isEmpty()
        ? SegmentHeader.BYTES_LEAST
        : segments.get(segments.size() - 1).headerBytes();
  }

  private static long baseOffset(DiskFile file, long firstBatch) throws IOException {
    BatchReader reader = BatchReader.ofFile(LIMITS, file.size());
    reader.start(file, firstBatch, file.size(), id -> true);
    return reader.next() == BatchReader.Step.BATCH ? reader.batch().baseOffset() : 0;
  }

  /// What lies behind the proven end is no damage: a start cuts it off where it fails.
  private void findEnd(Kind found, Segment newest) throws IOException {
    DiskFile file = newest.acquire();
    if (file == null) {
      return;
    }
    try {
      long fileEnd = newest.end();
      BatchReader reader = BatchReader.ofFile(LIMITS, fileEnd);
      reader.start(file, newest.headerBytes(), fileEnd, id -> true);
      long end =
          found == Kind.JOURNAL
              ? endOfGroups(reader, newest, fileEnd)
              : endBehind(reader, Stamp.read(file, newest.ordinal()), newest);
      tailBytes = fileEnd - end;
      newest.setEnd(end);
    } finally {
      newest.release();
    }
  }

  private long endOfGroups(BatchReader reader, Segment newest, long fileEnd) throws IOException {
    long provenEnd = newest.headerBytes();
    long groupEnd = provenEnd;
    long wholeUntil = provenEnd;
    for (BatchReader.Step step = reader.next();
        step != BatchReader.Step.END;
        step = reader.next()) {
      if (step == BatchReader.Step.DAMAGE) {
        continue;
      }
      GroupHeader group = GroupHeader.decode(reader.batch());
      if (group != null
          && group.logId().equals(logId)
          && group.ordinal() == newest.ordinal()
          && group.position() == reader.position()
          && group.bodyBytes() >= 0) {
        provenEnd = reader.position();
        wholeUntil = provenEnd;
        groupEnd = group.endPosition((int) reader.sizeBytes());
      }
      if (reader.position() == wholeUntil) {
        wholeUntil = reader.nextPosition();
      }
    }
    boolean isWhole = wholeUntil >= groupEnd && groupEnd <= fileEnd;
    return isWhole || groupEnd < fileEnd ? groupEnd : provenEnd;
  }

  private static long endBehind(BatchReader reader, @Nullable Stamp stamp, Segment newest)
      throws IOException {
    long provenEnd = stamp == null ? newest.headerBytes() : stamp.position();
    for (BatchReader.Step step = reader.next();
        step != BatchReader.Step.END;
        step = reader.next()) {
      if (step == BatchReader.Step.DAMAGE && reader.position() >= provenEnd) {
        break;
      }
    }
    return reader.position();
  }

  private Inspection journal(SegmentedLog log) throws IOException {
    JournalScrub view = new JournalScrub(log, List::of, id -> null, ordinal -> {});
    try (Scrub scrub = new Scrub(log, LIMITS, view, view::gaps, this::note, this)) {
      readAll(scrub);
      Map<Long, Long> ends = new HashMap<>();
      for (StreamPosition end : scrub.checkpoints()) {
        ends.merge(end.streamId(), end.next(), Math::max);
      }
      Map<Long, Inspection.Stream> streams = new HashMap<>();
      for (long id : view.topics().keySet()) {
        streams.put(id, stream(id, view, ends));
      }
      return result(
          true, scrub.findings(), List.copyOf(streams.values()), oldestUnackedMs(streams));
    }
  }

  /// Of a sealed stream what lies behind the seal is the successor's, as far as that has it.
  private static Inspection.Stream stream(long id, JournalScrub view, Map<Long, Long> ends) {
    String topic = view.topics().getOrDefault(id, "");
    long end = ends.getOrDefault(id, 0L);
    long acked = view.acked(id);
    Seal seal = view.seal(id);
    if (seal == null) {
      return new Inspection.Stream(id, topic, end, acked, -1, 0);
    }
    long movedEnd = seal.at() + ends.getOrDefault(seal.successor(), 0L);
    return new Inspection.Stream(
        id,
        topic,
        seal.at(),
        Math.min(acked, seal.at()),
        seal.successor(),
        Math.max(0, end - movedEnd));
  }

  private Inspection partition(SegmentedLog log) throws IOException {
    PartitionScrub view =
        new PartitionScrub(List::of, id -> false, () -> -1, content, this::checkIndex);
    try (Scrub scrub = new Scrub(log, LIMITS, view, id -> List.of(), this::note, this)) {
      readAll(scrub);
      return result(false, scrub.findings(), List.of(), -1);
    }
  }

  private static void readAll(Scrub scrub) throws IOException {
    boolean isWhole = false;
    while (!isWhole) {
      isWhole = scrub.step(STEP_BYTES);
    }
  }

  /// The first record that lies behind what the hub has of its stream. What a sealed stream holds behind its seal, the hub
  /// has when it has the successor, unless it is still to be moved.
  private long oldestUnackedMs(Map<Long, Inspection.Stream> streams) throws IOException {
    long behind =
        streams.values().stream()
            .filter(s -> s.acked() < s.end() || s.unmovedRecords() > 0)
            .count();
    BatchReader reader = new BatchReader(LIMITS);
    Map<Long, Long> firsts = new HashMap<>();
    for (Segment segment : segments) {
      DiskFile file = segment.acquire();
      if (file == null || firsts.size() >= behind) {
        break;
      }
      reader.start(file, segment.headerBytes(), segment.end(), streams::containsKey);
      for (BatchReader.Step step = reader.next();
          step != BatchReader.Step.END && firsts.size() < behind;
          step = reader.next()) {
        BatchView batch = reader.batch();
        boolean isBatch = step == BatchReader.Step.BATCH;
        Inspection.Stream stream = isBatch ? streams.get(batch.producerId()) : null;
        if (stream != null && isDue(batch, stream, streams)) {
          firsts.putIfAbsent(stream.id(), batch.baseTimestampMs());
        }
      }
      reader.stop();
      segment.release();
    }
    return firsts.values().stream().mapToLong(Long::longValue).min().orElse(-1);
  }

  private static boolean isDue(
      BatchView batch, Inspection.Stream stream, Map<Long, Inspection.Stream> streams) {
    long from = batch.streamOffset();
    long to = from + batch.count();
    if (!stream.isSealed() || from < stream.end()) {
      return to > stream.acked();
    }
    Inspection.Stream successor = streams.get(stream.successor());
    return to > stream.end() + (successor == null ? 0 : successor.end());
  }

  private Inspection result(
      boolean isJournal,
      List<Finding> findings,
      List<Inspection.Stream> streams,
      long oldestUnackedMs) {
    long sizeBytes = tailBytes;
    for (Segment segment : segments) {
      sizeBytes += segment.end();
    }
    return new Inspection(
        directory,
        isJournal,
        segments.size(),
        sizeBytes,
        segments.isEmpty() ? -1 : segments.get(0).arrivalMs(),
        findings,
        mendable,
        unreadable,
        putAside,
        damagedBytes,
        tailBytes,
        streams,
        oldestUnackedMs);
  }

  private void note(Segment segment, DiskFile file, List<SegmentedLog.Patch> patches, String what) {
    mendable.add(what + " of " + segment.name());
  }

  private void checkIndex(Segment segment, List<StreamChains.Damage> damages, long maxTimestampMs)
      throws IOException {
    String path = PartitionIndexes.path(segment);
    if (segment != segments.get(segments.size() - 1) && disk.exists(path)) {
      try (DiskFile file = disk.open(path)) {
        if (SparseIndex.read(file, segment.end(), 1) == null) {
          mendable.add("the index of " + segment.name());
        }
      }
    }
  }

  @Override
  public void found(Finding finding) {}

  @Override
  public boolean isHealed(Finding finding) {
    return false;
  }

  @Override
  public void passed(long bytes) {
    damagedBytes = bytes;
  }
}
