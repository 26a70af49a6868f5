package io.tributary.log;

import io.tributary.record.BatchView;
import io.tributary.record.Digest;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/// Follows all streams through the segments of a log, and finds what does not go on as it must: holes that no Gap
/// explains, and digests that differ from those that were written down. Confined to the scrub's thread.
final class StreamChains {
  /// Bytes of the segment that are no batch.
  static final class Damage {
    private final long from;
    private final long to;
    private long offset;
    private long endOffset;
    private boolean isExplained;

    /// Whole batches, whose offsets in the partition are wrong.
    private boolean isMisplaced;

    private Damage(long from, long to) {
      this.from = from;
      this.to = to;
    }

    long from() {
      return from;
    }

    long to() {
      return to;
    }

    boolean isMisplaced() {
      return isMisplaced;
    }

    /// The offsets that it took of its partition.
    void tookOffsets(long first, long behind) {
      offset = first;
      endOffset = behind;
    }
  }

  private static final class Chain {
    private final long streamId;
    private long next;

    /// As the log's own notes say, so that one change does not make all behind it look changed.
    private long digest;

    /// As the batches say that were read.
    private long readDigest;

    /// Up to here the digest was compared.
    private long compared;

    /// Up to here its places were gathered.
    private long gathered = -1;

    /// In the current segment, behind the last batch of the stream.
    private long position;

    private Chain(long streamId, long next, long digest) {
      this.streamId = streamId;
      moveTo(next, digest);
    }

    private void moveTo(long newNext, long newDigest) {
      next = newNext;
      digest = newDigest;
      readDigest = newDigest;
      compared = newNext;
    }
  }

  private final Consumer<Finding> findings;
  private final LongFunction<List<DeclaredGap>> gaps;
  private final boolean takesMore;
  private final Map<Long, Chain> chains = new HashMap<>();
  private final List<Damage> damages = new ArrayList<>();
  private @Nullable Segment segment;
  private boolean isFromTable;

  /// Where there is room for what is absent; -1 where there is none.
  private long roomAt = -1;

  /// @param gaps what a journal has declared of a stream
  /// @param takesMore whether what is absent at the end of a segment can be put there
  StreamChains(
      Consumer<Finding> findings, LongFunction<List<DeclaredGap>> gaps, boolean takesMore) {
    this.findings = findings;
    this.gaps = gaps;
    this.takesMore = takesMore;
  }

  /// A new pass.
  void clear() {
    chains.clear();
    damages.clear();
    segment = null;
  }

  /// Another segment begins.
  ///
  /// @param table where its header says that the streams stand; null when that cannot be read
  void begin(Segment begun, @Nullable Collection<StreamPosition> table) {
    isFromTable = table != null || segment != null;
    segment = begun;
    damages.clear();
    if (table != null) {
      for (StreamPosition began : table) {
        Chain chain = chains.get(began.streamId());
        if (chain == null || chain.next != began.next()) {
          chain = new Chain(began.streamId(), began.next(), began.digest());
          chains.put(chain.streamId, chain);
        }
      }
    }
    for (Chain chain : chains.values()) {
      chain.position = begun.headerBytes();
    }
  }

  boolean isKnown(long streamId) {
    return chains.containsKey(streamId);
  }

  /// A stream begins in this segment.
  void born(long streamId) {
    chains.computeIfAbsent(streamId, id -> new Chain(id, 0, Digest.START));
  }

  void misplaced(long from, long to) {
    damaged(from, to).isMisplaced = true;
  }

  Damage damaged(long from, long to) {
    Damage damage = new Damage(from, to);
    damages.add(damage);
    return damage;
  }

  /// Of the current segment.
  List<Damage> damages() {
    return damages;
  }

  /// A batch of a stream.
  void batch(BatchView batch, long endPosition) {
    long from = batch.streamOffset();
    Chain chain = reach(batch.streamId(), from);
    if (chain == null) {
      return;
    }
    chain.next = from + batch.count();
    chain.digest = Digest.extend(chain.digest, batch);
    chain.readDigest = Digest.extend(chain.readDigest, batch);
    chain.position = endPosition;
  }

  /// A Gap that lies in the log as a batch.
  void gap(long streamId, DeclaredGap gap, long endPosition) {
    Chain chain = reach(streamId, gap.from());
    if (chain != null) {
      chain.moveTo(gap.to(), gap.digestAtTo());
      chain.position = endPosition;
    }
  }

  /// What the next segment wrote down about where a stream stands at the end of this one.
  void endsWithSegment(StreamPosition end) {
    Segment current = segment;
    roomAt = takesMore && current != null ? current.end() : -1;
    endsAt(end);
    roomAt = -1;
  }

