package io.tributary.edge.pipeline;

import io.tributary.adapter.Counts;
import io.tributary.adapter.Found;
import io.tributary.adapter.Outlet;
import io.tributary.adapter.TopicPosition;
import io.tributary.adapter.TopicReader;
import io.tributary.record.Record;
import io.tributary.smartmodule.GuestFailed;
import io.tributary.smartmodule.Lookback;
import io.tributary.smartmodule.PipelineRun;
import io.tributary.smartmodule.PipelineRun.Input;
import io.tributary.smartmodule.StartAt;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What a pipeline reads: the records of a topic at places that count along it, over all streams that it has had. {@link Course}
/// knows which stream's offset is which.
final class Source implements AutoCloseable {
  /// What is read ahead of the chain.
  private static final int RECORDS_MOST = 1_000;

  private static final long BYTES_MOST = 256 << 10;

  /// Of a look back by age.
  private static final long LOOK_BACK_MOST = 100_000;

  private final TopicReader reader;
  private final Counts<Counter> counts;

  private Course course = Course.UNKNOWN;

  /// What has been read and not taken.
  private final List<Input> inputs = new ArrayList<>();

  private long inputsTo;

  private volatile long ahead;

  Source(String topic, Outlet outlet, Runnable wake, Counts<Counter> counts) {
    this.reader = outlet.read(topic, TopicPosition.OLDEST, wake);
    this.counts = counts;
  }

  /// Reads on where a pipeline was.
  void open(Course saved, long place) {
    course = saved;
    seek(place);
  }

  /// Begins anew: the place 0 is where the pipeline begins.
  void begin(StartAt start) {
    TopicPosition first =
        switch (start) {
          case StartAt.Earliest earliest -> TopicPosition.OLDEST;
          case StartAt.Time time -> TopicPosition.OLDEST; // and looks for it
          case StartAt.Latest latest -> newest();
          case StartAt.Offset(long offset) -> {
            TopicPosition newest = newest();
            yield newest.equals(TopicPosition.OLDEST)
                ? newest
                : new TopicPosition(newest.stream(), Math.min(offset, newest.offset()));
          }
        };
    open(Course.beginningAt(first), 0);
  }

  private TopicPosition newest() {
    reader.seek(TopicPosition.NEWEST);
    return reader.position();
  }

  /// What a search has come to.
  enum Search {
    FOUND,
    GOES_ON,
    NOTHING_MORE
  }

  /// Looks for a record that is not older, a while, and begins there.
  Search find(long timeMs) throws IOException {
    for (int i = 0; i < RECORDS_MOST; i++) {
      Found found = reader.next();
      ahead = reader.ahead();
      if (found == null) {
        reader.done(reader.position()); // it is all too old
        return Search.NOTHING_MORE;
      }
      if (found instanceof Found.Stored stored && stored.record().timestampMs() >= timeMs) {
        open(Course.beginningAt(stored.at()), 0);
        return Search.FOUND;
      }
    }
    return Search.GOES_ON;
  }

  /// Reads again, or on, from a place that lies on the course.
  void seek(long place) {
    inputs.clear();
    inputsTo = place;
    reader.seek(course.at(place));
  }

  /// Shows a chain what the topic has before its place.
  void lookBack(PipelineRun run, Lookback lookback) throws GuestFailed, IOException {
    TopicPosition at = reader.position();
    if (at.offset() == 0) {
      return;
    }
    long last = lookback.last() > 0 ? lookback.last() : Long.MAX_VALUE;
    long from = Math.max(0, at.offset() - Math.min(last, LOOK_BACK_MOST));
    reader.seek(new TopicPosition(at.stream(), from));
    List<Input> earlier = new ArrayList<>();
    while (reader.position().stream() == at.stream() && reader.position().offset() < at.offset()) {
      Found next = reader.next();
      if (next == null) {
        break;
      }
      if (next instanceof Found.Stored stored) {
        earlier.add(new Input(stored.at().offset(), stored.record()));
      }
    }
    reader.seek(at);
    Duration age = lookback.age();
    if (age != null && !earlier.isEmpty()) {
      long newest = earlier.get(earlier.size() - 1).record().timestampMs();
      earlier.removeIf(input -> input.record().timestampMs() < newest - age.toMillis());
    }
    run.lookBack(earlier);
  }

  /// Reads what the topic has more, as far as there is room.
  ///
  /// @return how much was found
  int read(PipelineRun run) throws IOException {
    long bytes = 0;
    int count = 0;
    while (inputs.size() < RECORDS_MOST && bytes < BYTES_MOST) {
      Found found = reader.next();
      if (found == null) {
        break;
      }
      course = course.along(found, Math.max(inputsTo, run.next()));
      count++;
      switch (found) {
        case Found.Stored stored -> {
          long place = course.place(stored.at());
          Record record = stored.record();
          inputsTo = place + 1;
          if (place >= run.next()) {
            inputs.add(new Input(place, record));
            bytes += length(record.key()) + length(record.value());
          }
        }
        case Found.Missing missing -> {
          inputsTo = course.place(missing.behind());
          counts.count(Counter.MISSED, missing.count());
          counts.example(
              missing.count()
                  + " records were gone before this pipeline had read them"
                  + (inputsTo <= run.progress().position()
                      ? ", for the second time, to make the state of its guests again: "
                      : ": ")
                  + missing.why());
        }
      }
    }
    ahead = reader.ahead();
    return count;
  }

  private static int length(byte @Nullable [] bytes) {
    return bytes == null ? 0 : bytes.length;
  }

  List<Input> inputs() {
    return List.copyOf(inputs);
  }

  /// The topic has nothing else below this place.
  long inputsTo() {
    return inputsTo;
  }

  /// Takes out what lies before a place.
  ///
  /// @return how many that were
  int take(long before) {
    int taken = 0;
    while (taken < inputs.size() && inputs.get(taken).offset() < before) {
      taken++;
    }
    inputs.subList(0, taken).clear();
    return taken;
  }

  /// The position at a place.
  TopicPosition at(long place) {
    return course.at(place);
  }

  /// What is to be saved with a state that is due at a place.
  byte[] course(long place) {
    return course.from(place).encode();
  }

  /// What lies before a position is not needed any more.
  void done(TopicPosition before) {
    reader.done(before);
  }

  /// How many readings lie ahead. Any thread.
  long ahead() {
    return ahead;
  }

  @Override
  public void close() {
    reader.close();
  }
}
