package io.tributary.edge;

import io.tributary.adapter.Reading;
import io.tributary.adapter.Refused;
import io.tributary.adapter.StateEntry;
import io.tributary.agent.Agent;
import io.tributary.agent.Pulse;
import io.tributary.agent.Rate;
import io.tributary.agent.Vital;
import io.tributary.log.Addition;
import io.tributary.log.Admission;
import io.tributary.log.FullPolicy;
import io.tributary.log.Journal;
import io.tributary.log.JournalStream;
import io.tributary.log.LogFullException;
import io.tributary.log.StateUpdate;
import io.tributary.record.RecordRefused;
import io.tributary.session.UplinkEffect;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// Writes the journal of one class: takes readings in order of arrival, builds groups, commits them,
/// and tells every reading's completion what became of it, in the same order.
///
/// A group is committed when its linger ends or when it is full; an eager journal commits it also when
/// every source that waits has its window full. Others may send the next moment, so where each force
/// wears the flash the journal is not eager, and the linger bounds the forces of a second.
///
/// A completion runs only after the group's fsync; this is the line on which an acknowledgement means
/// "on disk".
///
/// Everything but [#offer] and the counters runs on the agent's own thread.
final class JournalAgent implements Agent, Vital {
  private static final System.Logger LOG = System.getLogger(JournalAgent.class.getName());

  /// Groups of a sealed stream's rest that are moved before readings are looked at again: more than these can fill, so
  /// that the move overtakes them.
  private static final int MOVES_A_TURN = 4;

  private final String className;
  private final Journal journal;
  private final FullPolicy policy;
  private final OutletLimits limits;
  private final long lingerNanos;
  private final boolean isEager;
  private final LongSupplier clockMs;
  private final Streams streams;
  private final Pulse pulse;

  private final ArrayBlockingQueue<Submission> queue;
  private final AtomicLong queuedBytes = new AtomicLong();
  private final CopyOnWriteArrayList<SourceEmitter> emitters = new CopyOnWriteArrayList<>();

  private final ConcurrentLinkedQueue<JumpOrder> jumps = new ConcurrentLinkedQueue<>();
  private final ConcurrentLinkedQueue<SealOrder> seals = new ConcurrentLinkedQueue<>();
  private final ConcurrentLinkedQueue<StateOrder> states = new ConcurrentLinkedQueue<>();
  private final ConcurrentLinkedQueue<MoveWatch> moves = new ConcurrentLinkedQueue<>();

  private final List<Submission> group = new ArrayList<>();
  private final List<@Nullable Refused> refusals = new ArrayList<>();
  private long[] offsets = new long[256];
  private @Nullable Submission held;
  private long groupOpenedNanos;
  private long retryAtNanos = System.nanoTime();
  private long nextRetainNanos = System.nanoTime();
  private long nextMoveNanos = nextRetainNanos;
  private final CopyOnWriteArrayList<Runnable> commitListeners = new CopyOnWriteArrayList<>();
  private Runnable wake = () -> {};

  private volatile @Nullable String trouble;
  private volatile @Nullable String moveTrouble;
  private volatile boolean failed;
  private volatile long committedReadings;
  private volatile long droppedReadings;
  private volatile long groups;
  private volatile long ingestedBytes;
  private final Rate ingest = new Rate(System.nanoTime());

  private record SealOrder(long streamId, long at, CompletableFuture<JournalStream> answer) {}

  private record StateOrder(String prefix, CompletableFuture<List<StateEntry>> answer) {}

  private record MoveWatch(long streamId, CompletableFuture<JournalStream> answer) {}

  private record JumpOrder(UplinkEffect.Jump jump, Consumer<@Nullable String> answer) {}

  JournalAgent(
      String className,
      Journal journal,
      FullPolicy policy,
      Streams streams,
      OutletLimits limits,
      long lingerNanos,
      boolean isEager,
      LongSupplier clockMs) {
    this.className = className;
    this.journal = journal;
    this.policy = policy;
    this.streams = streams;
    this.limits = limits;
    this.lingerNanos = lingerNanos;
    this.isEager = isEager;
    this.clockMs = clockMs;
    this.pulse = new Pulse("the journal of class '" + className + "'");
    this.queue = new ArrayBlockingQueue<>(limits.queuedReadings());
  }

