package io.tributary.core.pipeline;

import io.tributary.smartmodule.Progress;
import io.tributary.store.Partition;
import io.tributary.store.ProduceReply;
import io.tributary.store.StoreRefused;
import io.tributary.store.TopicStatus;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// The writing half of a lane: brings portions to the disk, one after the other, each behind its intent.
///
/// ```
/// FREE ─▶ INTENT ─▶ OUTPUTS ─▶ DEAD ─▶ FREE      a portion
/// FREE ─▶ PLACE ─▶ FREE                           the place alone, behind drops
/// ```
///
/// What the store refuses for a time is handed over again, the same bytes: nothing of it is stored. Confined to the agent's
/// thread, but for what says otherwise.
final class LaneWriter {
  private static final Point NOWHERE =
      new Point(new Progress(0, "", 0, 0, List.of(), new byte[0]), Point.NO_SLOT, Counts.NONE);

  /// Of a batch of dead letters, whatever their topic takes.
  private static final int DEAD_BYTES_MOST = PipelineLog.DEAD_BYTES_MOST;

  private final LaneOwner owner;
  private final Lane lane;
  private final int index;
  private final ArrayDeque<Portion> portions = new ArrayDeque<>();

  private Stage stage = Stage.FREE;

  /// What is to be handed over again; null: the store has it.
  private @Nullable Runnable again;

  /// What the log says; null: nothing.
  private @Nullable LaneEntry entry;

  private final long[] savedAt;
  private long deadAt;

  /// Everything up to here is on the disk, or changes nothing when it is done again.
  private volatile Point point;

  private UUID source = Control.NO_SOURCE;
  private long resets;
  private Mark target = Mark.NOWHERE;
  private Mark dead = Mark.NOWHERE;

  /// Whether the point is ahead of the log.
  private boolean isAhead;

  private long toldNanos;

  private enum Stage {
    FREE,
    INTENT,
    OUTPUTS,
    DEAD,
    PLACE
  }

  LaneWriter(LaneOwner owner, Lane lane, int index) {
    this.owner = owner;
    this.lane = lane;
    this.index = index;
    String name = owner.spec().name();
    savedAt =
        new long[] {
          owner.log().foundAt(PipelineLog.savedKey(name, index, 0)),
          owner.log().foundAt(PipelineLog.savedKey(name, index, 1))
        };
    deadAt = owner.log().foundAt(PipelineLog.deadKey(name, index));
    byte[] found = owner.log().found(PipelineLog.placeKey(name, index));
    try {
      entry = found == null ? null : LaneEntry.decode(found);
    } catch (IOException e) {
      throw new IllegalStateException("the place of %s/%d: %s".formatted(name, index, e), e);
    }
    LaneEntry known = entry;
    point = known == null ? NOWHERE : known.before();
  }

  /// What the log says; null: nothing.
  @Nullable LaneEntry entry() {
    return entry;
  }

  /// Where the lane stands. Any thread.
  Point shown() {
    return point;
  }

  boolean isFree() {
    return stage == Stage.FREE;
  }

  boolean isEmpty() {
    return portions.isEmpty() && stage == Stage.FREE;
  }

  int waiting() {
    return portions.size();
  }

  /// Leaves what has not begun, since it is going to be made again.
  void forget() {
    portions.clear();
    isAhead = false;
  }

  /// Begins at a point.
  void settle(UUID sourceId, long resetsFollowed, Point at, Mark toTarget, Mark toDead) {
    source = sourceId;
    resets = resetsFollowed;
    point = at;
    target = toTarget;
    dead = toDead;
    isAhead = false;
  }

  /// Begins in the middle of a portion, whose dead letters are still to be written.
  void finish(Portion portion) {
    portions.add(portion);
    stage = Stage.DEAD;
    produceDead(portion);
  }

  void add(Portion portion) {
    portions.add(portion);
  }

  /// The dead letters of the last intent.
  byte[] deadLetters() throws StoreRefused, IOException {
    return owner.log().read(deadAt, PipelineLog.deadKey(owner.spec().name(), index));
  }

