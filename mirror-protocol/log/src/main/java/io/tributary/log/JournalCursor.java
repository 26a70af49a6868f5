package io.tributary.log;

import io.tributary.record.BatchView;
import io.tributary.record.Digest;
import io.tributary.record.Gap;
import io.tributary.record.GapReason;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/// Reads a journal in the order of its commits, for the uplink: the batches of all streams that take part, each from
/// its own offset on, and a Gap for every hole between them. Only what is durable. Confined to one thread.
///
/// It reads big chunks and hands out slices of them without a copy. A hole has the reason that the journal declared;
/// what is no longer in the files was lost by the hub that had acknowledged it; anything else is corruption.
public final class JournalCursor implements AutoCloseable {
  /// What there is next of a stream.
  public sealed interface Piece {
    long streamId();
  }

  /// The records from `from` to `to`.
  ///
  /// @param bytes the batch from 0 to limit, valid until the cursor is used again
  public record BatchPiece(long streamId, long from, long to, ByteBuffer bytes) implements Piece {}

  /// A hole.
  ///
  /// @param digestAtTo the stream's digest behind it, or {@link Digest#UNKNOWN}
  public record GapPiece(long streamId, Gap gap, long digestAtTo) implements Piece {}

  /// A stream that takes part and the offset that is due.
  private static final class Reading {
    private final TrackedStream stream;
    private long due;

    private Reading(TrackedStream stream, long due) {
      this.stream = stream;
      this.due = due;
    }
  }

  private static final int LEADER_EPOCH = 12;

  private final SegmentedLog log;
  private final JournalLookup lookup;
  private final LongFunction<@Nullable TrackedStream> streams;
  private final AtomicLong damagedBytes;
  private final BatchReader reader;

  /// Whether it reads on behind seals: what lies there belongs to other streams.
  private final boolean isBehindSeals;

  private final Map<Long, Reading> readings = new HashMap<>();
  private final Deque<GapPiece> gaps = new ArrayDeque<>();

  /// The segment that is read, of which this holds one use; null while nothing is.
  private @Nullable Segment segment;

  /// The reader stands on a batch that is due once the Gaps before it are given out.
  private @Nullable Reading behindGaps;

  JournalCursor(
      SegmentedLog log,
      JournalLookup lookup,
      LongFunction<@Nullable TrackedStream> streams,
      BatchReader reader,
      AtomicLong damagedBytes,
      boolean isBehindSeals) {
    this.log = log;
    this.lookup = lookup;
    this.streams = streams;
    this.reader = reader;
    this.damagedBytes = damagedBytes;
    this.isBehindSeals = isBehindSeals;
  }

  /// The stream takes part from an offset on. Going back re-reads other streams, but gives out nothing of them twice.
  public void resume(long streamId, long offset) throws IOException {
    TrackedStream stream = streams.apply(streamId);
    if (stream == null) {
      throw new IllegalArgumentException("no stream " + streamId);
    }
    suspend(streamId);
    JournalLookup.Place place = lookup.locate(stream, offset);
    Reading reading = new Reading(stream, offset);
    readings.put(streamId, reading);
    Segment current = segment;
    // Where the current segment was deleted, the others go on behind it: what they lack lies before
    // this place.
    if (current == null
        || place.segment().ordinal() < current.ordinal()
        || (place.segment() == current && place.position() < standing())) {
      seek(place.segment(), place.position());
    }
    if (offset < stream.start()) {
      declareBefore(reading, log.oldest());
    }
  }

  /// The stream takes part no more.
  public void suspend(long streamId) throws IOException {
    Reading gone = readings.remove(streamId);
    gaps.removeIf(gap -> gap.streamId() == streamId);
    if (gone != null && gone == behindGaps) {
      behindGaps = null;
    }
    if (readings.isEmpty()) {
      leave();
    }
  }

  /// The next batch or Gap, or null when there is nothing more now.
  public @Nullable Piece next() throws IOException {
    while (true) {
      GapPiece gap = gaps.poll();
      if (gap != null) {
        return gap;
      }
      if (behindGaps != null) {
        Reading due = behindGaps;
        behindGaps = null;
        return give(due);
      }
      if (readings.isEmpty() || !isInSegment()) {
        return null;
      }
      Segment current = segment;
      if (current == null) {
        return null;
      }
      long end = current.end();
      reader.extend(end);
      switch (reader.next()) {
        case BATCH -> {
          Piece piece = offer();
          if (piece != null) {
            return piece;
          }
        }
        case DAMAGE -> damagedBytes.addAndGet(reader.sizeBytes());
        case END -> {
          if (!goOn(current, end) && gaps.isEmpty()) {
            return null;
          }
        }
      }
    }
  }

  @Override
  public void close() throws IOException {
    readings.clear();
    gaps.clear();
    behindGaps = null;
    leave();
  }

  /// Where the reader will go on; a batch that waits for its Gaps counts as not read.
  private long standing() {
    return behindGaps == null ? reader.nextPosition() : reader.position();
  }

  /// What the reader stands on, if it is due.
  private @Nullable Piece offer() {
    BatchView batch = reader.batch();
    Reading reading = readings.get(batch.producerId());
    if (reading == null) {
      return null;
    }
    long from = batch.streamOffset();
    if (from + batch.count() <= reading.due || from >= endOf(reading)) {
      return null;
    }
    if (from > reading.due) {
      declareHole(reading, from, Digest.UNKNOWN);
      behindGaps = reading;
      return null;
    }
    return give(reading);
  }