  /// What the log wrote down about where a stream stands here.
  void endsAt(StreamPosition end) {
    Chain chain = chains.get(end.streamId());
    if (chain == null) {
      if (!isFromTable) {
        return;
      }
      chain = new Chain(end.streamId(), 0, Digest.START);
      chains.put(end.streamId(), chain);
    }
    if (chain.next < end.next()) {
      cross(chain, end.next());
      chain.moveTo(end.next(), end.digest());
    } else if (chain.next == end.next()) {
      if (!Digest.agree(chain.digest, end.digest())) {
        report(Finding.Kind.CHANGED, chain.streamId, chain.compared, chain.next, -1, 0);
      }
      if (end.digest() != Digest.UNKNOWN) {
        chain.digest = end.digest();
        chain.readDigest = chain.readDigest == Digest.UNKNOWN ? end.digest() : chain.readDigest;
        chain.compared = chain.next;
      }
    }
  }

  /// The segment has been read: what is damaged and lacks to no stream is told by itself.
  void end() {
    for (Damage damage : damages) {
      if (!damage.isExplained) {
        long sizeBytes = damage.to - damage.from;
        report(
            Finding.Kind.DAMAGED,
            Finding.NO_STREAM,
            damage.offset,
            damage.endOffset,
            damage.from,
            sizeBytes);
      }
    }
  }

  /// Where the streams stand, by what was read.
  List<StreamPosition> positions() {
    List<StreamPosition> positions = new ArrayList<>(chains.size());
    for (Chain chain : chains.values()) {
      if (chain.readDigest != Digest.UNKNOWN) {
        positions.add(new StreamPosition(chain.streamId, chain.next, chain.readDigest));
      }
    }
    return positions;
  }

  /// Where the streams stand that have moved before the next segment, by what was read; for those that nothing was read of,
  /// by its table.
  List<StreamPosition> positionsBefore(Collection<StreamPosition> table) {
    List<StreamPosition> positions = new ArrayList<>();
    for (StreamPosition began : table) {
      Chain chain = chains.get(began.streamId());
      if (chain == null || chain.next != began.next()) {
        if (began.digest() != Digest.UNKNOWN) {
          positions.add(began);
        }
      } else if (chain.gathered < chain.next) {
        chain.gathered = chain.next;
        if (chain.readDigest != Digest.UNKNOWN) {
          positions.add(new StreamPosition(chain.streamId, chain.next, chain.readDigest));
        }
      }
    }
    return positions;
  }

  /// Goes over what lies before an offset of a stream.
  ///
  /// @return null when the stream is behind it already: an image of bytes that lie here twice
  private @Nullable Chain reach(long streamId, long from) {
    Chain chain = chains.get(streamId);
    if (chain == null) {
      chain = isFromTable ? new Chain(streamId, 0, Digest.START) : null;
      chain = chain == null ? new Chain(streamId, from, Digest.UNKNOWN) : chain;
      Segment current = segment;
      chain.position = current == null ? 0 : current.headerBytes();
      chains.put(streamId, chain);
    }
    if (from < chain.next) {
      return null;
    }
    if (from > chain.next) {
      chain.moveTo(from, cross(chain, from));
    }
    return chain;
  }

  /// Tells of what is missing before `to`, but for Gaps.
  ///
  /// @return the digest there, when Gaps explain all
  private long cross(Chain chain, long to) {
    long at = chain.next;
    long digest = chain.digest;
    for (DeclaredGap gap : gaps.apply(chain.streamId)) {
      if (gap.to() <= at || gap.from() >= to) {
        continue;
      }
      if (gap.from() > at) {
        missing(chain, at, gap.from());
      }
      at = Math.min(gap.to(), to);
      digest = at == gap.to() ? gap.digestAtTo() : Digest.UNKNOWN;
    }
    if (at < to) {
      missing(chain, at, to);
      digest = Digest.UNKNOWN;
    }
    return digest;
  }

  private void missing(Chain chain, long from, long to) {
    long first = Long.MAX_VALUE;
    long last = -1;
    for (Damage damage : damages) {
      if (damage.from >= chain.position) {
        first = Math.min(first, damage.from);
        last = Math.max(last, damage.to);
        damage.isExplained = true;
      }
    }
    if (last < 0) {
      report(Finding.Kind.ABSENT, chain.streamId, from, to, roomAt, 0);
    } else {
      report(Finding.Kind.DAMAGED, chain.streamId, from, to, first, last - first);
    }
  }

  private void report(
      Finding.Kind kind, long streamId, long from, long to, long position, long sizeBytes) {
    Segment current = segment;
    String name = current == null ? "" : current.name();
    findings.accept(new Finding(kind, streamId, from, to, name, position, sizeBytes));
  }
}
