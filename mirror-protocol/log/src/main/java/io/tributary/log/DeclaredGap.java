package io.tributary.log;

import io.tributary.record.Digest;
import io.tributary.record.Gap;
import io.tributary.record.GapReason;
import java.util.ArrayList;
import java.util.List;

/// A Gap of a stream and the stream's digest behind it. Lists of them are ordered, without overlap, and immutable.
record DeclaredGap(Gap gap, long digestAtTo) {
  long from() {
    return gap.from();
  }

  long to() {
    return gap.to();
  }

  /// The list with one more Gap, where it is not covered yet; neighbours of one reason become one.
  static List<DeclaredGap> with(List<DeclaredGap> gaps, DeclaredGap added) {
    List<DeclaredGap> all = new ArrayList<>(gaps.size() + 1);
    long from = added.from();
    for (DeclaredGap gap : gaps) {
      if (gap.from() > from && from < added.to()) {
        long to = Math.min(gap.from(), added.to());
        append(all, piece(added, from, to, gap));
        from = to;
      }
      append(all, gap);
      if (gap.from() <= from) {
        from = Math.max(from, gap.to());
      }
    }
    if (from < added.to()) {
      append(all, new DeclaredGap(gapOf(from, added.to(), added), added.digestAtTo()));
    }
    return List.copyOf(all);
  }

  /// The list without what ends at or before an offset.
  static List<DeclaredGap> from(List<DeclaredGap> gaps, long offset) {
    return gaps.isEmpty() || gaps.get(0).to() > offset
        ? gaps
        : gaps.stream().filter(gap -> gap.to() > offset).toList();
  }

  /// The list without what lies at or behind an offset: a Gap may have grown with one that is not durable yet.
  static List<DeclaredGap> upTo(List<DeclaredGap> gaps, long offset) {
    if (gaps.isEmpty() || gaps.get(gaps.size() - 1).to() <= offset) {
      return gaps;
    }
    List<DeclaredGap> kept = new ArrayList<>();
    for (DeclaredGap gap : gaps) {
      if (gap.to() <= offset) {
        kept.add(gap);
      } else if (gap.from() < offset) {
        boolean isRefused = gap.gap().reason() == GapReason.DROP_NEWEST;
        long digest = isRefused ? gap.digestAtTo() : Digest.UNKNOWN;
        kept.add(new DeclaredGap(gapOf(gap.from(), offset, gap), digest));
      }
    }
    return List.copyOf(kept);
  }

  /// A part of a Gap before another. A refused reading never had a batch, so the digest is the same on both sides of
  /// its Gap; for other reasons nobody knows it.
  private static DeclaredGap piece(DeclaredGap whole, long from, long to, DeclaredGap next) {
    long digest = Digest.UNKNOWN;
    if (to == whole.to()) {
      digest = whole.digestAtTo();
    } else if (next.gap().reason() == GapReason.DROP_NEWEST) {
      digest = next.digestAtTo();
    }
    return new DeclaredGap(gapOf(from, to, whole), digest);
  }

  private static Gap gapOf(long from, long to, DeclaredGap whole) {
    return new Gap(from, to, whole.gap().reason());
  }

  private static void append(List<DeclaredGap> all, DeclaredGap gap) {
    DeclaredGap last = all.isEmpty() ? null : all.get(all.size() - 1);
    if (last != null && last.to() == gap.from() && last.gap().reason() == gap.gap().reason()) {
      all.set(all.size() - 1, new DeclaredGap(gapOf(last.from(), gap.to(), gap), gap.digestAtTo()));
    } else {
      all.add(gap);
    }
  }
}