  private BatchPiece give(Reading reading) {
    BatchView batch = reader.batch();
    long from = batch.streamOffset();
    long to = from + batch.count();
    reading.due = to;
    ByteBuffer bytes = reader.slice();
    // These lie outside the CRC; what the identity says is inside.
    bytes.putLong(0, from);
    bytes.putInt(LEADER_EPOCH, -1);
    return new BatchPiece(reading.stream.id(), from, to, bytes);
  }

  /// At the end of what is durable of a segment: goes on in the next one, or declares what is missing at the end.
  ///
  /// @return false when there is nothing more now, but for the Gaps that were found
  private boolean goOn(Segment current, long end) throws IOException {
    Segment following = after(current.ordinal());
    if (following != null) {
      // Once another segment follows, the end does not move; look whether it moved before that.
      return current.end() > end || enter(following);
    }
    for (Reading reading : readings.values()) {
      TrackedStream.Durable durable = reading.stream.durable();
      long streamEnd = Math.min(durable.end(), endOf(reading));
      // A stream's end is published behind the bytes: if those have not moved, none are missing.
      if (current.end() > end || log.newest() != current) {
        return true;
      }
      if (streamEnd > reading.due) {
        long digest = streamEnd == durable.end() ? durable.digest() : Digest.UNKNOWN;
        declareHole(reading, streamEnd, digest);
      }
    }
    return false;
  }

  /// Sees to it that there is a segment to read from, also when retention has deleted it.
  private boolean isInSegment() throws IOException {
    Segment current = segment;
    if (current == null) {
      return enter(log.oldest());
    }
    if (!current.isDeleted()) {
      return true;
    }
    behindGaps = null;
    Segment following = after(current.ordinal());
    return following != null && enter(following);
  }

  private @Nullable Segment after(long ordinal) {
    for (Segment listed : log.segments()) {
      if (listed.ordinal() > ordinal) {
        return listed;
      }
    }
    return null;
  }

  /// Begins to read a segment. What is missing of a stream before it is a hole.
  ///
  /// @return false when it was deleted meanwhile, so that the next call looks again
  private boolean enter(Segment following) throws IOException {
    JournalTable table = lookup.table(following);
    if (table == null || !seek(following, following.headerBytes())) {
      return true;
    }
    for (Reading reading : readings.values()) {
      declareBefore(reading, table);
    }
    return true;
  }

  private void declareBefore(Reading reading, Segment began) throws IOException {
    JournalTable table = lookup.table(began);
    if (table != null) {
      declareBefore(reading, table);
    }
  }

  /// Declares what is due of a stream but lies before the segment of this table.
  private void declareBefore(Reading reading, JournalTable table) {
    JournalTable.Stream began = table.streams().get(reading.stream.id());
    if (began == null) {
      return;
    }
    long to = Math.min(began.next(), endOf(reading));
    if (to > reading.due) {
      declareHole(reading, to, to == began.next() ? began.digest() : Digest.UNKNOWN);
    }
  }

  private long endOf(Reading reading) {
    Seal seal = reading.stream.seal();
    return seal == null || isBehindSeals ? Long.MAX_VALUE : seal.at();
  }

  /// @return false when the segment is deleted
  private boolean seek(Segment target, long position) throws IOException {
    behindGaps = null;
    if (segment != target) {
      leave();
      DiskFile file = target.acquire();
      if (file == null) {
        return false;
      }
      segment = target;
      reader.start(file, position, target.end(), this::isKnown);
    } else {
      reader.seek(position);
    }
    return true;
  }

  private void leave() throws IOException {
    Segment current = segment;
    if (current != null) {
      segment = null;
      reader.stop();
      current.release();
    }
  }

  private boolean isKnown(long producerId) {
    return producerId == GroupHeader.NO_STREAM || streams.apply(producerId) != null;
  }

  /// Declares [due, to) as Gaps, by the reasons that are known.
  private void declareHole(Reading reading, long to, long digestAtTo) {
    Iterator<DeclaredGap> declared = reading.stream.gaps().iterator();
    while (reading.due < to) {
      DeclaredGap gap = null;
      while (declared.hasNext() && (gap == null || gap.to() <= reading.due)) {
        gap = declared.next();
      }
      if (gap == null || gap.to() <= reading.due || gap.from() >= to) {
        declareUnexplained(reading, to, digestAtTo);
        return;
      }
      if (gap.from() > reading.due) {
        declareUnexplained(reading, gap.from(), Digest.UNKNOWN);
      }
      long end = Math.min(gap.to(), to);
      long digest = end == gap.to() ? gap.digestAtTo() : digestAtTo;
      declare(reading, end, gap.gap().reason(), digest);
    }
  }

  /// Nothing was declared: what lies before the stream's start was acknowledged and deleted; the rest is damaged.
  private void declareUnexplained(Reading reading, long to, long digestAtTo) {
    long start = Math.min(reading.stream.start(), to);
    if (reading.due < start) {
      long digest = start == to ? digestAtTo : Digest.UNKNOWN;
      declare(reading, start, GapReason.HUB_LOST, digest);
    }
    if (reading.due < to) {
      declare(reading, to, GapReason.CORRUPT, digestAtTo);
    }
  }

  private void declare(Reading reading, long to, GapReason reason, long digestAtTo) {
    gaps.add(new GapPiece(reading.stream.id(), new Gap(reading.due, to, reason), digestAtTo));
    reading.due = to;
  }
}
