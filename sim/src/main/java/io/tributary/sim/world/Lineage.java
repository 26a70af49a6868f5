package io.tributary.sim.world;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The readings of one stream that one disk holds, by offset; null where it went over a tail that it had lost.
final class Lineage {
  private final StreamBook book;
  private final List<@Nullable Reading> live = new ArrayList<>();

  /// What an image of a disk holds of a stream, by offset.
  record Past(List<@Nullable Reading> readings, List<Reading.State> states) {
    static final Past NOTHING = new Past(List.of(), List.of());
  }

  Lineage(StreamBook book) {
    this.book = book;
  }

  /// The same past, on another disk, which answers only for what it adds.
  Lineage copy() {
    Lineage copy = new Lineage(book);
    copy.jumpTo(end());
    return copy;
  }

  StreamBook book() {
    return book;
  }

  long end() {
    return live.size();
  }

  @Nullable Reading at(long offset) {
    return live.get((int) offset);
  }

  void add(Reading reading) {
    Violation.check(
        reading.offset() == live.size(),
        "%s got offset %d where %d was next",
        book,
        reading.offset(),
        live.size());
    live.add(reading);
  }

  void jumpTo(long offset) {
    while (live.size() < offset) {
      live.add(null);
    }
  }

  /// What lies below `end`, to come back with an image of the disk.
  Past past(long end) {
    List<@Nullable Reading> readings =
        new ArrayList<>(live.subList(0, (int) Math.min(end, live.size())));
    List<Reading.State> states = new ArrayList<>();
    for (Reading reading : readings) {
      states.add(reading == null ? Reading.State.KEPT : reading.state());
    }
    return new Past(readings, states);
  }

  /// The disk is that of an image: what was written since is lost by an accident.
  void leaves(Past image) {
    List<@Nullable Reading> past = image.readings();
    for (int offset = 0; offset < live.size(); offset++) {
      Reading reading = live.get(offset);
      if (reading != null && (offset >= past.size() || past.get(offset) != reading)) {
        reading.state(Reading.State.EXCUSED);
      }
    }
  }

  /// The disk is that of an image: what was lost since, or lay elsewhere, is there again.
  void becomes(Past image) {
    List<@Nullable Reading> past = image.readings();
    for (int offset = 0; offset < past.size(); offset++) {
      Reading reading = past.get(offset);
      if (reading != null) {
        reading.state(image.states().get(offset));
      }
    }
    live.clear();
    live.addAll(past);
  }

  /// The stream was sealed: what lies behind `at` goes on in its successor.
  void sealedAt(long at, Lineage successor) {
    for (long offset = at; offset < live.size(); offset++) {
      Reading reading = at(offset);
      if (reading != null) {
        reading.goesOnIn(successor.book.streamId(), offset - at);
      }
      successor.live.add(reading);
    }
    live.subList((int) at, live.size()).clear();
    book.forkResolved();
  }

  /// What a restart left: everything below `end`.
  ///
  /// @param isExcused whether acknowledged readings may be lost with it
  void restartedAt(long end, boolean isExcused) {
    for (int offset = 0; offset < live.size(); offset++) {
      Reading reading = live.get(offset);
      if (reading == null) {
        continue;
      }
      if (offset < end) {
        if (reading.state() == Reading.State.OPEN) {
          reading.state(Reading.State.KEPT);
          reading.doubt();
        }
      } else if (reading.state() == Reading.State.OPEN) {
        reading.state(isExcused ? Reading.State.EXCUSED : Reading.State.VANISHED);
      } else {
        Violation.check(
            Violation.Kind.MISSING,
            isExcused,
            "%s was acknowledged, and %s ends at %d after a restart",
            reading,
            book,
            end);
        reading.state(Reading.State.EXCUSED);
      }
    }
    if (end < live.size()) {
      live.subList((int) end, live.size()).clear();
    }
  }
}
