package io.tributary.log;

import io.tributary.record.BatchView;
import io.tributary.record.Digest;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Finds out, from a journal's files, where it stands.
///
/// Only the newest segment is read, twice: first to find the last group that begins, which proves that all before it was
/// durable, and whether it is whole; then to take in what stays. What is proven is a middle: batches that fail there are
/// passed over, never cut off. The last group is the tail: whole, it stays; torn, it is cut off as a whole, unless
/// something was written behind it, which proves it as well.
final class JournalRecovery {
  private static final System.Logger LOG = System.getLogger(JournalRecovery.class.getName());

  private final SegmentedLog log;
  private final JournalConfig config;
  private final BatchReader reader;
  private final Map<Long, TrackedStream> streams = new LinkedHashMap<>();
  private final Map<String, byte[]> state = new LinkedHashMap<>();
  private JournalIndex index = new JournalIndex();
  private long lastArrivalMs;
  private long damagedBytes;
  private boolean hasReadings;

  /// By id, in the order of their births.
  private final Map<Long, Change.StreamCreated> born = new LinkedHashMap<>();

  private final Map<Long, Change.StreamSealed> sealed = new LinkedHashMap<>();

  private JournalRecovery(SegmentedLog log, JournalConfig config, BatchReader reader) {
    this.log = log;
    this.config = config;
    this.reader = reader;
  }

  /// Recovers what is there, or begins the journal's first segment.
  static JournalRecovery recover(
      SegmentedLog log, JournalLookup lookup, JournalConfig config, long nowMs) throws IOException {
    JournalRecovery recovery = new JournalRecovery(log, config, lookup.reader());
    recovery.lastArrivalMs = nowMs;
    List<SegmentHeader> headers =
        log.find((before, header, ordinal, file, headerBytes) ->
            recovery.headerBehind(before, header, ordinal, headerBytes));
    if (headers.isEmpty()) {
      byte[] table = JournalTable.encode(List.of(), Map.of());
      log.roll(SegmentHeader.ofJournal(log, nowMs, SegmentHeader.NONE_MS, table));
      recovery.index = lookup.addIndex(log.newest());
    } else {
      recovery.index = lookup.addIndex(log.newest());
      recovery.recoverNewest(headers.get(headers.size() - 1));
      recovery.deleteWithoutReadings(headers);
      recovery.findStarts(lookup);
    }
    return recovery;
  }

  Map<Long, TrackedStream> streams() {
    return streams;
  }

  Map<String, byte[]> state() {
    return state;
  }

  /// Of the newest segment.
  JournalIndex index() {
    return index;
  }

  long lastArrivalMs() {
    return lastArrivalMs;
  }

  long damagedBytes() {
    return damagedBytes;
  }

  /// Whether the newest segment holds any.
  boolean hasReadings() {
    return hasReadings;
  }

  /// Reads the segment before one whose header is damaged; of the first one the streams are born in itself.
  private @Nullable SegmentHeader headerBehind(
      @Nullable Segment before, @Nullable SegmentHeader header, long ordinal, int headerBytes)
      throws IOException {
    JournalRecovery past = new JournalRecovery(log, config, reader);
    if (before == null || header == null) {
      if (ordinal != 1) {
        return null;
      }
    } else {
      past.load(header);
      DiskFile file = before.acquire();
      if (file != null) {
        past.takeIn(file, header, before.end());
        reader.stop();
        before.release();
        past.publish();
      }
    }
    return new SegmentHeader(
        SegmentHeader.Kind.JOURNAL,
        config.logId(),
        ordinal,
        0,
        past.lastArrivalMs,
        SegmentHeader.NONE_MS,
        past.lastArrivalMs,
        SegmentHeader.NOT_COMPACTED,
        headerBytes,
        JournalTable.encode(past.streams.values(), past.state));
  }

  private void load(SegmentHeader header) {
    JournalTable table = JournalTable.decode(header.table());
    for (JournalTable.Stream began : table.streams().values()) {
      TrackedStream stream =
          new TrackedStream(began.id(), began.topic(), began.next(), began.digest(), began.acked());
      stream.setGaps(began.gaps());
      if (began.seal() != null) {
        stream.setSeal(began.seal());
      }
      streams.put(stream.id(), stream);
    }
    state.putAll(table.state());
  }

  private void publish() {
    for (TrackedStream stream : streams.values()) {
      stream.moveTo(stream.next(), stream.digest());
      stream.publish();
    }
  }

  private void recoverNewest(SegmentHeader header) throws IOException {
    load(header);
    Segment newest = log.newest();
    DiskFile file = newest.acquire();
    if (file == null) {
      throw new IllegalStateException("nothing is deleted yet");
    }
    try {
      long fileEnd = Math.max(file.size(), header.headerBytes());
      Tail tail = findTail(file, header, fileEnd);
      takeIn(file, header, tail.end());
      if (damagedBytes > 0) {
        LOG.log(
            System.Logger.Level.ERROR,
            "{0}: {1} B are damaged and passed over",
            log.directory(),
            Long.toString(damagedBytes));
      }
      log.resume(header, tail.provenEnd(), tail.end());
    } finally {
      reader.stop();
      newest.release();
    }
    publish();
  }

  /// @param provenEnd where the last group begins
  /// @param end where the segment ends from now on
  private record Tail(long provenEnd, long end) {}

