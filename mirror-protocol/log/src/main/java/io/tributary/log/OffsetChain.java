package io.tributary.log;

import io.tributary.record.BatchView;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/// Finds out which base offset each whole batch of a partition's segment should have, from what lies around it: a base
/// offset lies outside the CRC.
///
/// ```
/// EXACT --damage--> BEHIND DAMAGE --two batches agree, or the end is known--> EXACT
/// ```
///
/// Where a batch should begin is known exactly from the segment's header on, up to damage. A batch with another base
/// offset than that waits for the next two: what agrees with most of them is right. With `per-edge` the identity, which
/// the CRC covers, says it at once.
///
/// One that lies alone between damage waits until a place behind it is known: it is right if it fits between what is known
/// before and behind it, with the others that lie alone there. Confined to one thread.
final class OffsetChain {
  /// A whole batch.
  ///
  /// @param span how many offsets it takes
  record Place(
      long position,
      long endPosition,
      long baseOffset,
      long span,
      int batchLength,
      int epoch,
      long maxTimestampMs) {
    static Place of(BatchReader at) {
      BatchView batch = at.batch();
      return new Place(
          at.position(),
          at.nextPosition(),
          batch.baseOffset(),
          batch.lastOffsetDelta() + 1L,
          batch.batchLength(),
          batch.partitionLeaderEpoch(),
          batch.maxTimestampMs());
    }

    /// The base offset of the batch behind it, by what it says itself.
    private long nextOffset() {
      return baseOffset + span;
    }

    /// Whether what lies outside the CRC is as it should be.
    boolean isRight(long offset) {
      return baseOffset == offset && epoch == Placement.NO_EPOCH;
    }
  }

  /// Hears of each batch; of those that are placed, in the order of the file.
  interface Verdicts {
    /// The batch should have this base offset.
    void placed(Place place, long offset) throws IOException;

    /// Nobody knows its base offset: it is not served.
    void unplaced(Place place) throws IOException;
  }

  /// The end of the offsets is not known.
  static final long NO_OFFSET = -1;

  private final boolean isPerEdge;
  private final Verdicts verdicts;

  /// Where the batch behind those that were placed should begin, or, behind damage, where it may begin at the earliest.
  private long due;

  private boolean isExact;

  /// Batches that wait for those behind them, two at most.
  private final Deque<Place> waiting = new ArrayDeque<>();

  /// Batches between damage, since the last that was placed.
  private final List<Place> alone = new ArrayList<>();

  /// Where the first of those may begin at the earliest.
  private long earliest;

  OffsetChain(boolean isPerEdge, Verdicts verdicts) {
    this.isPerEdge = isPerEdge;
    this.verdicts = verdicts;
  }

  /// Stands where a batch with this base offset is due.
  void begin(long offset) {
    waiting.clear();
    alone.clear();
    due = offset;
    isExact = true;
  }

  /// Behind the batches that were placed; behind damage there may be more.
  long due() {
    return due;
  }

  /// The batch behind the one before, or behind damage.
  void batch(BatchReader at) throws IOException {
    Place place = Place.of(at);
    if (isPerEdge && at.batch().hasIdentity()) {
      endWaiting(NO_OFFSET);
      place(place, at.batch().streamOffset());
    } else {
      batch(place);
    }
  }

  private void batch(Place last) throws IOException {
    if (waiting.isEmpty()) {
      if (isExact && last.baseOffset() == due) {
        place(last, due);
      } else {
        waiting.add(last);
      }
      return;
    }
    Place first = waiting.getFirst();
    Place before = waiting.getLast();
    boolean isAgreed = before.nextOffset() == last.baseOffset();
    if (isExact && due + waitingSpan() == last.baseOffset()) {
      placeWaiting(due);
      place(last, due);
    } else if (waiting.size() == 1) {
      if (isAgreed && first.baseOffset() >= due) {
        // Behind damage; or what lay between was taken out of the file as a whole.
        placeWaiting(first.baseOffset());
        place(last, due);
      } else {
        waiting.add(last);
      }
    } else if (!isExact
        && first.baseOffset() >= due
        && first.baseOffset() + waitingSpan() == last.baseOffset()) {
      placeWaiting(first.baseOffset());
      place(last, due);
    } else if (!isExact && isAgreed && before.baseOffset() - first.span() >= due) {
      placeWaiting(before.baseOffset() - first.span());
      place(last, due);
    } else {
      giveUp(waiting.removeFirst());
      batch(last);
    }
  }