  /// A point with the state that belongs to it.
  Point withState(Point at) throws StoreRefused, IOException {
    if (at.slot() == Point.NO_SLOT || at.progress().state().length > 0) {
      return at;
    }
    String key = PipelineLog.savedKey(owner.spec().name(), index, at.slot());
    return at.withState(owner.log().read(savedAt[at.slot()], key));
  }

  /// Something that cuts steps to what the topics take.
  Cut cut(Point from) {
    PipelineSpec spec = owner.spec();
    TopicStatus to = owner.store().topic(spec.to());
    String letters = spec.deadLetters();
    TopicStatus toDead = letters == null ? null : owner.store().topic(letters);
    int deadBytes =
        toDead == null
            ? DEAD_BYTES_MOST
            : Math.min(DEAD_BYTES_MOST, toDead.spec().limits().maxMessageBytes());
    return new Cut(
        spec,
        to == null ? spec.limits().maxMessageBytes() : to.spec().limits().maxMessageBytes(),
        to != null && to.spec().limits().cleanup().compacts(),
        new DeadLetterBatch(spec.name(), spec.from(), index, deadBytes),
        from);
  }

  /// Begins with the next portion when none is on its way, or hands over again what was refused.
  void write(long nowNanos) throws StoreRefused {
    Runnable refused = again;
    if (refused != null) {
      again = null;
      refused.run();
      return;
    }
    while (stage == Stage.FREE && !portions.isEmpty()) {
      Portion portion = portions.element();
      if (portion.isNothing()) {
        portions.remove();
        point = portion.after();
        if (!isAhead) {
          isAhead = true;
          toldNanos = nowNanos;
        }
        owner.moved(nowNanos);
      } else if (!isForeign(target) && !isForeign(dead)) {
        begin(portion);
      } else {
        return;
      }
    }
  }

  /// Whether somebody else has written or deleted; stops the lane then.
  private boolean isForeign(Mark mark) throws StoreRefused {
    String why = LaneStart.difference(owner, index, mark);
    if (why != null) {
      lane.stop(why);
    }
    return why != null;
  }

  private void begin(Portion portion) {
    String name = owner.spec().name();
    boolean isIntent = portion.outputCount() > 0 || portion.deadCount() > 0;
    LaneEntry next =
        new LaneEntry(
            source,
            resets,
            isIntent ? portion.before() : portion.after(),
            isIntent ? portion.after() : null,
            target.of(portion.outputCount()),
            dead.of(portion.deadCount()));
    List<PipelineLog.Entry> entries = new ArrayList<>();
    entries.add(new PipelineLog.Entry(PipelineLog.placeKey(name, index), next.encode()));
    int slot = portion.after().slot();
    if (portion.saves()) {
      entries.add(
          new PipelineLog.Entry(
              PipelineLog.savedKey(name, index, slot), portion.after().progress().encodeSaved()));
    }
    ByteBuffer letters = portion.dead();
    if (letters != null) {
      byte[] bytes = new byte[letters.remaining()];
      letters.get(letters.position(), bytes);
      entries.add(new PipelineLog.Entry(PipelineLog.deadKey(name, index), bytes));
    }
    stage = Stage.INTENT;
    put(
        entries,
        (offset, nowNanos) -> {
          entry = next;
          isAhead = false;
          if (portion.saves()) {
            savedAt[slot] = offset + 1;
          }
          if (letters != null) {
            deadAt = offset + entries.size() - 1;
          }
          intended(portion, nowNanos);
        });
  }

  private void intended(Portion portion, long nowNanos) {
    if (portion.outputs() != null) {
      stage = Stage.OUTPUTS;
      produceOutputs(portion);
    } else if (portion.dead() != null) {
      stage = Stage.DEAD;
      produceDead(portion);
    } else {
      done(portion, nowNanos);
    }
  }

