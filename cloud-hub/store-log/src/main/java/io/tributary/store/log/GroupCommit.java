package io.tributary.store.log;

import io.tributary.log.PartitionLog;
import io.tributary.log.SequenceRefused;
import io.tributary.log.StreamPosition;
import io.tributary.record.BatchView;
import io.tributary.record.Digest;
import io.tributary.record.Gap;
import io.tributary.store.AppendReply;
import io.tributary.store.ProduceReply;
import io.tributary.store.StoreRefused;
import io.tributary.store.StoreRefused.Code;
import io.tributary.store.TopicSpec;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Turns a group of commands into durable bytes, and then answers. Confined to the store's thread.
///
/// ```
/// commands ─▶ round: append to the logs ─▶ force registry ─▶ force _gaps ─▶ round of what was held ─▶ …
///                                                                       └▶ force each log ─▶ answers
/// ```
///
/// A stream whose hole is yet to be told in `_gaps` is held, with everything behind it, for the next
/// round: `_gaps` is forced before the hole is stored. Each log is forced once for the whole group.
final class GroupCommit {
  private final Catalog catalog;
  private final GapsLog gaps;
  private final Forcers forcers;
  private final Alterations alterations;
  private final BatchView view = new BatchView();

  private final Map<LogPartition, Dirty> dirty = new LinkedHashMap<>();
  private final List<Runnable> answers = new ArrayList<>();

  private volatile long forces;
  private volatile long storedBytes;

  /// A log that was appended to, and who waits for it. Forced on any of the store's threads.
  private static final class Dirty implements Runnable {
    private final LogPartition partition;
    private final PartitionLog log;
    private final List<Pending> waiting = new ArrayList<>();
    private boolean forced;
    private @Nullable StoreRefused refused;

    private Dirty(LogPartition partition, PartitionLog log) {
      this.partition = partition;
      this.log = log;
    }

    @Override
    public void run() {
      try {
        log.force();
        forced = true;
        partition.untroubled();
      } catch (IOException e) {
        refused = troubled(partition, e);
      }
    }
  }

  /// What waits for the force.
  private sealed interface Pending {}

  private record Appended(LogStream stream, long end, int sizeBytes, AppendReply reply)
      implements Pending {}

  private record Produced(long baseOffset, int sizeBytes, ProduceReply reply) implements Pending {}

  GroupCommit(Catalog catalog, GapsLog gaps, Forcers forcers, Alterations alterations) {
    this.alterations = alterations;
    this.forcers = forcers;
    this.catalog = catalog;
    this.gaps = gaps;
  }

  long forces() {
    return forces;
  }

  long storedBytes() {
    return storedBytes;
  }

  /// What is done alone parts a group in two: what was asked before it is durable and answered before it. So does what a
  /// provisional topic makes way for.
  void run(List<Command> group, long nowMs) {
    int from = 0;
    for (int i = 0; i < group.size(); i++) {
      Command command = group.get(i);
      TopicSpec wanted = wanted(command);
      if (command instanceof Command.Alone alone) {
        commit(group.subList(from, i), nowMs);
        alterations.run(alone, nowMs);
        from = i + 1;
      } else if (wanted != null && catalog.isProvisional(wanted.name())) {
        commit(group.subList(from, i), nowMs);
        from = i;
        if (catalog.yields(wanted)) {
          alterations.makeWay(wanted.name());
        }
      }
    }
    commit(group.subList(from, group.size()), nowMs);
  }

  /// The topic that a command would create.
  private static @Nullable TopicSpec wanted(Command command) {
    return switch (command) {
      case Command.OpenStream open -> open.ifMissing();
      case Command.CreateTopic create -> create.spec();
      default -> null;
    };
  }

  private void commit(List<Command> group, long nowMs) {
    openAll(group);
    List<Command> round = group;
    while (!round.isEmpty()) {
      round = round(round, nowMs);
    }
    forcers.run(List.copyOf(dirty.values()));
    dirty.values().forEach(this::settle);
    dirty.clear();
    // Streams are answered last: what they are told to be at must be durable.
    answers.forEach(Replies::quietly);
    answers.clear();
  }

