package io.tributary.sim.world;

import java.io.PrintWriter;
import org.jspecify.annotations.Nullable;

/// What happened in a world, in order, as one number; and in words, for whoever looks at one seed.
final class Trace {
  private final Timeline timeline;
  private final @Nullable PrintWriter words;
  private long digest = 1;
  private long notes;

  /// @param words where the notes are printed; null: they only count
  Trace(Timeline timeline, @Nullable PrintWriter words) {
    this.timeline = timeline;
    this.words = words;
  }

  void note(String who, String what, long first, long second) {
    mix(timeline.elapsedNanos());
    mix(who.hashCode());
    mix(what.hashCode());
    mix(first);
    mix(second);
    notes++;
    if (words != null) {
      words.printf(
          "%12.6f  %-8s %s %d %d%n", timeline.elapsedNanos() / 1e9, who, what, first, second);
    }
  }

  void note(String who, String what) {
    mix(timeline.elapsedNanos());
    mix(who.hashCode());
    mix(what.hashCode());
    notes++;
    if (words != null) {
      words.printf("%12.6f  %-8s %s%n", timeline.elapsedNanos() / 1e9, who, what);
    }
  }

  /// Only counts: for what is too frequent to be read.
  void mix(long value) {
    long z = (digest ^ value) * 0x9E37_79B9_7F4A_7C15L;
    digest = z ^ (z >>> 29);
  }

  boolean isTold() {
    return words != null;
  }

  long digest() {
    return digest;
  }

  long notes() {
    return notes;
  }
}
