package io.tributary.session;

import io.tributary.record.Digest;

/// Finds the last offset of a stream below which edge and hub hold the same, by halving what is left between an offset
/// where their digests agree and one where they do not. Pure: it names an offset, and is told what lies there.
///
/// ```
///  0 ── agree ── ▶ agreed ··· unread ··· differs ◀ ── differ ── end
/// ```
///
/// Digests are known where batches end, so it is the edge's batches that are tried. A batch that differs differs as a
/// whole: what an edge commits is a batch, and an image of its disk holds all of it or nothing. So a record of a batch
/// that differs was acknowledged by another life than the hub's, however alike they look.
///
/// Where an end no longer knows its digest the place is passed over, and nothing is concluded from it. If such places are
/// left between what agrees and what differs, what the hub acknowledged counts as agreed, unless the hub was put back
/// since; the rest may be at the hub, and nobody can tell: {@link #unprovenTo}.
final class ForkSearch {
  /// The most questions to the hub; each but a few halves what is left of at most 2^46 offsets.
  static final int QUESTIONS_MOST = 256;

  private final long acked;

  /// Agreed upon, and where the first batch known to differ ends.
  private long agreed;

  private long differs;

  /// Nothing in (agreed, read] is left to be tried, nor at or behind `unread`.
  private long read;

  private long unread;

  /// The lowest place where a digest was unknown, below which it is still to be looked; -1: none.
  private long lowestUnknown = -1;

  /// Whether a place was unknown between `unread` and `differs`; a later agreement below does not tell of it.
  private boolean isUnknownAbove;

  private boolean isCutShort;
  private int questions;
  private long tried;
  private boolean isOver;

  /// @param top nothing above it can agree: the less of the two ends
  /// @param acked what the hub has acknowledged; 0 when that is no evidence
  ForkSearch(long top, long acked) {
    this.acked = Math.min(acked, top);
    this.differs = top + 1;
    this.unread = top + 1;
  }

  /// The offset at or below which the edge's next boundary is to be tried; -1 when the search is over.
  long next() {
    if (unread - read <= 1 && !isOver) {
      turn();
    }
    if (isOver) {
      return -1;
    }
    tried = read + (unread - read) / 2;
    return tried;
  }

  /// The edge's boundary at or below what `next` named; one above it tells nothing.
  ///
  /// @return whether the hub's digest there is wanted; if not, ask for the next offset
  boolean boundary(long at, long digest) {
    if (at <= read) {
      read = tried;
      return false;
    }
    if (digest == Digest.UNKNOWN || at > tried) {
      unknown(Math.min(at, tried));
      return false;
    }
    questions++;
    return true;
  }

  /// What the hub says of the boundary.
  void compare(long at, long edgeDigest, long hubDigest) {
    if (hubDigest == Digest.UNKNOWN || hubDigest == Digest.INSIDE_GAP) {
      unknown(at);
    } else if (Digest.agree(edgeDigest, hubDigest)) {
      agreed = at;
      read = tried;
      lowestUnknown = -1;
    } else {
      differs = Math.min(differs, at);
      unread = at;
      isUnknownAbove = false;
    }
    if (questions >= QUESTIONS_MOST) {
      isCutShort = true;
      isOver = true;
    }
  }

  /// Below it the digests agree.
  long proven() {
    return agreed;
  }

  /// Where the two part.
  long agreed() {
    return Math.max(agreed, isUnproven() ? Math.min(acked, differs - 1) : 0);
  }

  /// Up to where nobody can tell whether the hub has it; equal to `agreed` when all is known.
  long unprovenTo() {
    return isUnproven() ? Math.max(differs - 1, agreed()) : agreed();
  }

  private boolean isUnproven() {
    return isCutShort || isUnknownAbove || lowestUnknown >= 0;
  }

  private void unknown(long at) {
    lowestUnknown = lowestUnknown < 0 ? at : Math.min(lowestUnknown, at);
    read = tried;
  }

  /// All between `read` and `unread` is tried: what lies below an unknown place may still be.
  private void turn() {
    if (lowestUnknown <= agreed) {
      isOver = true;
      return;
    }
    read = agreed;
    unread = lowestUnknown;
    isUnknownAbove = true;
    lowestUnknown = -1;
    isOver = unread - read <= 1;
  }
}