  /// Opens the logs that the group needs at the same time: when a hub comes back, all edges do.
  private void openAll(List<Command> group) {
    Set<LogPartition> closed = new LinkedHashSet<>();
    for (Command command : group) {
      LogPartition partition =
          switch (command) {
            case Command.OpenStream open -> partitionOf(open.stream().streamId());
            case Command.Append append -> partitionOf(append.streamId());
            case Command.AppendGap append -> partitionOf(append.streamId());
            case Command.Produce produce -> partitionOf(produce);
            case Command.TellGap tell -> null;
            case Command.CreateTopic create -> null;
            case Command.Alone alone -> null;
            case Command.ChangeLimits change -> null;
          };
      if (partition != null && partition.ifOpen() == null) {
        closed.add(partition);
      }
    }
    if (closed.size() > 1) {
      forcers.run(closed.stream().map(partition -> (Runnable) partition::openIfPresent).toList());
    }
  }

  private @Nullable LogPartition partitionOf(long streamId) {
    LogStream stream = catalog.stream(streamId);
    return stream == null ? null : stream.partition();
  }

  private @Nullable LogPartition partitionOf(Command.Produce produce) {
    LogTopic topic = catalog.topic(produce.topic());
    return topic == null ? null : topic.partition(produce.partition());
  }

  /// Does what can be done now and returns what was held.
  private List<Command> round(List<Command> commands, long nowMs) {
    List<Command> held = new ArrayList<>();
    Set<Long> heldStreams = new HashSet<>();
    List<Command> placed = new ArrayList<>();
    for (Command command : commands) {
      try {
        switch (command) {
          case Command.CreateTopic create -> {
            catalog.createTopic(create.spec());
            placed.add(create);
          }
          case Command.Alone alone ->
              throw new AssertionError("in the middle of a group: " + alone);
          case Command.ChangeLimits change -> {
            catalog.changeLimits(change.topic(), change.change());
            placed.add(change);
          }
          case Command.OpenStream open -> {
            catalog.openStream(open.stream(), open.ifMissing());
            placed.add(open);
          }
          case Command.TellGap tell -> {
            if (tellGap(tell, nowMs)) {
              answers.add(() -> tell.reply().durable(tell.gap().to()));
            } else {
              held.add(tell);
            }
          }
          case Command.Append append -> {
            if (heldStreams.contains(append.streamId())) {
              held.add(append);
            } else {
              append(append, nowMs);
            }
          }
          case Command.Produce produce -> produce(produce, nowMs);
          case Command.AppendGap append -> {
            if (heldStreams.contains(append.streamId()) || !appendGap(append, nowMs)) {
              heldStreams.add(append.streamId());
              held.add(append);
            }
          }
        }
      } catch (StoreRefused why) {
        Replies.quietly(() -> command.refuse(why));
      }
    }
    commitCatalog(placed, nowMs);
    return gaps.isDirty() ? afterGapsForced(held, nowMs) : held;
  }

  private void append(Command.Append append, long nowMs) throws StoreRefused {
    LogStream stream = stream(append.streamId());
    checkBatch(append, stream.topic().spec().limits().maxMessageBytes());
    LogPartition partition = stream.partition();
    partition.checkNotFailed();
    PartitionLog log;
    try {
      log = partition.toWrite();
      checkOrder(log, append.streamId(), append.from());
      log.append(append.batch(), append.streamId(), nowMs);
    } catch (IOException e) {
      throw troubled(partition, e);
    }
    Pending pending = new Appended(stream, append.to(), append.sizeBytes(), append.reply());
    await(partition, log, pending);
  }

  private void produce(Command.Produce produce, long nowMs) throws StoreRefused {
    LogTopic topic = catalog.topic(produce.topic());
    LogPartition partition = topic == null ? null : topic.partition(produce.partition());
    if (topic == null || partition == null) {
      throw new StoreRefused(
          Code.TOPIC_UNKNOWN,
          "there is no partition %d of a topic '%s'"
              .formatted(produce.partition(), produce.topic()));
    }
    if (!topic.spec().takesProducers()) {
      throw new StoreRefused(
          Code.TOPIC_MIRRORED,
          topic.spec().mirrored()
              ? "the topic '" + produce.topic() + "' is a mirror: only its edges write to it"
              : "only the hub writes to the topic '" + produce.topic() + "'");
    }
    checkSize(produce.batch(), topic.spec().limits().maxMessageBytes());
    if (view.isControl() || view.isTransactional() || view.count() == 0) {
      throw new StoreRefused(Code.BATCH, "not a producer's records: " + view);
    }
    partition.checkNotFailed();
    try {
      PartitionLog log = partition.toWrite();
      long baseOffset = log.produce(produce.batch(), nowMs);
      await(partition, log, new Produced(baseOffset, produce.sizeBytes(), produce.reply()));
    } catch (SequenceRefused e) {
      Code code =
          switch (e.reason()) {
            case OUT_OF_ORDER -> Code.OUT_OF_SEQUENCE;
            case FENCED -> Code.FENCED;
          };
      throw new StoreRefused(code, partition + ": " + e.getMessage(), e);
    } catch (IOException e) {
      throw troubled(partition, e);
    }
  }

