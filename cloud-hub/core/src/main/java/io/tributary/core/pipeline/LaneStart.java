package io.tributary.core.pipeline;

import io.tributary.record.BatchCursor;
import io.tributary.record.BatchRefused;
import io.tributary.smartmodule.Progress;
import io.tributary.store.Partition;
import io.tributary.store.StoreRefused;
import io.tributary.store.TopicStatus;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// Finds out where a lane goes on, from what the log says and from where its topics end.
///
/// | the derived partition ends at | the dead letters' at | then |
/// |---|---|---|
/// | intent's end + count | intent's end + count | the portion is done: go on from `after` |
/// | intent's end + count | intent's end | its dead letters are written, from the log; then go on from `after` |
/// | intent's end | intent's end | nothing of it is visible: go on from `before` |
/// | anything else | | somebody else wrote or deleted: stop |
final class LaneStart {
  private final LaneOwner owner;
  private final int index;
  private final Partition source;
  private final UUID sourceId;
  private final LaneWriter writer;

  LaneStart(LaneOwner owner, int index, Partition source, UUID sourceId, LaneWriter writer) {
    this.owner = owner;
    this.index = index;
    this.source = source;
    this.sourceId = sourceId;
    this.writer = writer;
  }

  /// What was found.
  sealed interface Outcome {}

  /// The writer stands there too.
  record Settled(Point at) implements Outcome {}

  /// Something is missing that comes by itself.
  record NotYet(String why) implements Outcome {}

  /// Only a person can tell what is to be done.
  record Foreign(String why) implements Outcome {}

  Outcome settle() throws StoreRefused, IOException {
    PipelineSpec spec = owner.spec();
    String letters = spec.deadLetters();
    Outcome missing = missing(spec.to());
    if (missing == null && letters != null) {
      missing = missing(letters);
    }
    if (missing != null) {
      return missing;
    }
    LaneEntry entry = writer.entry();
    boolean isReset = entry != null && entry.resets() < owner.control().resets();
    if (entry == null) {
      boolean isFirst = owner.control().resets() <= 1;
      return begin(1, Counts.NONE, isFirst, null);
    }
    boolean isOtherSource = !entry.source().equals(sourceId);
    Mark target = entry.target();
    Mark dead = entry.dead();
    Point at = entry.before();
    String difference;
    if (entry.after() == null || isMade(entry)) {
      Point after = entry.after();
      at = after == null ? at : after;
      difference = difference(owner, index, target.done());
      if (difference == null && dead.count() > 0 && isEnd(dead)) {
        return finish(entry, at); // settled when that is written
      }
      if (difference == null) {
        difference = difference(owner, index, dead.done());
      }
      target = target.done();
      dead = dead.done();
    } else {
      difference = difference(owner, index, target.of(0));
      if (difference != null) {
        difference =
            difference(owner, index, target.done()); // in the words of the later of the two
      } else {
        difference = difference(owner, index, dead.of(0));
      }
      target = target.of(0);
      dead = dead.of(0);
    }
    if (isReset || isOtherSource) {
      if (difference != null && !isReset) {
        return new Foreign(difference);
      }
      if (isOtherSource && !isReset) {
        owner.tell(
            "%s/%d is of another topic than before, of this name or another: generation %d begins at its start"
                .formatted(spec.from(), index, entry.generation() + 1));
      }
      return begin(entry.generation() + 1, at.counts(), false, isReset ? null : entry);
    }
    if (difference != null) {
      return new Foreign(difference);
    }
    Mark toTarget = target.topic().equals(spec.to()) ? target : adopt(spec.to());
    Mark toDead =
        letters == null ? Mark.NOWHERE : dead.topic().equals(letters) ? dead : adopt(letters);
    Outcome foreign = occupied(toTarget, target);
    if (foreign == null) {
      foreign = occupied(toDead, dead);
    }
    if (foreign != null) {
      return foreign;
    }
    writer.settle(sourceId, entry.resets(), at, toTarget, toDead);
    return new Settled(at);
  }

  /// A topic is there, and has this partition, and may be written; else what is the matter.
  private @Nullable Outcome missing(String name) {
    TopicStatus topic = owner.store().topic(name);
    if (topic == null || topic.partitions() <= index) {
      return new NotYet("waits for partition %d of %s to be created".formatted(index, name));
    }
    if (!topic.spec().takesProducers()) {
      return new Foreign(
          "the topic %s is a mirror, which only edges write: name another one in hub.yaml"
              .formatted(name));
    }
    if (name.equals(owner.spec().deadLetters()) && topic.spec().limits().cleanup().compacts()) {
      return new Foreign(
          "the topic %s is compacted, which would remove dead letters: change its cleanup.policy, then"
                  .formatted(name)
              + " ./tributary pipeline resume "
              + owner.spec().name());
    }
    if (name.equals(owner.spec().deadLetters())
        && topic.spec().limits().maxMessageBytes() < DeadLetterBatch.BYTES_LEAST) {
      return new Foreign(
          "the topic %s takes batches of %d B at most, and dead letters may need %d: change its max.message.bytes, then ./tributary pipeline resume %s"
              .formatted(
                  name,
                  topic.spec().limits().maxMessageBytes(),
                  DeadLetterBatch.BYTES_LEAST,
                  owner.spec().name()));
    }
    return null;
  }