  private Tail findTail(DiskFile file, SegmentHeader header, long fileEnd) throws IOException {
    reader.start(file, header.headerBytes(), fileEnd, this::isKnown);
    long provenEnd = header.headerBytes();
    long groupEnd = provenEnd;
    long wholeUntil = provenEnd;
    for (BatchReader.Step step = reader.next();
        step != BatchReader.Step.END;
        step = reader.next()) {
      if (step == BatchReader.Step.DAMAGE) {
        continue;
      }
      GroupHeader group = groupAt(reader, header);
      if (group != null) {
        provenEnd = reader.position();
        groupEnd = group.endPosition((int) reader.sizeBytes());
        wholeUntil = provenEnd;
        note(group);
      }
      if (reader.position() == wholeUntil) {
        wholeUntil = reader.position() + reader.sizeBytes();
      }
    }
    boolean isWhole = wholeUntil >= groupEnd && groupEnd <= fileEnd;
    boolean isBegunBehind = groupEnd < fileEnd; // by a group whose header is torn
    return new Tail(provenEnd, isWhole || isBegunBehind ? groupEnd : provenEnd);
  }

  /// Streams that are born in this segment must be known to find their batches behind damage.
  private void note(GroupHeader group) {
    for (Change change : group.changes()) {
      if (change instanceof Change.StreamCreated created) {
        create(created);
      }
    }
  }

  /// The streams that the newest segment has born or sealed, as far as a group may tell of them once more.
  List<Change> births() {
    List<Change> told = new ArrayList<>(born.values());
    told.addAll(sealed.values());
    return told.stream().limit(LogLimits.BIRTHS_TOLD_TWICE).toList();
  }

  private void create(Change.StreamCreated created) {
    streams.computeIfAbsent(
        created.streamId(), id -> new TrackedStream(id, created.topic(), 0, Digest.START, 0));
  }

  private void takeIn(DiskFile file, SegmentHeader header, long end) throws IOException {
    List<StreamPosition> ends = List.of();
    reader.start(file, header.headerBytes(), end, this::isKnown);
    for (BatchReader.Step step = reader.next();
        step != BatchReader.Step.END;
        step = reader.next()) {
      if (step == BatchReader.Step.DAMAGE) {
        damagedBytes += reader.sizeBytes();
        continue;
      }
      GroupHeader group = groupAt(reader, header);
      if (group != null) {
        takeIn(ends);
        ends = group.ends();
        lastArrivalMs = group.arrivalMs();
        for (Change change : group.changes()) {
          apply(change);
          if (change instanceof Change.StreamCreated created) {
            born.put(created.streamId(), created);
          } else if (change instanceof Change.StreamSealed seal) {
            sealed.put(seal.streamId(), seal);
          }
        }
      } else {
        takeIn(reader.batch());
      }
    }
    takeIn(ends);
    JournalTable table = JournalTable.decode(header.table());
    // What only a torn group has born is not born.
    streams.keySet().removeIf(id -> !born.containsKey(id) && !table.streams().containsKey(id));
    for (TrackedStream stream : streams.values()) {
      stream.skipGaps();
    }
  }

  private void takeIn(List<StreamPosition> ends) {
    for (StreamPosition end : ends) {
      TrackedStream stream = streams.get(end.streamId());
      if (stream != null) {
        stream.recover(end);
      }
    }
  }

  private void takeIn(BatchView batch) {
    TrackedStream stream = batch.isControl() ? null : streams.get(batch.producerId());
    if (stream == null) {
      damagedBytes += reader.sizeBytes(); // the group that told of the stream's birth was damaged
      return;
    }
    stream.skipTo(batch.streamOffset());
    index.add(stream.id(), batch.streamOffset(), reader.position(), stream.digest());
    stream.recover(batch);
    hasReadings = true;
  }

  private void apply(Change change) {
    switch (change) {
      case Change.StreamCreated created -> create(created);
      case Change.Acked acked -> {
        TrackedStream stream = streams.get(acked.streamId());
        if (stream != null) {
          stream.recoverAcked(acked.end());
        }
      }
      case Change.GapDeclared declared -> {
        TrackedStream stream = streams.get(declared.streamId());
        if (stream != null) {
          stream.setGaps(DeclaredGap.with(stream.gaps(), declared.gap()));
          stream.skipGaps();
        }
      }
      case Change.StreamSealed sealing -> {
        TrackedStream stream = streams.get(sealing.streamId());
        if (stream != null) {
          stream.setSeal(sealing.seal());
        }
      }
      case Change.StateSet set -> state.put(set.key(), set.value());
      case Change.StateRemoved removed -> state.remove(removed.key());
    }
  }

  private @Nullable GroupHeader groupAt(BatchReader at, SegmentHeader header) {
    GroupHeader group = GroupHeader.decode(at.batch());
    return group != null
            && group.logId().equals(config.logId())
            && group.ordinal() == header.ordinal()
            && group.position() == at.position()
            && group.bodyBytes() >= 0
        ? group
        : null;
  }

  private boolean isKnown(long producerId) {
    return producerId == GroupHeader.NO_STREAM || streams.containsKey(producerId);
  }

  /// A power cut may come between a new segment and the deletion of one that holds nothing any more.
  private void deleteWithoutReadings(List<SegmentHeader> headers) throws IOException {
    Segment[] segments = log.segments();
    for (int i = 0; i + 1 < segments.length; i++) {
      JournalTable began = JournalTable.decode(headers.get(i).table());
      JournalTable ended = JournalTable.decode(headers.get(i + 1).table());
      boolean isEmpty =
          ended.streams().values().stream()
              .allMatch(stream -> began.next(stream.id()) == stream.next());
      if (isEmpty) {
        log.delete(segments[i]);
      }
    }
  }

  private void findStarts(JournalLookup lookup) throws IOException {
    JournalTable oldest = lookup.table(log.oldest());
    for (TrackedStream stream : streams.values()) {
      stream.setStart(oldest == null ? 0 : oldest.next(stream.id()));
    }
  }
}