  /// How this agent is woken. Set once, before it starts.
  void wire(Runnable wake) {
    this.wake = wake;
  }

  /// What to call after each commit, on this agent's thread: there is more to read. Any thread.
  void addCommitListener(Runnable listener) {
    commitListeners.add(listener);
  }

  void removeCommitListener(Runnable listener) {
    commitListeners.remove(listener);
  }

  String className() {
    return className;
  }

  FullPolicy policy() {
    return policy;
  }

  Journal journal() {
    return journal;
  }

  /// Moves a stream's end to the hub's after a lost tail, between two groups. The answer, null or
  /// why not, comes on this agent's thread. Any thread.
  void jump(UplinkEffect.Jump jump, Consumer<@Nullable String> answer) {
    jumps.add(new JumpOrder(jump, answer));
    wake.run();
  }

  /// Seals a stream, between two groups; see {@link Journal#seal}. What does not fit into one group is moved turn by turn.
  /// Any thread.
  CompletableFuture<JournalStream> seal(long streamId, long at) {
    SealOrder order = new SealOrder(streamId, at, new CompletableFuture<>());
    seals.add(order);
    wake.run();
    return order.answer;
  }

  /// Completes when nothing is left to be moved to a sealed stream's successor. Any thread.
  CompletableFuture<JournalStream> moved(long streamId) {
    CompletableFuture<JournalStream> answer = new CompletableFuture<>();
    moves.add(new MoveWatch(streamId, answer));
    wake.run();
    return answer;
  }

  /// Why nothing is moved to a sealed stream's successor at the moment, or null.
  @Nullable String moveTrouble() {
    return moveTrouble;
  }

  /// The hub has acknowledged something: a full journal may have room again. Any thread.
  void acknowledged() {
    if (trouble != null) {
      wake.run();
    }
  }

  void add(SourceEmitter emitter) {
    emitters.addIfAbsent(emitter);
  }

  /// Its adapter is closed: nobody is told of its groups any more.
  void remove(SourceEmitter emitter) {
    emitters.remove(emitter);
  }

  /// The state under a prefix, with the prefix taken off, once all that was offered before is durable. Any thread.
  CompletableFuture<List<StateEntry>> askState(String prefix) {
    StateOrder order = new StateOrder(prefix, new CompletableFuture<>());
    states.add(order);
    wake.run();
    return order.answer;
  }

  /// Queues one submission; false when the queue's bound is reached or the journal has failed. Any
  /// thread.
  boolean offer(Submission submission) {
    int size = submission.sizeBytes();
    if (failed
        || queuedBytes.get() + size > limits.queuedBytes() + size * (queue.isEmpty() ? 1L : 0L)) {
      return false;
    }
    queuedBytes.addAndGet(size);
    if (!queue.offer(submission)) {
      queuedBytes.addAndGet(-size);
      return false;
    }
    wake.run();
    return true;
  }

  @Override
  public String name() {
    return "journal-" + className;
  }

  @Override
  public int doWork(long nowNanos) {
    if (failed || nowNanos - retryAtNanos < 0) {
      return 0;
    }
    int work = 0;
    try {
      work += carryOutJumps(nowNanos);
      work += carryOutSeals(nowNanos);
      work += moveOn(nowNanos);
      tellMoved();
      work += take(nowNanos);
      if (!group.isEmpty() && groupIsDue(nowNanos)) {
        commit(nowNanos);
        work++;
      }
      work += tellStates(nowNanos);
      if (nowNanos - nextRetainNanos >= 0) {
        nextRetainNanos = nowNanos + limits.retainIntervalNanos();
        journal.retain(clockMs.getAsLong());
      }
    } catch (IOException e) {
      faulted(e, nowNanos);
    }
    beat(nowNanos);
    return work;
  }

