package io.tributary.core.pipeline;

import io.tributary.record.BatchRefused;
import io.tributary.smartmodule.GuestFailed;
import io.tributary.smartmodule.PipelineRun;
import io.tributary.smartmodule.Progress;
import io.tributary.store.Partition;
import io.tributary.store.StoreRefused;
import io.tributary.store.Subscription;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/// One partition of a pipeline: from a source partition to a derived one.
///
/// ```
///  attached ─▶ settled ──────────▶ resting ◀──────────────┐
///     ▲         (LaneStart)         │ source has more     │ nothing to do for minutes, or another wants its room:
///     │                             ▼                     │ its state is saved
///     │ resumed, reset            open: read, step, cut ──┘
///     │                             │ portions, written by LaneWriter
///     └───────── stopped ◀──────────┘ somebody else wrote, the policy `stop`, the state cannot be used
/// ```
///
/// Confined to its agent's thread, but for what says otherwise.
final class Lane {
  private static final System.Logger LOG = System.getLogger(Lane.class.getName());

  /// While so many portions wait for the disk no more are made.
  private static final int PORTIONS_MOST = 2;

  private final LaneOwner owner;
  private final int index;
  private final LaneWriter writer;

  /// Whether it is among those that the agent is to look at. Any thread.
  private final AtomicBoolean isQueued = new AtomicBoolean();

  private @Nullable Partition source;
  private UUID sourceId = Control.NO_SOURCE;
  private @Nullable Subscription subscription;

  private boolean isSettled;
  private boolean isResetWanted;
  private @Nullable PipelineRun run;
  private @Nullable SourceReader reader;
  private List<PipelineRun.Input> inputs = new ArrayList<>();

  /// Where the run is: behind everything that waits for the disk.
  private Point tail =
      new Point(new Progress(0, "", 0, 0, List.of(), new byte[0]), -1, Counts.NONE);

  private @Nullable String stopBehind;
  private long openedNanos;
  private long usedNanos;
  private long retryAtNanos;
  private long retryNanos;

  private volatile @Nullable String stopped;
  private volatile @Nullable String trouble;
  private volatile @Nullable Partition shownSource;
  private volatile long shownMemory;

  /// What came of a turn.
  enum Turn {
    /// Something was done, and there may be more.
    DONE,
    /// The store's answer brings it back.
    WRITES,
    /// Guests of another must be put away first.
    WAITS_FOR_ROOM,
    /// To be tried again some time later.
    LATER,
    /// Until something comes.
    RESTS
  }

  Lane(LaneOwner owner, int index) {
    this.owner = owner;
    this.index = index;
    this.writer = new LaneWriter(owner, this, index);
  }

  int index() {
    return index;
  }

  LaneWriter writer() {
    return writer;
  }

  boolean isAttached() {
    return source != null;
  }

  UUID sourceId() {
    return sourceId;
  }

  /// Marks it as queued; false when it was already. Any thread.
  boolean queue() {
    return isQueued.compareAndSet(false, true);
  }

  void unqueue() {
    isQueued.set(false);
  }

  /// Reads this partition from now on.
  void attach(Partition partition, UUID topicId) {
    detach();
    source = partition;
    shownSource = partition;
    sourceId = topicId;
    subscription = partition.subscribe(() -> owner.ready(this));
    unsettle();
    owner.ready(this);
  }

  /// The source is gone.
  void detach() {
    Subscription old = subscription;
    subscription = null;
    if (old != null) {
      old.close();
    }
    source = null;
    shownSource = null;
    letGo();
  }

  /// Looks again at what the log and the topics say, as after a start.
  void unsettle() {
    stopped = null;
    trouble = null;
    retryAtNanos = 0;
    retryNanos = 0;
    if (writer.isFree()) {
      forget();
    } else {
      isResetWanted = true;
    }
  }

  private void forget() {
    isResetWanted = false;
    isSettled = false;
    stopBehind = null;
    writer.forget();
    letGo();
  }