  private void produceOutputs(Portion portion) {
    produce(
        target,
        portion.outputs(),
        () -> produceOutputs(portion),
        (base, nowNanos) -> {
          if (base != target.end()) {
            stage = Stage.FREE;
            lane.stop(LaneStart.foreign(owner, index, target, base));
            return;
          }
          target = target.of(portion.outputCount()).done();
          if (portion.dead() != null) {
            stage = Stage.DEAD;
            produceDead(portion);
          } else {
            done(portion, nowNanos);
          }
        });
  }

  private void produceDead(Portion portion) {
    produce(
        dead,
        portion.dead(),
        () -> produceDead(portion),
        (base, nowNanos) -> {
          if (base != dead.end()) {
            stage = Stage.FREE;
            lane.stop(LaneStart.foreign(owner, index, dead, base));
            return;
          }
          dead = dead.of(portion.deadCount()).done();
          done(portion, nowNanos);
        });
  }

  private void done(Portion portion, long nowNanos) {
    stage = Stage.FREE;
    portions.remove();
    point = lane.isOpen() ? portion.after() : portion.after().withoutState();
    lane.moved(nowNanos);
  }

  /// Makes the place durable where only drops have moved it, when it is time.
  void tellPlace(long nowNanos) {
    if (!isAhead
        || !isEmpty()
        || again != null
        || nowNanos - toldNanos < owner.limits().placeNanos()) {
      return;
    }
    LaneEntry next = new LaneEntry(source, resets, point, null, target, dead);
    stage = Stage.PLACE;
    put(
        List.of(
            new PipelineLog.Entry(PipelineLog.placeKey(owner.spec().name(), index), next.encode())),
        (offset, atNanos) -> {
          entry = next;
          isAhead = false;
          stage = Stage.FREE;
          lane.moved(atNanos);
        });
  }

  // --- the store

  /// What is done when something is on the disk.
  private interface Durable {
    /// @param offset of its first record
    void at(long offset, long nowNanos);
  }

  private void put(List<PipelineLog.Entry> entries, Durable durable) {
    owner
        .log()
        .put(
            entries,
            new PipelineLog.Written() {
              @Override
              public void durable(long offset) {
                owner.hand(nowNanos -> durable.at(offset, nowNanos));
              }

              @Override
              public void refused(StoreRefused why) {
                owner.hand(nowNanos ->
                    LaneWriter.this.refused(why, () -> put(entries, durable), nowNanos));
              }
            });
  }

  private void produce(Mark mark, @Nullable ByteBuffer batch, Runnable repeat, Durable durable) {
    if (batch == null) {
      throw new IllegalStateException("nothing to append to " + mark.topic());
    }
    owner
        .store()
        .produce(
            mark.topic(),
            index,
            batch.duplicate(),
            new ProduceReply() {
              @Override
              public void durable(long baseOffset) {
                owner.hand(nowNanos -> durable.at(baseOffset, nowNanos));
              }

              @Override
              public void refused(StoreRefused why) {
                owner.hand(nowNanos -> LaneWriter.this.refused(why, repeat, nowNanos));
              }
            });
  }

  private void refused(StoreRefused why, Runnable repeat, long nowNanos) {
    String text = String.valueOf(why.getMessage());
    if (why.code().isRetryable()) {
      again = repeat;
      lane.refused(text, nowNanos);
    } else if (why.code() == StoreRefused.Code.TOO_LARGE) {
      // The topic takes less than it did: what is not appended is made anew, and cut smaller.
      stage = Stage.FREE;
      lane.remake(text, nowNanos);
    } else {
      stage = Stage.FREE;
      lane.stop("%s/%d: %s".formatted(owner.spec().to(), index, text));
    }
  }

  /// The end of a partition, as it is by now; null: there is none.
  static @Nullable Partition partition(LaneOwner owner, Mark mark, int index) {
    TopicStatus topic = owner.store().topic(mark.topic());
    return topic == null || !topic.topicId().equals(mark.topicId())
        ? null
        : owner.store().partition(mark.topic(), index);
  }
}