  private void beat(long nowNanos) {
    if (held == null && group.isEmpty() && queue.isEmpty()) {
      pulse.rests();
    } else {
      String why = trouble;
      pulse.waits(why == null ? "readings wait for the disk" : why, nowNanos);
    }
  }

  /// Readings wait and no group is committed; or the journal has stopped for good.
  @Override
  public @Nullable String standstill(long nowNanos) {
    return failed
        ? "the journal of class '"
            + className
            + "' has stopped and takes nothing until the agent is started again: "
            + trouble
        : pulse.standstill(nowNanos);
  }

  /// How long this agent may sleep when it had nothing to do.
  @Override
  public long idleNanos(long nowNanos) {
    if (failed) {
      return limits.retainIntervalNanos();
    }
    if (nowNanos - retryAtNanos < 0) {
      return retryAtNanos - nowNanos;
    }
    if (journal.isMoving()) {
      return Math.max(0, nextMoveNanos - nowNanos);
    }
    return group.isEmpty()
        ? limits.retainIntervalNanos()
        : Math.max(0, groupOpenedNanos + lingerNanos - nowNanos);
  }

  private int carryOutJumps(long nowNanos) throws IOException {
    int count = 0;
    for (JumpOrder order; (order = jumps.poll()) != null; count++) {
      if (!group.isEmpty()) {
        commit(nowNanos);
      }
      UplinkEffect.Jump jump = order.jump;
      order.answer.accept(
          switch (journal.jump(
              jump.streamId(),
              jump.expectedEnd(),
              jump.next(),
              jump.digestAtNext(),
              clockMs.getAsLong())) {
            case JUMPED -> null;
            case END_MOVED -> "its disk lost a tail, and new readings took the lost offsets";
          });
    }
    return count;
  }

  private int carryOutSeals(long nowNanos) throws IOException {
    int count = 0;
    for (SealOrder order; (order = seals.poll()) != null; count++) {
      try {
        commitOpenGroup(nowNanos);
        JournalStream sealed = journal.seal(order.streamId, order.at, clockMs.getAsLong());
        committedMove(nowNanos);
        order.answer.complete(sealed);
      } catch (IOException | IllegalArgumentException e) {
        order.answer.completeExceptionally(e);
        if (e instanceof IOException fault && !(fault instanceof LogFullException)) {
          throw fault;
        }
      }
    }
    return count;
  }

  /// Moves what lies behind seals, a few groups a turn, so that readings do not wait long and yet it comes to an end. No
  /// room for it is no trouble for the readings.
  private int moveOn(long nowNanos) throws IOException {
    if (!journal.isMoving() || nowNanos - nextMoveNanos < 0) {
      return 0;
    }
    commitOpenGroup(nowNanos);
    int moved = 0;
    try {
      while (moved < MOVES_A_TURN && journal.move(clockMs.getAsLong())) {
        moved++;
        committedMove(nowNanos);
      }
      moveTrouble = null;
    } catch (LogFullException e) {
      moveTrouble = e.getMessage();
      nextMoveNanos = nowNanos + limits.blockedRetryNanos();
    }
    return moved;
  }

  private int tellStates(long nowNanos) throws IOException {
    if (states.isEmpty() || held != null || !queue.isEmpty()) {
      return 0;
    }
    commitOpenGroup(nowNanos);
    int told = 0;
    for (StateOrder order; (order = states.poll()) != null; told++) {
      order.answer.complete(stateOf(order.prefix));
    }
    return told;
  }

  private void tellMoved() {
    moves.removeIf(watch -> {
      JournalStream stream = journal.stream(watch.streamId);
      boolean isOver = watch.answer.isDone() || stream == null || stream.unmovedRecords() == 0;
      if (stream != null && isOver) {
        watch.answer.complete(stream);
      }
      return isOver;
    });
  }

  private void commitOpenGroup(long nowNanos) throws IOException {
    if (!group.isEmpty()) {
      commit(nowNanos);
    }
  }

  @SuppressWarnings("NonAtomicVolatileUpdate") // one thread writes
  private void committedMove(long nowNanos) {
    groups++;
    pulse.moved(nowNanos);
    if (!journal.isMoving()) {
      streams.renew();
    }
    commitListeners.forEach(Runnable::run);
  }

