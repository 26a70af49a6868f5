package io.tributary.adapter.http;

/// What became of the elements of a request, so far.
///
/// @param logged on disk
/// @param quota that a Gap stands for
/// @param tooLarge that no batch can hold
/// @param firstOffset of those that are logged; {@link #UNKNOWN} when there is none, or an earlier life logged it
/// @param lastOffset likewise
record Tally(int logged, int quota, int tooLarge, long firstOffset, long lastOffset) {
  static final long UNKNOWN = -1;
  static final Tally EMPTY = new Tally(0, 0, 0, UNKNOWN, UNKNOWN);

  Tally withLogged(long offset) {
    return new Tally(logged + 1, quota, tooLarge, logged == 0 ? offset : firstOffset, offset);
  }

  Tally withQuota() {
    return new Tally(logged, quota + 1, tooLarge, firstOffset, lastOffset);
  }

  Tally withTooLarge() {
    return new Tally(logged, quota, tooLarge + 1, firstOffset, lastOffset);
  }

  int refused() {
    return quota + tooLarge;
  }
}
