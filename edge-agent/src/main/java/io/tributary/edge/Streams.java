package io.tributary.edge;

import io.tributary.log.Admission;
import io.tributary.log.Journal;
import java.util.HashMap;
import java.util.Map;
import java.util.random.RandomGenerator;

/// The streams of one journal by topic. A stream is born with the first reading of its topic, under
/// a random id, so a topic works before the edge has ever seen its hub. Confined to the journal's
/// thread.
final class Streams {
  private final Journal journal;
  private final RandomGenerator random;
  private final Map<String, Long> ids = new HashMap<>();

  Streams(Journal journal, RandomGenerator random) {
    this.journal = journal;
    this.random = random;
    renew();
  }

  /// Readings may go to other streams than before: one was sealed, and its successor is whole.
  void renew() {
    journal.streams().forEach((topic, stream) -> ids.put(topic, stream.id()));
  }

  /// The id of a topic's stream; -1 when it cannot be born with the open group, which is full, or
  /// because the journal has all the streams that it can hold.
  long of(String topic) {
    Long known = ids.get(topic);
    if (known != null) {
      return known;
    }
    long id = random.nextLong() >>> 1;
    if (journal.createStream(id, topic) != Admission.ADMITTED) {
      return -1;
    }
    ids.put(topic, id);
    return id;
  }
}
