package io.tributary.adapter.http;

import io.tributary.adapter.Completion;
import io.tributary.adapter.Counts;
import io.tributary.adapter.Emitter;
import io.tributary.adapter.Reading;
import io.tributary.adapter.Refused;
import io.tributary.adapter.StateChange;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// The readings of one request on their way to a journal, and what became of them.
///
/// Each reading of a request with an idempotency key carries how many elements are decided with it; so whatever ends the edge,
/// the disk knows where a repeat goes on. What the quota dropped, or is too large, is known afterwards only: then one more change
/// says so, before the client is answered.
///
/// The event loop owns it. As a completion it is called on the thread of one journal, in the order of the readings; what that
/// thread writes is read behind `completed`.
final class Submission implements Completion {
  private final String topic;
  private final String className;
  private final List<Reading> readings;
  private final WaitingBytes.Share share;
  private final @Nullable KnownRequest known;
  private final Counts<Counter> counts;
  private final int from;
  private final int refusedBefore;
  private @Nullable Consumer<Answer> client;

  private int next;
  private int seen;
  private boolean isCut;
  private boolean isOutcomeSaid;
  private long movedNanos;

  // The journal's thread writes.
  private Tally tally;
  private @Nullable Tally beforeFailure;
  private int firstFailed;
  private boolean isLoggedBehindFailure;
  private volatile int completed;
  private volatile boolean isOutcomeDurable;

  /// @param readings all of the request
  /// @param known null: it has no key
  /// @param client told once
  Submission(
      String topic,
      String className,
      List<Reading> readings,
      WaitingBytes.Share share,
      @Nullable KnownRequest known,
      Counts<Counter> counts,
      Consumer<Answer> client,
      long nowNanos) {
    this.topic = topic;
    this.className = className;
    this.readings = readings;
    this.share = share;
    this.known = known;
    this.counts = counts;
    this.client = client;
    this.from = known == null ? 0 : known.decided;
    this.tally = known == null ? Tally.EMPTY : known.tally;
    this.refusedBefore = tally.refused();
    this.next = from;
    this.movedNanos = nowNanos;
  }

  // ---- on the journal's thread

  @Override
  public void durable(long offset) {
    counts.count(Counter.LOGGED);
    tally = tally.withLogged(offset);
    isLoggedBehindFailure |= beforeFailure != null;
    completed = completed + 1;
  }

  @Override
  public void refused(Refused reason) {
    counts.count(
        Counter.of(reason),
        "a reading of topic " + topic + " was refused by its journal: " + reason);
    switch (reason) {
      case QUOTA -> tally = tally.withQuota();
      case TOO_LARGE -> tally = tally.withTooLarge();
      case FAILED, SHUTDOWN -> {
        if (beforeFailure == null) {
          beforeFailure = tally;
          firstFailed = from + completed;
        }
      }
    }
    completed = completed + 1;
  }

  /// What became of the change that says the outcome: whatever it was, nobody waits for it any more.
  private final Completion outcome =
      new Completion() {
        @Override
        public void durable(long offset) {
          isOutcomeDurable = true;
        }

        @Override
        public void refused(Refused reason) {
          isOutcomeDurable = true;
        }
      };

  // ---- on the event loop

  String className() {
    return className;
  }

  /// Sees what the journal has done since the last look.
  void look(long nowNanos) {
    int now = completed;
    if (now != seen) {
      seen = now;
      movedNanos = nowNanos;
    }
    isCut |= seen > 0 && beforeFailure != null;
  }

  boolean hasMore() {
    return (!isCut && next < readings.size()) || isOutcomeDue();
  }

  /// Hands the next over.
  ///
  /// @return false when the journal has no room
  boolean offer(Emitter emitter, long nowNanos) {
    if (isOutcomeDue()) {
      isOutcomeSaid = emitter.changeState(className, change(decided(), decidedTally()), outcome);
      return isOutcomeSaid;
    }
    List<StateChange> changes = change(next + 1, tallyToCarry());
    if (!emitter.emit(readings.get(next).with(changes), this)) {
      return false;
    }
    next++;
    movedNanos = nowNanos;
    return true;
  }

  private List<StateChange> change(int decided, Tally with) {
    return known == null
        ? List.of()
        : List.of(new StateChange(known.stateKey, known.state(decided, with).encode()));
  }

  /// As it was found: the journal's thread may be writing the present one.
  private Tally tallyToCarry() {
    return known == null ? Tally.EMPTY : known.tally;
  }

  private boolean isOutcomeDue() {
    if (known == null || isOutcomeSaid || inFlight() > 0 || (!isCut && next < readings.size())) {
      return false;
    }
    return seen > 0
        && (beforeFailure == null ? tally.refused() > refusedBefore : isLoggedBehindFailure);
  }

  /// How many readings the journal has taken and not completed.
  int inFlight() {
    return next - from - seen;
  }

  boolean isInFlight() {
    return inFlight() > 0 || (isOutcomeSaid && !isOutcomeDurable);
  }

  boolean isDone() {
    return !hasMore() && !isInFlight();
  }

  /// Up to where each element is logged, or refused for good. Behind it, a repeat may log again what is logged, where a journal
  /// without room for state has refused one element and taken the next: that is better than to lose one.
  private int decided() {
    return beforeFailure == null ? from + seen : firstFailed;
  }

  private Tally decidedTally() {
    return beforeFailure == null ? tally : beforeFailure;
  }

  /// Whether nothing has moved for so long.
  boolean isStuck(long nowNanos, Duration patience) {
    return client != null && nowNanos - movedNanos > patience.toNanos();
  }

  /// Emits nothing more, and tells the client.
  void giveUp(Duration waited) {
    isCut = true;
    counts.count(
        Counter.JOURNAL_TIMED_OUT,
        "a request of %d readings of topic %s: its journal (%s) did not go on for %d s"
            .formatted(readings.size(), topic, className, waited.toSeconds()));
    tell(Answer.tooLate(topic, seen == 0 ? tallyToCarry() : tally, inFlight(), waited));
  }

  /// Nothing more comes: what is owed is said, and what it held is given back.
  void end(Keys keys) {
    share.close();
    if (known != null) {
      keys.end(known, className, decided(), decidedTally(), next > from);
    }
    boolean isWhole = decided() == readings.size();
    tell(isWhole ? Answer.decided(topic, tally) : Answer.failed(topic, tally));
  }

  private void tell(Answer answer) {
    Consumer<Answer> told = client;
    client = null;
    if (told != null) {
      told.accept(answer);
    }
  }
}