  /// Stores a hole if `_gaps` knows of it; else tells `_gaps` and answers false.
  private boolean appendGap(Command.AppendGap append, long nowMs) throws StoreRefused {
    LogStream stream = stream(append.streamId());
    LogPartition partition = stream.partition();
    Gap gap = append.gap();
    partition.checkNotFailed();
    PartitionLog log;
    try {
      log = partition.toWrite();
      checkOrder(log, append.streamId(), gap.from());
      List<Gap> untold = stream.untold(gap);
      if (!untold.isEmpty()) {
        for (Gap part : untold) {
          gaps.tell(stream, part, nowMs);
        }
        return false;
      }
      log.appendGap(append.streamId(), gap, append.digestAtTo(), nowMs);
    } catch (IOException e) {
      throw troubled(partition, e);
    }
    await(partition, log, new Appended(stream, gap.to(), append.sizeBytes(), append.reply()));
    return true;
  }

  /// Tells `_gaps` of damage; true when it knew.
  private boolean tellGap(Command.TellGap tell, long nowMs) throws StoreRefused {
    LogStream stream = stream(tell.streamId());
    List<Gap> untold = stream.untold(tell.gap());
    try {
      for (Gap part : untold) {
        gaps.tell(stream, part, nowMs);
      }
    } catch (IOException e) {
      throw troubled(gaps.partition(), e);
    }
    return untold.isEmpty();
  }

  /// Forces `_gaps`. If that fails, the holes that waited for it are refused, and so is, being out of
  /// order, what came behind them.
  private List<Command> afterGapsForced(List<Command> held, long nowMs) {
    try {
      gaps.force(nowMs);
      forces++;
      return held;
    } catch (IOException e) {
      StoreRefused why = troubled(gaps.partition(), e);
      List<Command> rest = new ArrayList<>();
      Set<Long> refused = new HashSet<>();
      for (Command command : held) {
        boolean waited =
            command instanceof Command.TellGap
                || (command instanceof Command.AppendGap gap && refused.add(gap.streamId()));
        if (waited) {
          Replies.quietly(() -> command.refuse(why));
        } else {
          rest.add(command);
        }
      }
      return rest;
    }
  }

  private void commitCatalog(List<Command> placed, long nowMs) {
    StoreRefused refused = null;
    try {
      catalog.commit(nowMs);
    } catch (StoreRefused why) {
      refused = why;
    }
    for (Command command : placed) {
      Runnable answer = answerIfPlaced(command, refused == null);
      if (answer == null) { // it was undone; what was recorded before is there all the same
        StoreRefused why = Objects.requireNonNull(refused, "undone without a reason");
        answer = () -> command.refuse(why);
      }
      answers.add(answer);
    }
  }

  private @Nullable Runnable answerIfPlaced(Command command, boolean isCommitted) {
    return switch (command) {
      case Command.OpenStream open -> {
        LogStream stream = catalog.stream(open.stream().streamId());
        yield stream == null ? null : () -> answer(open, stream);
      }
      case Command.CreateTopic create -> {
        LogTopic topic = catalog.topic(create.spec().name());
        yield topic == null ? null : () -> create.reply().created(topic.status());
      }
      case Command.ChangeLimits change -> {
        LogTopic topic = catalog.topic(change.topic());
        yield topic == null || !isCommitted ? null : () -> answer(change, topic);
      }
      case Command.Alone alone -> throw new AssertionError("never in a round: " + alone);
      case Command.TellGap tell -> throw new AssertionError("damage is not placed");
      case Command.Append append -> throw new AssertionError("appends are not placed");
      case Command.Produce produce -> throw new AssertionError("batches are not placed");
      case Command.AppendGap append -> throw new AssertionError("Gaps are not placed");
    };
  }