  /// Puts its guests away as they are.
  private void letGo() {
    run = null;
    reader = null;
    inputs = new ArrayList<>();
    shownMemory = 0;
    owner.closed(this);
  }

  // --- what others see; any thread

  /// Why it goes no further, or null.
  @Nullable String stopped() {
    return stopped;
  }

  /// What it tries again, or null.
  @Nullable String trouble() {
    return trouble;
  }

  long memoryBytes() {
    return shownMemory;
  }

  LaneStatus status() {
    long position = writer.shown().position();
    long end = position;
    Partition from = shownSource;
    try {
      end = from == null ? position : from.endOffset();
    } catch (StoreRefused unreadable) {
      // its trouble says so
    }
    String why = stopped;
    return new LaneStatus(
        index,
        position,
        end,
        Math.max(0, end - position),
        writer.shown().progress().generation(),
        why != null,
        why == null ? trouble : why);
  }

  // --- its turns

  /// Does a bounded piece of what there is to do.
  ///
  /// @param mayStep false: only what is on its way to the disk is brought to an end
  Turn turn(long nowNanos, boolean mayStep) {
    if (stopped != null || source == null) {
      return Turn.RESTS;
    }
    if (nowNanos - retryAtNanos < 0 && retryNanos > 0) {
      return Turn.LATER;
    }
    try {
      if (isResetWanted && writer.isFree()) {
        forget();
      }
      if (!isSettled && writer.isFree() && !settle()) {
        return stopped != null ? Turn.RESTS : writer.isFree() ? Turn.LATER : Turn.WRITES;
      }
      writer.write(nowNanos);
      if (!isSettled) {
        return Turn.WRITES;
      }
      if (stopped != null) {
        return Turn.RESTS;
      }
      String behind = stopBehind;
      if (behind != null) {
        if (writer.isEmpty()) {
          stop(behind);
          return Turn.RESTS;
        }
        return Turn.WRITES;
      }
      if (writer.waiting() >= PORTIONS_MOST) {
        return Turn.WRITES;
      }
      return mayStep ? step(nowNanos) : Turn.RESTS;
    } catch (StoreRefused e) {
      if (isSourceGone()) {
        letGo(); // the agent is going to see it
        return Turn.LATER;
      }
      fails(e.code().isRetryable(), String.valueOf(e.getMessage()), nowNanos);
    } catch (GuestFailed e) {
      fails(true, "the guests cannot go on: " + e.text(), nowNanos);
    } catch (BatchRefused e) {
      fails(
          false,
          "records of %s/%d cannot be read (%s): %s"
              .formatted(
                  owner.spec().from(), index, e.getMessage(), reset("an offset behind them")),
          nowNanos);
    } catch (IOException e) {
      fails(
          true,
          "its source, or the state of its guests, cannot be read (%s); if that stays so, %s"
              .formatted(e.getMessage(), reset("earliest")),
          nowNanos);
    }
    return stopped != null ? Turn.RESTS : Turn.LATER;
  }

  /// A fault that a turn met.
  void fails(boolean isPassing, String what, long nowNanos) {
    letGo();
    String text = "%s/%d: %s".formatted(owner.spec().from(), index, what);
    if (isPassing) {
      trouble = text;
      retryLater(nowNanos);
      owner.tell(text);
    } else {
      stop(text);
    }
  }

  void retryLater(long nowNanos) {
    PipelineLimits limits = owner.limits();
    retryNanos =
        retryNanos == 0 ? limits.retryNanos() : Math.min(2 * retryNanos, limits.retryNanosMost());
    retryAtNanos = nowNanos + retryNanos;
  }

  void stop(String why) {
    letGo();
    stopped = why;
    owner.tell(why);
  }

  /// What a person can do.
  private String reset(String to) {
    return "./tributary pipeline reset %s --to (%s) begins anew; what was written stays"
        .formatted(owner.spec().name(), to);
  }

  /// The store has refused something for now.
  void refused(String what, long nowNanos) {
    trouble = what;
    retryLater(nowNanos);
    owner.later(this);
  }