  /// Bytes that are no batch.
  void damage() throws IOException {
    endWaiting(NO_OFFSET);
    isExact = false;
  }

  /// Nothing comes behind.
  ///
  /// @param end where the next batch, in another segment, begins, or [#NO_OFFSET]; it may lie behind damage itself
  void end(long end) throws IOException {
    endWaiting(end);
    due = Math.max(due, settleAlone(end == NO_OFFSET ? Long.MAX_VALUE : end));
  }

  private void endWaiting(long end) throws IOException {
    if (waiting.isEmpty()) {
      return;
    }
    if (waiting.size() == 1 && isAlone(waiting.getFirst(), end)) {
      leaveAlone(waiting.removeFirst());
      return;
    }
    long from = waiting.size() == 1 ? startOfOne(end) : startOfTwo(end);
    if (from == NO_OFFSET) {
      while (!waiting.isEmpty()) {
        giveUp(waiting.removeFirst());
      }
    } else {
      placeWaiting(from);
    }
  }

  /// Whether nothing but what the only batch that waits says itself tells where it begins.
  private boolean isAlone(Place only, long end) {
    return !isExact && only.baseOffset() >= due && (end < 0 || only.nextOffset() < end);
  }

  private void leaveAlone(Place place) {
    if (alone.isEmpty()) {
      earliest = due;
    }
    alone.add(place);
    due += place.span();
  }

  /// Where the only batch that waits begins, when nothing comes behind it.
  private long startOfOne(long end) {
    Place only = waiting.getFirst();
    long span = only.span();
    if (isExact) {
      boolean isOwnRight = only.baseOffset() >= due && only.nextOffset() == end;
      return isOwnRight ? only.baseOffset() : end < 0 || due + span <= end ? due : NO_OFFSET;
    }
    return end - span >= due ? end - span : NO_OFFSET;
  }

  /// Where the first of two begins that do not agree, when nothing comes behind them but a known end.
  private long startOfTwo(long end) {
    Place first = waiting.getFirst();
    Place last = waiting.getLast();
    if (isExact) {
      return due + waitingSpan() == end ? due : NO_OFFSET;
    }
    if (first.baseOffset() >= due && first.baseOffset() + waitingSpan() == end) {
      return first.baseOffset();
    }
    long byLast = last.baseOffset() - first.span();
    return last.nextOffset() == end && byLast >= due ? byLast : NO_OFFSET;
  }

  private void place(Place place, long offset) throws IOException {
    settleAlone(offset);
    due = offset + place.span();
    isExact = true;
    verdicts.placed(place, offset);
  }

  private void placeWaiting(long offset) throws IOException {
    due = offset;
    while (!waiting.isEmpty()) {
      place(waiting.removeFirst(), due);
    }
  }

  /// Says of each batch that lies alone what became of it, now that it is known where those behind it begin.
  ///
  /// @return behind the last one that is right
  private long settleAlone(long behind) throws IOException {
    if (alone.isEmpty()) {
      return NO_OFFSET;
    }
    long[] latest = new long[alone.size() + 1];
    latest[alone.size()] = behind;
    for (int i = alone.size() - 1; i >= 0; i--) {
      Place place = alone.get(i);
      latest[i] = fits(place, behind) ? Math.min(place.baseOffset(), latest[i + 1]) : latest[i + 1];
    }
    long least = earliest;
    long end = NO_OFFSET;
    for (int i = 0; i < alone.size(); i++) {
      Place place = alone.get(i);
      if (place.baseOffset() >= least && place.nextOffset() <= latest[i + 1]) {
        verdicts.placed(place, place.baseOffset());
        end = place.nextOffset();
      } else {
        verdicts.unplaced(place);
      }
      least = fits(place, behind) ? Math.max(least, place.nextOffset()) : least;
    }
    alone.clear();
    return end;
  }

  private boolean fits(Place place, long behind) {
    return place.baseOffset() >= earliest && place.nextOffset() <= behind;
  }

  private void giveUp(Place place) throws IOException {
    due += place.span();
    isExact = false;
    verdicts.unplaced(place);
  }

  private long waitingSpan() {
    long span = 0;
    for (Place place : waiting) {
      span += place.span();
    }
    return span;
  }
}
