package io.tributary.log;

import io.tributary.record.BatchBuilder;
import io.tributary.record.BatchView;
import io.tributary.record.Digest;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A stream of a journal. The plain fields belong to the journal's writer; the volatile ones may be read by all.
final class TrackedStream {
  /// What is durable: the end and the digest there, always read together.
  record Durable(long end, long digest) {}

  /// When this many records have been counted, the older half of them fades.
  private static final long AVERAGED_RECORDS = 1 << 16;

  private final long id;
  private final String topic;

  private volatile long start;
  private volatile Durable durable;
  private volatile long acked;
  private volatile List<DeclaredGap> gaps = List.of();
  private volatile double recordBytes;

  /// Null while the stream goes on.
  private volatile @Nullable Seal seal;

  /// The offset that the next record gets, the open group included.
  private long next;

  /// At the end of the last batch that was built.
  private long digest;

  /// Where the batch being built begins.
  private long batchStart;

  private @Nullable BatchBuilder builder;

  /// Where the readings that the open group refuses begin, or -1.
  private long droppedFrom = -1;

  private long ackedWritten;
  private long countedRecords;
  private long countedBytes;
  private boolean isTouched;

  TrackedStream(long id, String topic, long next, long digest, long acked) {
    this.id = id;
    this.topic = topic;
    this.next = next;
    this.digest = digest;
    this.durable = new Durable(next, digest);
    this.acked = acked;
    this.ackedWritten = acked;
  }

  long id() {
    return id;
  }

  String topic() {
    return topic;
  }

  long start() {
    return start;
  }

  void setStart(long offset) {
    start = offset;
  }

  Durable durable() {
    return durable;
  }

  long acked() {
    return acked;
  }

  /// From the uplink's thread or the writer's.
  synchronized void setAcked(long end) {
    if (end > acked) {
      acked = end;
    }
  }

  synchronized void ackedBack(long end) {
    if (end < acked) {
      acked = end;
    }
  }

  /// As it was written; the last one counts, since a hub may have gone back.
  void recoverAcked(long end) {
    acked = end;
    ackedWritten = end;
  }

  @Nullable Seal seal() {
    return seal;
  }

  void setSeal(Seal newSeal) {
    seal = newSeal;
  }

  /// Behind the last offset that is the hub's to have: what lies behind a seal belongs to the successor.
  long mirroredEnd() {
    Seal sealed = seal;
    long end = durable.end();
    return sealed == null ? end : Math.min(end, sealed.at());
  }

  List<DeclaredGap> gaps() {
    return gaps;
  }

  void setGaps(List<DeclaredGap> newGaps) {
    gaps = newGaps;
  }

  /// What is acknowledged and no longer in the files needs no Gap any more.
  void forgetGaps() {
    gaps = DeclaredGap.from(gaps, Math.min(start, acked));
  }

  long next() {
    return next;
  }

  long digest() {
    return digest;
  }

  long batchStart() {
    return batchStart;
  }

  @Nullable BatchBuilder builder() {
    return builder;
  }

  void setBuilder(@Nullable BatchBuilder newBuilder) {
    builder = newBuilder;
    batchStart = next;
  }

  long droppedFrom() {
    return droppedFrom;
  }

  void setDroppedFrom(long offset) {
    droppedFrom = offset;
  }

  boolean isTouched() {
    return isTouched;
  }

  void setTouched(boolean touched) {
    isTouched = touched;
  }

  /// The next record's offset is taken.
  long take() {
    return next++;
  }

  /// A batch was built.
  void built(BatchView batch) {
    digest = Digest.extend(digest, batch);
    count(batch);
  }

  /// A batch of the stream that this one succeeds.
  void moved(BatchView batch) {
    next = batch.streamOffset() + batch.count();
    built(batch);
  }

  /// The stream goes on elsewhere.
  void moveTo(long newNext, long newDigest) {
    next = newNext;
    digest = newDigest;
    batchStart = newNext;
  }

  /// Where the stream will stand when the open group is durable and every batch of it is built.
  StreamPosition position() {
    return new StreamPosition(id, next, digest);
  }

  /// All up to `next` is durable.
  void publish() {
    durable = new Durable(next, digest);
  }

  boolean isAckedUnwritten() {
    return acked != ackedWritten;
  }

  void ackedWritten(long end) {
    ackedWritten = end;
  }

  /// A batch that is found in the log when it is opened.
  void recover(BatchView batch) {
    long from = batch.streamOffset();
    if (from < next) {
      return; // an image of bytes that lie here twice
    }
    skipTo(from);
    next = from + batch.count();
    digest = Digest.extend(digest, batch);
    count(batch);
    skipGaps();
  }

  /// What a group says of its end, when its batches have been taken in: if they did not all pass, this still holds.
  void recover(StreamPosition end) {
    if (end.next() >= next) {
      next = end.next();
      digest = end.digest();
    }
  }

  /// Goes over the declared Gaps that begin where the stream stands.
  void skipGaps() {
    for (DeclaredGap gap : gaps) {
      if (gap.from() <= next && next < gap.to()) {
        next = gap.to();
        digest = gap.digestAtTo();
      }
    }
  }

  /// What lies between is gone, and with it the digest, unless Gaps tell of all of it.
  void skipTo(long from) {
    if (from > next) {
      skipGaps();
    }
    if (from > next) {
      digest = Digest.UNKNOWN;
    }
  }

  /// @param movedEnd behind the last offset that a successor has, where there is one
  JournalStream snapshot(long movedEnd) {
    Durable now = durable;
    long ackedNow = Math.min(acked, now.end());
    Seal sealed = seal;
    if (sealed == null) {
      long unacked = Math.max(0, now.end() - Math.max(ackedNow, start));
      long unackedBytes = (long) (unacked * recordBytes);
      return new JournalStream(
          id, topic, start, now.end(), now.digest(), ackedNow, unackedBytes, -1, 0);
    }
    long at = sealed.at();
    long unmoved = Math.max(0, now.end() - movedEnd);
    long behind = unmoved + Math.max(0, at - Math.max(ackedNow, start));
    return new JournalStream(
        id,
        topic,
        Math.min(start, at),
        at,
        sealed.digest(),
        Math.min(ackedNow, at),
        (long) (behind * recordBytes),
        sealed.successor(),
        unmoved);
  }

  private void count(BatchView batch) {
    countedRecords += batch.count();
    countedBytes += batch.sizeBytes();
    if (countedRecords > AVERAGED_RECORDS) {
      countedRecords /= 2;
      countedBytes /= 2;
    }
    recordBytes = (double) countedBytes / countedRecords;
  }
}
