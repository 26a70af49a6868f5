package io.tributary.sim.audit;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/// What the rounds expected of the audit, and what it said.
final class Findings {
  private static final int WRONG_MOST = 20;

  private final List<String> wrong = new ArrayList<>();
  private int rounds;
  private int flips;
  private int removals;
  private int files;
  private int controls;
  private int audits;
  private int named;
  private int proven;
  private long recordsCompared;
  private int healed;
  private long differences;

  void round(int flipped, int removed) {
    rounds++;
    flips += flipped;
    removals += removed;
    controls += flipped + removed == 0 ? 1 : 0;
  }

  void lostFiles(int count) {
    files += count;
  }

  /// Holds an answer against what must be named: these ranges, and nothing else.
  ///
  /// @param lengths by topic, how many readings were acknowledged
  void audited(String when, Answer answer, Set<Range> expected, Map<String, Long> lengths) {
    audits++;
    recordsCompared += answer.records();
    List<Range> wanted = new ArrayList<>(new TreeSet<>(expected));
    named += (int) answer.named().stream().filter(expected::contains).distinct().count();
    if (!answer.named().equals(wanted)) {
      differ(when + ": named " + answer.named() + " instead of " + wanted);
    }
    if (answer.clean() != wanted.isEmpty() || answer.exitStatus() != (wanted.isEmpty() ? 0 : 1)) {
      differ("%s: clean %s, status %d".formatted(when, answer.clean(), answer.exitStatus()));
    }
    if (!answer.unproven().isEmpty()) {
      differ(when + ": not proven: " + answer.unproven());
    }
    if (!answer.isCompared()) {
      differ(when + ": the edge did not take part for all streams");
    }
    lengths.forEach((topic, length) -> {
      long first =
          wanted.stream()
              .filter(r -> r.topic().equals(topic))
              .mapToLong(Range::from)
              .min()
              .orElse(-1);
      long proved = answer.proved().getOrDefault(topic, -1L);
      long end = answer.ends().getOrDefault(topic, -1L);
      boolean isProven = proved == length && end == length;
      if (first < 0 ? !isProven : proved > first || end != length) {
        differ(
            "%s: %s is proven to %d of %d, where %d were acknowledged and the first damage is at %d"
                .formatted(when, topic, proved, end, length, first));
      } else if (first < 0) {
        proven++;
      }
    });
  }

  /// Holds what `_gaps` tells against the ranges of which no bytes are left: each must be told once.
  void told(String when, List<Range> told, Set<Range> absent) {
    Set<Range> once = new HashSet<>(told);
    if (!once.equals(absent) || told.size() != absent.size()) {
      differ(when + ": _gaps tells " + told + " instead of " + absent);
    }
  }

  void healed(int count, String when, long byTheHub) {
    healed += count;
    if (byTheHub != count) {
      differ(when + ": the hub healed " + byTheHub + " batches instead of " + count);
    }
  }

  private void differ(String what) {
    differences++;
    if (wrong.size() < WRONG_MOST) {
      wrong.add(what);
    }
  }

  int rounds() {
    return rounds;
  }

  int flips() {
    return flips;
  }

  int removals() {
    return removals;
  }

  /// Files that were deleted, and came back.
  int files() {
    return files;
  }

  /// Rounds in which nothing was done.
  int controls() {
    return controls;
  }

  int audits() {
    return audits;
  }

  /// Ranges that were named exactly, over all audits.
  int named() {
    return named;
  }

  /// How often a stream of which nothing was damaged was proven to its end.
  int proven() {
    return proven;
  }

  long recordsCompared() {
    return recordsCompared;
  }

  /// Batches that the edge gave back.
  int healed() {
    return healed;
  }

  long differences() {
    return differences;
  }

  /// The first of them, in words.
  List<String> wrong() {
    return Collections.unmodifiableList(wrong);
  }
}