  /// Moves what has arrived into the open group; commits on the way whenever the group is full.
  private int take(long nowNanos) throws IOException {
    int taken = 0;
    while (taken < limits.queuedReadings()) {
      Submission next = held != null ? held : queue.poll();
      if (next == null) {
        break;
      }
      held = next;
      if (!admit(next, nowNanos)) {
        break;
      }
      held = null;
      queuedBytes.addAndGet(-next.sizeBytes());
      ingestedBytes += next.sizeBytes();
      taken++;
    }
    return taken;
  }

  /// Puts one submission into the group, its state with it; false when the class is blocked and the
  /// source must wait.
  private boolean admit(Submission submission, long nowNanos) throws IOException {
    for (int tries = 0; ; tries++) {
      Admission admission;
      Refused refusal = null;
      try {
        admission = add(submission);
      } catch (RecordRefused refused) {
        enter(submission, -1, Refused.TOO_LARGE, nowNanos);
        return true;
      }
      switch (admission) {
        case ADMITTED -> trouble = null;
        case DROPPED -> {
          refusal = Refused.QUOTA;
          trouble = "full: new readings are dropped, as 'full: drop-newest' says";
        }
        case GROUP_FULL -> {
          commit(nowNanos);
          continue;
        }
        case FULL -> {
          if (!group.isEmpty()) {
            commit(nowNanos);
          }
          if (journal.mayChangeState(submission.updates()) == Admission.FULL) {
            // Not kept waiting: what makes room may be behind it.
            trouble = "the adapters' state is full: what would make it grow is refused";
            enter(submission, -1, Refused.FAILED, nowNanos);
            return true;
          }
          if (tries == 0 && journal.retain(clockMs.getAsLong())) {
            continue;
          }
          trouble = "full: its sources wait until the hub has acknowledged enough to make room";
          retryAtNanos = nowNanos + limits.blockedRetryNanos();
          return false;
        }
      }
      enter(
          submission,
          submission.readings().isEmpty() ? -1 : journal.lastOffset(),
          refusal,
          nowNanos);
      return true;
    }
  }

  /// Adds a reading and the changes of state that belong to it, all of it or nothing.
  private Admission add(Submission submission) throws RecordRefused, IOException {
    List<StateUpdate> updates = submission.updates();
    if (!updates.isEmpty()) {
      Admission room = journal.mayChangeState(updates);
      if (room != Admission.ADMITTED) {
        return room;
      }
    }
    Admission admission = addReadings(submission);
    if (!updates.isEmpty() && (admission == Admission.ADMITTED || admission == Admission.DROPPED)) {
      Admission changed = journal.changeState(updates);
      assert changed == Admission.ADMITTED : changed;
    }
    return admission;
  }

  private Admission addReadings(Submission submission) throws RecordRefused, IOException {
    List<Reading> readings = submission.readings();
    if (readings.isEmpty()) {
      return Admission.ADMITTED;
    }
    for (Reading reading : readings) {
      if (streams.of(reading.topic()) < 0) {
        return journal.isGroupEmpty() ? Admission.FULL : Admission.GROUP_FULL;
      }
    }
    long nowMs = clockMs.getAsLong();
    Reading only = submission.only();
    if (only != null) {
      return journal.add(
          streams.of(only.topic()),
          only.timestampMs(),
          only.key(),
          only.value(),
          submission.source().stamp(only, nowMs));
    }
    List<Addition> together = new ArrayList<>(readings.size());
    for (Reading reading : readings) {
      together.add(
          new Addition(
              streams.of(reading.topic()),
              reading.timestampMs(),
              reading.key(),
              reading.value(),
              submission.source().stamp(reading, nowMs)));
    }
    return journal.addTogether(together);
  }

  private void enter(Submission submission, long offset, @Nullable Refused refusal, long nowNanos) {
    if (group.isEmpty()) {
      groupOpenedNanos = nowNanos;
    }
    int index = group.size();
    if (index == offsets.length) {
      offsets = java.util.Arrays.copyOf(offsets, index * 2);
    }
    offsets[index] = offset;
    group.add(submission);
    refusals.add(refusal);
  }