  /// What was not appended is made again.
  void remake(String what, long nowNanos) {
    owner.tell(what);
    forget();
    refused(what, nowNanos);
  }

  /// A portion is on the disk.
  void moved(long nowNanos) {
    trouble = null;
    retryNanos = 0;
    owner.moved(nowNanos);
    if (isResetWanted) {
      forget();
    } else if (run == null && writer.isEmpty()) {
      tail = tail.withoutState(); // ten thousand that rest do not hold ten thousand states
    }
    owner.ready(this);
  }

  private boolean settle() throws StoreRefused, IOException {
    LaneStart start = new LaneStart(owner, index, needSource(), sourceId, writer);
    switch (start.settle()) {
      case LaneStart.Settled settled -> {
        isSettled = true;
        trouble = null;
        tail = settled.at();
        return true;
      }
      case LaneStart.NotYet notYet -> {
        trouble = notYet.why();
        return false;
      }
      case LaneStart.Foreign foreign -> {
        stop(foreign.why());
        return false;
      }
    }
  }

  private boolean isSourceGone() {
    Partition partition = source;
    return partition == null || partition.isDeleted();
  }

  private Partition needSource() {
    Partition partition = source;
    if (partition == null) {
      throw new IllegalStateException("lane " + index + " has no source");
    }
    return partition;
  }

  private Turn step(long nowNanos) throws StoreRefused, GuestFailed, IOException, BatchRefused {
    Partition from = needSource();
    PipelineRun running = run;
    SourceReader reading = reader;
    if (running == null || reading == null) {
      long end = from.endOffset();
      if (end < tail.position()) {
        stop(
            "%s/%d ends at %d, and was read up to %d: it has lost records, or was put back to an older state; %s"
                .formatted(owner.spec().from(), index, end, tail.position(), reset("latest")));
        return Turn.RESTS;
      }
      if (end == tail.position()) {
        return Turn.RESTS;
      }
      if (!owner.mayOpen(this, nowNanos)) {
        return Turn.WAITS_FOR_ROOM;
      }
      open(from, nowNanos);
      return Turn.DONE;
    }
    if (inputs.isEmpty() && !fill(from, running, reading)) {
      return Turn.DONE; // retention was faster
    }
    if (inputs.isEmpty() && reading.next() == running.next()) {
      // Behind what may be healed there is more, for which all readers wait.
      return from.endOffset() > reading.next() ? Turn.LATER : Turn.RESTS;
    }
    boolean repeats = running.next() < tail.position();
    PipelineRun.Step step = running.step(inputs, reading.next());
    usedNanos = nowNanos;
    trouble = null;
    owner.used(this);
    shownMemory = running.memoryBytes();
    int taken = 0;
    while (taken < inputs.size() && inputs.get(taken).offset() < running.next()) {
      taken++;
    }
    List<PipelineRun.Input> given = inputs.subList(0, taken);
    inputs = new ArrayList<>(inputs.subList(taken, inputs.size()));
    if (!repeats) {
      cut(step, given);
      writer.write(nowNanos);
    }
    return Turn.DONE;
  }

  private void cut(PipelineRun.Step step, List<PipelineRun.Input> given) {
    Cut cut = writer.cut(tail);
    List<Portion> portions = cut.of(step, given);
    portions.forEach(writer::add);
    tail = portions.get(portions.size() - 1).after();
    PipelineRun.Failure failure = cut.stop();
    if (failure != null) {
      stopBehind =
          "%s/%d, offset %d: %s: %s; change what it stumbles over, then ./tributary pipeline resume %s, or reset it behind this record"
              .formatted(
                  owner.spec().from(),
                  index,
                  failure.input().offset(),
                  failure.letter().module(),
                  failure.letter().text(),
                  owner.spec().name());
      letGo();
    }
  }