  /// A generation more.
  ///
  /// @param isFirst whether the pipeline has never run, so that what lies in its topics is somebody else's
  /// @param goesOn not null: what was written to the topics is known
  private Outcome begin(long generation, Counts counts, boolean isFirst, @Nullable LaneEntry goesOn)
      throws StoreRefused {
    PipelineSpec spec = owner.spec();
    String letters = spec.deadLetters();
    Mark target = adopt(spec.to());
    Mark dead = letters == null ? Mark.NOWHERE : adopt(letters);
    if (isFirst) {
      Outcome foreign = occupied(target, Mark.NOWHERE);
      if (foreign == null) {
        foreign = occupied(dead, Mark.NOWHERE);
      }
      if (foreign != null) {
        return foreign;
      }
    }
    long position = owner.control().position(sourceId, index);
    long from = position < 0 || goesOn != null ? source.startOffset() : position;
    Progress progress = Progress.beginning(spec.plan(), generation, from);
    Point at = new Point(progress, Point.NO_SLOT, counts);
    writer.settle(sourceId, owner.control().resets(), at, target, dead);
    return new Settled(at);
  }

  /// A topic of another name holds nothing, or nothing that we do not know of.
  private @Nullable Outcome occupied(Mark mark, Mark before) {
    if (mark.topic().equals(before.topic()) || mark.end() == 0) {
      return null;
    }
    return new Foreign(
        "%s/%d holds records up to offset %d that this pipeline does not know of; %s"
            .formatted(mark.topic(), index, mark.end(), reset(owner)));
  }

  private Mark adopt(String name) throws StoreRefused {
    TopicStatus topic = owner.store().topic(name);
    Partition partition = owner.store().partition(name, index);
    if (topic == null || partition == null) {
      throw new StoreRefused(
          StoreRefused.Code.BUSY, "waits for partition %d of %s".formatted(index, name));
    }
    return new Mark(name, topic.topicId(), partition.endOffset(), 0);
  }

  /// Whether an intent's outputs are appended, or it had none.
  private boolean isMade(LaneEntry entry) throws StoreRefused {
    Mark target = entry.target();
    Partition partition = LaneWriter.partition(owner, target, index);
    return target.count() == 0
        || (partition != null && partition.endOffset() == target.end() + target.count());
  }

  private boolean isEnd(Mark mark) throws StoreRefused {
    Partition partition = LaneWriter.partition(owner, mark, index);
    return partition != null && partition.endOffset() == mark.end();
  }

  /// The outputs are appended, the dead letters are not: they lie in the log.
  private Outcome finish(LaneEntry entry, Point after) throws StoreRefused, IOException {
    ByteBuffer letters = ByteBuffer.wrap(writer.deadLetters());
    int count = count(letters);
    if (count != entry.dead().count()) {
      throw new IOException("other dead letters than were intended: " + count);
    }
    writer.settle(
        entry.source(), entry.resets(), entry.before(), entry.target().done(), entry.dead().of(0));
    writer.finish(new Portion(entry.before(), after, null, 0, letters, count, false));
    return new NotYet("writes the dead letters of the step that was under way");
  }

  private static int count(ByteBuffer batch) throws IOException {
    try {
      BatchCursor cursor = new BatchCursor().wrap(batch);
      return cursor.next() ? cursor.batch().count() : 0;
    } catch (BatchRefused e) {
      throw new IOException(e.getMessage(), e);
    }
  }

  /// In which way a partition is not as a lane left it; null: it is.
  static @Nullable String difference(LaneOwner owner, int index, Mark mark) throws StoreRefused {
    if (mark.topic().isEmpty()) {
      return null;
    }
    Partition partition = LaneWriter.partition(owner, mark, index);
    if (partition == null) {
      return "the topic %s was deleted, and maybe created anew; %s"
          .formatted(mark.topic(), reset(owner));
    }
    long end = partition.endOffset();
    return end == mark.end() ? null : foreign(owner, index, mark, end);
  }

  static String foreign(LaneOwner owner, int index, Mark mark, long end) {
    return "%s/%d ends at %d, and this pipeline, which alone writes it, has left it at %d: somebody else wrote, or its end was lost; %s"
        .formatted(mark.topic(), index, end, mark.end(), reset(owner));
  }

  private static String reset(LaneOwner owner) {
    return "./tributary pipeline reset %s --to earliest|latest|TIME|OFFSET begins anew behind what is there"
        .formatted(owner.spec().name());
  }
}