  private boolean groupIsDue(long nowNanos) {
    return nowNanos - groupOpenedNanos >= lingerNanos
        || (isEager && queue.isEmpty() && everySourceIsBlocked());
  }

  private boolean everySourceIsBlocked() {
    int sources = 0;
    int blocked = 0;
    for (SourceEmitter emitter : emitters) {
      sources += emitter.sources();
      blocked += emitter.blocked();
    }
    return sources > 0 && blocked >= sources;
  }

  private void commit(long nowNanos) throws IOException {
    boolean kept = journal.commit(clockMs.getAsLong());
    complete(kept);
    groups++;
    groupOpenedNanos = nowNanos;
    pulse.moved(nowNanos);
    commitListeners.forEach(Runnable::run);
  }

  /// @param kept false: the disk was full, and a durable Gap stands in the place of the readings
  private void complete(boolean kept) {
    int dropped = 0;
    for (int i = 0; i < group.size(); i++) {
      Submission submission = group.get(i);
      Refused refusal = refusals.get(i);
      if (!kept && refusal == null && !submission.readings().isEmpty()) {
        refusal = Refused.QUOTA;
      }
      if (refusal != null) {
        dropped++;
      }
      submission.source().complete(submission, offsets[i], refusal);
    }
    committedReadings += group.size() - dropped;
    droppedReadings += dropped;
    group.clear();
    refusals.clear();
    for (SourceEmitter emitter : emitters) {
      emitter.afterGroup();
    }
  }

  /// A fault of the world. No space: the group stays open and is tried again, nothing is
  /// acknowledged meanwhile. A failed fsync: nothing more is acknowledged by this journal.
  private void faulted(IOException e, long nowNanos) {
    trouble = e.getMessage();
    retryAtNanos = nowNanos + limits.blockedRetryNanos();
    if (journal.status().failure() != null) {
      failed = true;
      LOG.log(System.Logger.Level.ERROR, name() + " stopped: " + e.getMessage());
      for (Submission submission : group) {
        submission.source().complete(submission, -1, Refused.FAILED);
      }
      group.clear();
      refusals.clear();
      for (SourceEmitter emitter : emitters) {
        emitter.afterGroup();
      }
    }
  }

  @Override
  public void onClose() {
    try {
      if (!failed) {
        long now = System.nanoTime();
        take(now);
        if (!group.isEmpty()) {
          commit(now);
        }
      }
    } catch (IOException e) {
      faulted(e, 0);
    }
    for (SealOrder order; (order = seals.poll()) != null; ) {
      order.answer.completeExceptionally(new IOException("the agent stops"));
    }
    for (StateOrder order; (order = states.poll()) != null; ) {
      order.answer.completeExceptionally(new IOException("the agent stops"));
    }
    for (MoveWatch watch; (watch = moves.poll()) != null; ) {
      watch.answer.completeExceptionally(new IOException("the agent stops"));
    }
    for (Submission left; (left = queue.poll()) != null; ) {
      left.source().complete(left, -1, Refused.SHUTDOWN);
    }
  }

  long committedReadings() {
    return committedReadings;
  }

  /// How fast readings come in, in bytes. Any thread.
  long ingestBytesPerSecond(long nowNanos) {
    return ingest.perSecond(ingestedBytes, nowNanos);
  }

  long droppedReadings() {
    return droppedReadings;
  }

  long groups() {
    return groups;
  }

  /// Why this class takes nothing at the moment, or null.
  @Nullable String trouble() {
    return trouble;
  }

  /// The state under a prefix as the journal holds it, with the prefix taken off. On the agent's thread, or
  /// before it starts.
  List<StateEntry> stateOf(String prefix) {
    List<StateEntry> entries = new ArrayList<>();
    journal
        .state()
        .forEach((key, value) -> {
          if (key.startsWith(prefix)) {
            entries.add(new StateEntry(className, key.substring(prefix.length()), value));
          }
        });
    return entries;
  }

  void wake() {
    wake.run();
  }
}