  /// Reads on.
  ///
  /// @return false when what comes next is gone, and the lane stands behind it now
  private boolean fill(Partition from, PipelineRun running, SourceReader reading)
      throws StoreRefused, GuestFailed, IOException, BatchRefused {
    PipelineLimits limits = owner.limits();
    try {
      inputs = reading.take(limits.stepRecords(), limits.stepBytes());
      return true;
    } catch (StoreRefused e) {
      long start = from.startOffset();
      if (e.code() != StoreRefused.Code.OFFSET_OUT_OF_RANGE || reading.next() >= start) {
        throw e;
      }
      passOver(running, start);
      return false;
    }
  }

  /// Goes on where the source begins by now.
  private void passOver(PipelineRun running, long start) throws GuestFailed {
    long missed = Math.max(0, start - Math.max(running.next(), tail.position()));
    PipelineRun.Step step = running.step(List.of(), start);
    if (running.next() < start && missed > 0) {
      step = running.step(List.of(), start); // the first has only ended what was to be repeated
    }
    if (missed > 0) {
      owner.tell(
          "%s/%d: %d offsets were deleted before they were read; it goes on at %d"
              .formatted(owner.spec().from(), index, missed, start));
      Point after =
          new Point(
              step.progress(),
              step.savesState() ? tail.otherSlot() : tail.slot(),
              tail.counts().plusMissed(missed));
      writer.add(new Portion(tail, after, null, 0, null, 0, step.savesState()));
      tail = after;
    } else {
      owner.tell(
          "%s/%d: records below %d that the state of its guests is made of were deleted: it is made without them"
              .formatted(owner.spec().from(), index, start));
    }
    reader =
        new SourceReader(needSource(), Math.max(start, running.next()), owner.limits().readBytes());
  }

  private void open(Partition from, long nowNanos)
      throws StoreRefused, GuestFailed, IOException, BatchRefused {
    Progress found = writer.withState(tail).progress();
    PipelineRun opened =
        PipelineRun.open(
            owner.spec().plan(),
            found,
            owner.limits().stateBytesMost(),
            line -> LOG.log(System.Logger.Level.DEBUG, owner.spec().name() + ": " + line));
    if (opened.progress().generation() != found.generation()) {
      owner.tell(
          "%s/%d: its transforms have changed: generation %d begins at offset %d"
              .formatted(
                  owner.spec().from(),
                  index,
                  opened.progress().generation(),
                  opened.progress().position()));
      Point anew = new Point(opened.progress(), Point.NO_SLOT, tail.counts());
      writer.add(new Portion(tail, anew, null, 0, null, 0, false));
      tail = anew;
    } else {
      tail = new Point(found, tail.slot(), tail.counts());
    }
    Earlier.show(opened, from, owner.limits());
    run = opened;
    reader = new SourceReader(from, opened.next(), owner.limits().readBytes());
    openedNanos = nowNanos;
    usedNanos = nowNanos;
    shownMemory = opened.memoryBytes();
    owner.opened(this);
  }

  // --- rest

  boolean isOpen() {
    return run != null;
  }

  /// Whether nothing of it is on its way.
  boolean mayClose() {
    return writer.isEmpty() && stopBehind == null;
  }

  /// Since when its guests have been there.
  long openedNanos() {
    return openedNanos;
  }

  long usedNanos() {
    return usedNanos;
  }

  /// Saves the state of its guests, so that nothing is read again, and puts them away. Only when it may close.
  void close(long nowNanos) {
    PipelineRun running = run;
    if (running == null) {
      return;
    }
    try {
      PipelineRun.Step step = running.save();
      if (step != null) {
        Point after = new Point(step.progress(), tail.otherSlot(), tail.counts());
        writer.add(new Portion(tail, after, null, 0, null, 0, true));
        tail = after;
      }
      letGo();
      writer.write(nowNanos);
    } catch (GuestFailed | StoreRefused e) {
      // What is durable is enough to begin from.
      LOG.log(System.Logger.Level.DEBUG, "lane " + index + " was not saved: " + e.getMessage());
      letGo();
    }
    if (run == null && writer.isEmpty()) {
      tail = tail.withoutState();
    }
  }

  /// Makes a place durable that only drops have moved.
  void tellPlace(long nowNanos) {
    if (stopped == null && isSettled) {
      writer.tellPlace(nowNanos);
    }
  }
}
