package io.tributary.edge;

import io.tributary.adapter.Completion;
import io.tributary.adapter.Emitter;
import io.tributary.adapter.Reading;
import io.tributary.adapter.Refused;
import io.tributary.adapter.StateChange;
import io.tributary.log.LogLimits;
import io.tributary.log.StateUpdate;
import io.tributary.record.EncodedHeaders;
import io.tributary.record.Header;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// The way of one adapter into the journals: gives every reading its origin and hands it to the
/// journal of its topic's class.
final class SourceEmitter implements Emitter {
  /// 2024-01-01: a clock that shows less was never set.
  static final long CLOCK_SET_MS = 1_704_067_200_000L;

  /// Half of what a journal can hold: what is on its way when this is reached fits into the rest.
  private static final long STATE_BYTES_GROWING = LogLimits.STATE_BYTES / 2;

  /// Of `edge`, `source` and `clock`, whose values have 249 characters at most.
  private static final int ORIGIN_BYTES_MOST = 512;

  private static final Header CLOCK_SUSPECT =
      new Header("clock", "suspect".getBytes(StandardCharsets.UTF_8));

  private final Journals journals;
  private final String statePrefix;
  private final Runnable afterGroup;
  private final Consumer<Throwable> onBug;
  private final List<Header> origin;
  private final List<Header> suspectOrigin;
  private final EncodedHeaders encodedOrigin;
  private final EncodedHeaders encodedSuspectOrigin;

  private volatile int sources;
  private volatile int blocked;
  private volatile boolean turnedAway;
  private volatile boolean touched;

  /// @param onBug told what the adapter threw on a journal's thread
  SourceEmitter(
      Journals journals,
      String edgeId,
      String adapter,
      Runnable afterGroup,
      Consumer<Throwable> onBug) {
    this.journals = journals;
    this.statePrefix = AdapterOutlet.statePrefix(adapter);
    this.afterGroup = afterGroup;
    this.onBug = onBug;
    this.origin =
        List.of(
            new Header("edge", edgeId.getBytes(StandardCharsets.UTF_8)),
            new Header("source", adapter.getBytes(StandardCharsets.UTF_8)));
    List<Header> suspect = new ArrayList<>(origin);
    suspect.add(CLOCK_SUSPECT);
    this.suspectOrigin = List.copyOf(suspect);
    this.encodedOrigin = EncodedHeaders.of(origin);
    this.encodedSuspectOrigin = EncodedHeaders.of(suspectOrigin);
  }

  @Override
  public boolean emit(Reading reading, Completion completion) {
    Submission submission =
        new Submission(this, List.of(reading), updates(reading.state()), completion);
    TransformLane lane = journals.laneOf(reading.topic());
    JournalAgent journal = journals.ofTopic(reading.topic());
    return lane == null ? offer(journal, submission) : offer(lane, journal, submission);
  }

  @Override
  public boolean emitTogether(
      List<Reading> readings, List<StateChange> changes, Completion completion) {
    JournalAgent journal = journals.ofTopic(readings.get(0).topic());
    List<StateUpdate> updates = new ArrayList<>();
    for (Reading reading : readings) {
      if (journals.ofTopic(reading.topic()) != journal) {
        throw new IllegalArgumentException(
            reading.topic() + " is not of the class of " + readings.get(0).topic());
      }
      updates.addAll(updates(reading.state()));
    }
    updates.addAll(updates(changes));
    return offer(journal, new Submission(this, readings, updates, completion));
  }

  @Override
  public boolean changeState(String className, List<StateChange> changes, Completion completion) {
    return offer(
        journals.ofClass(className), new Submission(this, List.of(), updates(changes), completion));
  }

  private List<StateUpdate> updates(List<StateChange> changes) {
    if (changes.isEmpty()) {
      return List.of();
    }
    List<StateUpdate> updates = new ArrayList<>(changes.size());
    for (StateChange change : changes) {
      updates.add(new StateUpdate(statePrefix + change.key(), change.value()));
    }
    return updates;
  }

  @Override
  public int togetherBytesMost(String className) {
    return journals.ofClass(className).journal().groupBytes();
  }

  @Override
  public int readingBytesMost() {
    int most = Integer.MAX_VALUE;
    for (JournalAgent journal : journals.all()) {
      most = Math.min(most, journal.journal().recordBytesMost());
    }
    return most - ORIGIN_BYTES_MOST;
  }

  @Override
  public boolean mayKeepMore(String className) {
    return journals.ofClass(className).journal().stateBytes() < STATE_BYTES_GROWING;
  }

  @Override
  public void waiting(int sources, int blocked) {
    this.sources = sources;
    this.blocked = blocked;
    if (blocked >= sources) {
      journals.wakeAll();
    }
  }

  private boolean offer(JournalAgent journal, Submission submission) {
    TransformLane held = journals.holding(submission.updates(), journal.className());
    if (held != null) {
      return offer(held, journal, submission);
    }
    journal.add(this);
    if (journal.offer(submission)) {
      return true;
    }
    // Said before the second try: had the queue been emptied in between, nobody would tell the
    // adapter.
    turnedAway = true;
    return journal.offer(submission);
  }

  private boolean offer(TransformLane lane, JournalAgent journal, Submission submission) {
    journal.add(this);
    if (lane.offer(submission)) {
      return true;
    }
    turnedAway = true; // as above
    return lane.offer(submission);
  }

  int sources() {
    return sources;
  }

  int blocked() {
    return blocked;
  }

  /// The reading's headers with its origin before them. The hub refuses a record whose `edge` is
  /// not the session's.
  EncodedHeaders stamp(Reading reading, long nowMs) {
    boolean suspect = nowMs < CLOCK_SET_MS;
    if (reading.headers().isEmpty()) {
      return suspect ? encodedSuspectOrigin : encodedOrigin;
    }
    List<Header> stamped = suspect ? suspectOrigin : origin;
    List<Header> all = new ArrayList<>(stamped.size() + reading.headers().size());
    all.addAll(stamped);
    all.addAll(reading.headers());
    return EncodedHeaders.of(all);
  }

  /// Tells the adapter what became of a submission. One that throws has a bug and fails alone: the others of the group are told
  /// all the same, and once.
  void complete(Submission submission, long offset, @Nullable Refused refusal) {
    touched = true;
    try {
      if (refusal == null) {
        submission.completion().durable(offset);
      } else {
        submission.completion().refused(refusal);
      }
    } catch (RuntimeException | Error bug) {
      onBug.accept(bug);
    }
  }

  /// After a group: tells the adapter when something of its own was completed, or when it was
  /// turned away before and may try again.
  void afterGroup() {
    if (touched || turnedAway) {
      touched = false;
      turnedAway = false;
      try {
        afterGroup.run();
      } catch (RuntimeException | Error bug) {
        onBug.accept(bug);
      }
    }
  }
}
