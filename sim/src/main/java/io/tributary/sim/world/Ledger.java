package io.tributary.sim.world;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// What the devices wrote down: every reading, and every stream that they filled.
final class Ledger {
  private final List<Reading> readings = new ArrayList<>();
  private final TreeMap<Long, StreamBook> streams = new TreeMap<>();

  int nextId() {
    return readings.size();
  }

  void add(Reading reading) {
    if (reading.id() != readings.size()) {
      throw new IllegalArgumentException("not the next: " + reading);
    }
    readings.add(reading);
  }

  @Nullable Reading reading(int id) {
    return id < 0 || id >= readings.size() ? null : readings.get(id);
  }

  List<Reading> readings() {
    return readings;
  }

  StreamBook born(StreamBook stream) {
    if (streams.put(stream.streamId(), stream) != null) {
      throw new IllegalStateException("two streams drew one id");
    }
    return stream;
  }

  /// The book of the stream that goes on where another one was sealed; an image of a disk may bring it back.
  StreamBook succeeds(StreamBook sealed, long successor) {
    return streams.computeIfAbsent(successor, sealed::successor);
  }

  StreamBook stream(long streamId) {
    StreamBook stream = streams.get(streamId);
    if (stream == null) {
      throw new Violation("nobody began a stream " + streamId);
    }
    return stream;
  }

  Iterable<StreamBook> streams() {
    return streams.values();
  }
}
