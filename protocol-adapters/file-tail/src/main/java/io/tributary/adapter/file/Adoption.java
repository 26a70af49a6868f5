package io.tributary.adapter.file;

import io.tributary.adapter.Counts;
import java.io.IOException;
import java.nio.channels.FileChannel;
import org.jspecify.annotations.Nullable;

/// Tells of a file that is seen for the first time in this life whether it is known from an earlier one, and where to begin.
final class Adoption {
  private final Ledger ledger;
  private final Window window;
  private final Counts<Counter> counts;
  private final int longestLine;

  Adoption(Ledger ledger, Window window, Counts<Counter> counts, int longestLine) {
    this.ledger = ledger;
    this.window = window;
    this.counts = counts;
    this.longestLine = longestLine;
  }

  /// @param isFromEnd where a file begins that nobody knows
  /// @throws IOException when it must be read to be told, and cannot
  /// @throws Moved when it is not where it was seen any more: the bytes of what is there now say nothing of it
  TailedFile adopt(Sighting sighting, boolean isFromEnd, long nowNanos) throws IOException {
    String key = ledger.keyOf(sighting.id());
    Mark mark = key == null ? null : ledger.dormant().get(key);
    TailedFile known = key == null || mark == null ? null : known(sighting, key, mark, nowNanos);
    if (known != null) {
      return known;
    }
    Mark born = ledger.born(sighting.name(), sighting.id(), window.nothing());
    Mark begin = isFromEnd ? atEnd(sighting, born) : born;
    return new TailedFile(sighting, null, begin, false, nowNanos);
  }

  /// @return null when another file has its inode by now
  private @Nullable TailedFile known(Sighting sighting, String key, Mark mark, long nowNanos)
      throws IOException {
    boolean isItsKey = key.equals(sighting.id().key());
    if (isItsKey && sighting.id().isOtherThan(mark.birthNanos())) {
      gone(mark);
      ledger.wake(key);
      return null;
    }
    boolean isSame = mark.position() == 0 ? isItsKey : knows(sighting, mark);
    if (!isSame && !isItsKey) {
      return null;
    }
    boolean isSaved = !ledger.wake(key) && isItsKey && isSame;
    String former = isItsKey ? null : key;
    Mark present = mark.present();
    if (!isSame) {
      counts.count(
          Counter.TRUNCATED,
          "%s was cut or written anew while it was not read; it is read from its beginning"
              .formatted(sighting.path()));
      present = ledger.moved(present, 0, false, window.nothing(), window.nothing());
    }
    return new TailedFile(sighting, former, present, isSaved, nowNanos);
  }

  /// Whether a file that has a name which is not asked for is the one of a mark, for sure.
  boolean isSurely(Sighting sighting, Mark mark) throws IOException {
    if (sighting.id().isOtherThan(mark.birthNanos())) {
      return false;
    }
    if (mark.position() > 0) {
      return knows(sighting, mark);
    }
    // Of what was not read there are no bytes to know it by; but a rotation leaves the name, and
    // adds to it.
    return (mark.birthNanos() != 0 && mark.birthNanos() == sighting.id().birthNanos())
        || sighting.name().startsWith(mark.name());
  }

  private boolean knows(Sighting sighting, Mark mark) throws IOException {
    try (FileChannel channel = sighting.open()) {
      return window.knows(channel, mark);
    }
  }

  /// What was in it when the path was first seen is passed over; a line that had no end then is read when it has.
  private Mark atEnd(Sighting sighting, Mark born) throws IOException {
    try (FileChannel channel = sighting.open()) {
      long size = channel.size();
      long line = window.lastLine(channel, size, longestLine);
      boolean isWithinLine = line < 0;
      long position = isWithinLine ? Math.min(size, window.end()) : line;
      byte[] tail = window.tail(position);
      window.fill(channel, 0);
      return ledger.moved(born, position, isWithinLine, window.head(position, tail), tail);
    }
  }

  /// A file of an earlier life is not there. It is told once: its mark says so from then on.
  void gone(Mark mark) {
    if (mark.goneMs() == 0) {
      counts.count(
          Counter.FILES_GONE,
          "%s, of which %d B were read, is gone: what was written behind them is lost"
              .formatted(mark.name(), mark.position()));
    }
  }
}
