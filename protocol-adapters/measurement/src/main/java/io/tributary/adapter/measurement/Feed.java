package io.tributary.adapter.measurement;

import io.tributary.adapter.Completion;
import io.tributary.adapter.Counts;
import io.tributary.adapter.Emitter;
import io.tributary.adapter.Reading;
import io.tributary.adapter.Refused;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;

/// The way into the journal for sources that cannot be told to wait: a line that talks, a sensor that is asked in time. Confined to
/// the adapter's thread, save {@link #counts} and {@link #waiting}.
///
/// What the journal has no room for waits here. When there is no more room here either, the newest are dropped, and in their
/// place a reading of quality `error` says how many and from when to when: their loss is as durable as they would have been.
public final class Feed {
  /// Without it, a class that is blocked for long would fill the heap.
  public static final int WAITING_BYTES = 1 << 20;

  /// What a reading takes beside its bytes, about.
  private static final long READING_BYTES = 200;

  private final Envelope envelope;
  private final String name;
  private final Emitter emitter;
  private final Counts<FeedCounter> counts = new Counts<>(FeedCounter.class);
  private final Deque<Reading> waiting = new ArrayDeque<>();
  private long waitingBytes;
  private long dropped;
  private long droppedFromMs;
  private long droppedToMs;
  private volatile int shownWaiting;

  /// @param name the adapter's, as the source of what is said of dropped readings
  public Feed(Envelope envelope, String name, Emitter emitter) {
    this.envelope = envelope;
    this.name = name;
    this.emitter = emitter;
  }

  /// Takes a measurement. Never blocks.
  ///
  /// @param nowMs when it came in
  /// @return whether it is kept; else it is counted among the dropped
  public boolean put(Measurement measurement, long nowMs) {
    Reading reading = envelope.reading(measurement, nowMs);
    flush();
    if (waiting.isEmpty() && dropped == 0 && emit(reading)) {
      return true;
    }
    if (waitingBytes + bytes(reading) > WAITING_BYTES) {
      drop(nowMs);
      return false;
    }
    tellDropped();
    await(reading);
    return true;
  }

  private void drop(long nowMs) {
    counts.count(FeedCounter.DROPPED);
    if (dropped == 0) {
      droppedFromMs = nowMs;
    }
    dropped++;
    droppedToMs = nowMs;
  }

  private void tellDropped() {
    if (dropped == 0) {
      return;
    }
    String reason =
        "dropped %d readings from %s to %s: the journal had no room"
            .formatted(
                dropped, Instant.ofEpochMilli(droppedFromMs), Instant.ofEpochMilli(droppedToMs));
    counts.example(reason);
    dropped = 0;
    await(envelope.reading(Measurement.error(name, reason), droppedToMs));
  }

  private void await(Reading reading) {
    waiting.add(reading);
    waitingBytes += bytes(reading);
    shownWaiting = waiting.size();
  }

  /// Hands over what waits, as far as the journal has room. To be called after each group.
  ///
  /// @return how many it took
  public int flush() {
    int done = 0;
    while (true) {
      Reading head = waiting.peek();
      if (head == null) {
        if (dropped == 0) {
          return done;
        }
        tellDropped();
      } else if (emit(head)) {
        waiting.remove();
        waitingBytes -= bytes(head);
        shownWaiting = waiting.size();
        done++;
      } else {
        return done;
      }
    }
  }

  private boolean emit(Reading reading) {
    return emitter.emit(
        reading,
        new Completion() {
          @Override
          public void durable(long offset) {
            counts.count(FeedCounter.LOGGED);
          }

          @Override
          public void refused(Refused reason) {
            counts.count(
                FeedCounter.of(reason), "a reading of topic " + reading.topic() + ": " + reason);
          }
        });
  }

  private static long bytes(Reading reading) {
    byte[] key = reading.key();
    byte[] value = reading.value();
    return READING_BYTES + (key == null ? 0 : key.length) + (value == null ? 0 : value.length);
  }

  /// How many readings wait for room. Any thread.
  public int waiting() {
    return shownWaiting;
  }

  public Counts<FeedCounter> counts() {
    return counts;
  }
}