  private static void answer(Command.OpenStream open, LogStream stream) {
    long streamId = open.stream().streamId();
    LogPartition partition = stream.partition();
    try {
      partition.checkNotFailed();
      PartitionLog log = partition.ifPresent();
      StreamPosition position = log == null ? null : log.position(streamId);
      if (log == null || position == null || position.next() < 0) {
        stream.reached(0);
        open.reply().opened(0, Digest.START, Digest.UNKNOWN);
        return;
      }
      long digestAtEdgeEnd =
          open.edgeEnd() < position.next()
              ? log.digestAt(streamId, open.edgeEnd())
              : Digest.UNKNOWN;
      stream.reached(position.next());
      open.reply().opened(position.next(), position.digest(), digestAtEdgeEnd);
    } catch (StoreRefused why) {
      open.reply().refused(why);
    } catch (IOException e) {
      open.reply().refused(troubled(partition, e));
    }
  }

  private void answer(Command.ChangeLimits change, LogTopic topic) {
    try {
      catalog.reconfigure(topic);
      change.reply().changed(topic.status());
    } catch (IOException e) {
      change.refuse(Refusals.of("topic " + change.topic(), e));
    }
  }

  /// Answers those who waited for a log.
  private void settle(Dirty one) {
    if (!one.forced && one.refused == null) {
      throw new IllegalStateException(one.partition + " was neither forced nor refused");
    }
    for (Pending pending : one.waiting) {
      switch (pending) {
        case Appended appended -> settle(one.log, appended, one.refused);
        case Produced produced -> settle(produced, one.refused);
      }
    }
    if (one.forced) {
      forces++;
      one.partition.advanced();
    }
  }

  /// An append that failed on the way may have taken others of its group along, so the log is asked.
  private void settle(PartitionLog log, Appended pending, @Nullable StoreRefused forceRefused) {
    LogStream stream = pending.stream();
    if (forceRefused != null) {
      Replies.quietly(() -> pending.reply().refused(forceRefused));
    } else if (log.position(stream.spec().streamId()).next() < pending.end()) {
      StoreRefused why =
          new StoreRefused(Code.OUT_OF_ORDER, "an append before it in its group failed");
      Replies.quietly(() -> pending.reply().refused(why));
    } else {
      stream.stored(pending.end(), pending.sizeBytes());
      storedBytes += pending.sizeBytes();
      Replies.quietly(() -> pending.reply().durable(pending.end()));
    }
  }

  private void settle(Produced pending, @Nullable StoreRefused forceRefused) {
    if (forceRefused != null) {
      Replies.quietly(() -> pending.reply().refused(forceRefused));
    } else {
      storedBytes += pending.sizeBytes();
      Replies.quietly(() -> pending.reply().durable(pending.baseOffset()));
    }
  }

  private void await(LogPartition partition, PartitionLog log, Pending pending) {
    dirty.computeIfAbsent(partition, p -> new Dirty(p, log)).waiting.add(pending);
  }

  private LogStream stream(long streamId) throws StoreRefused {
    LogStream stream = catalog.stream(streamId);
    if (stream == null) {
      throw new StoreRefused(Code.STREAM_UNKNOWN, "stream " + streamId + " was not opened");
    }
    return stream;
  }

  private static void checkOrder(PartitionLog log, long streamId, long from) throws StoreRefused {
    long next = Math.max(0, log.position(streamId).next());
    if (from != next) {
      throw new StoreRefused(
          Code.OUT_OF_ORDER, "stream " + streamId + " is at " + next + ", not at " + from);
    }
  }

  /// The Intake has checked the bytes; here it is checked that they are those that the call means.
  private void checkBatch(Command.Append append, int maxMessageBytes) throws StoreRefused {
    checkSize(append.batch(), maxMessageBytes);
    if (view.isControl()
        || view.streamId() != append.streamId()
        || view.streamOffset() != append.from()
        || view.count() != append.to() - append.from()) {
      throw new StoreRefused(
          Code.BATCH,
          "not the records [%d, %d) of stream %d: %s"
              .formatted(append.from(), append.to(), append.streamId(), view));
    }
  }

  private void checkSize(ByteBuffer batch, int maxMessageBytes) throws StoreRefused {
    int sizeBytes = batch.remaining();
    if (sizeBytes > maxMessageBytes) {
      throw new StoreRefused(
          Code.TOO_LARGE,
          "the batch has " + sizeBytes + " B, the topic takes at most " + maxMessageBytes);
    }
    if (sizeBytes < BatchView.HEADER_BYTES
        || view.wrap(batch, batch.position()).sizeBytes() != sizeBytes) {
      throw new StoreRefused(Code.BATCH, sizeBytes + " B are not one batch");
    }
  }

  private static StoreRefused troubled(LogPartition partition, IOException e) {
    StoreRefused why = Refusals.of(partition.toString(), e);
    partition.troubled(why);
    return why;
  }
}
