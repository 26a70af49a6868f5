package io.tributary.adapter.memory;

import io.tributary.adapter.Found;
import io.tributary.adapter.Reading;
import io.tributary.adapter.TopicPosition;
import io.tributary.adapter.TopicReader;
import io.tributary.record.Record;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Reads a topic of a {@link MemoryOutlet}, of which every reading is kept.
final class MemoryTopicReader implements TopicReader {
  private static final long STREAM = 1;

  private final Supplier<List<Reading>> readings;
  private final Runnable onClose;
  private long due;

  MemoryTopicReader(Supplier<List<Reading>> readings, TopicPosition from, Runnable onClose) {
    this.readings = readings;
    this.due = Math.min(from.offset(), readings.get().size());
    this.onClose = onClose;
  }

  @Override
  public @Nullable Found next() {
    List<Reading> all = readings.get();
    if (due >= all.size()) {
      return null;
    }
    Reading next = all.get((int) due);
    TopicPosition at = new TopicPosition(STREAM, due++);
    return new Found.Stored(
        at, new Record(next.timestampMs(), next.key(), next.value(), next.headers()));
  }

  @Override
  public long ahead() {
    return readings.get().size() - due;
  }

  @Override
  public TopicPosition position() {
    return new TopicPosition(STREAM, due);
  }

  @Override
  public void seek(TopicPosition position) {
    due = Math.min(position.offset(), readings.get().size());
  }

  @Override
  public void done(TopicPosition before) {}

  @Override
  public void close() {
    onClose.run();
  }
}
