package io.tributary.hub.cli;

import io.tributary.record.BatchBuilder;
import io.tributary.record.BatchRefused;
import io.tributary.record.BatchView;
import io.tributary.record.Compression;
import io.tributary.record.ControlBatch;
import io.tributary.record.Record;
import io.tributary.record.RecordCursor;
import io.tributary.record.RecordRefused;
import io.tributary.smartmodule.Chain;
import io.tributary.smartmodule.ChainInput;
import io.tributary.smartmodule.ChainOutput;
import io.tributary.smartmodule.ChainPlan;
import io.tributary.smartmodule.DeadLetter;
import io.tributary.smartmodule.GuestFailed;
import io.tributary.smartmodule.GuestRecords;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Sends records through a chain before they are shown: what comes out is shown with the offset, the headers and the origin of the
/// record that it came from. Each partition has a chain of its own.
final class Transforming implements Batches.Finder {
  private static final int CALL_RECORDS = 1_000;

  private final ChainPlan plan;
  private final int callRecords;
  private final Batches.Finder to;
  private final Notices notices;
  private final Map<Integer, Pending> pending = new HashMap<>();
  private boolean isEnough;
  private long failures;

  /// A record that waits for its turn.
  private record Waiting(String topic, long offset, long edgeOffset, Record record) {}

  /// The records of a partition.
  private static final class Pending {
    private final List<Waiting> waiting = new ArrayList<>();
    private @Nullable Chain chain;
  }

  /// @param atOnce whether each record is shown before the next one is looked at
  /// @param to what shows them
  Transforming(ChainPlan plan, boolean atOnce, Batches.Finder to, Notices notices) {
    this.plan = plan;
    this.callRecords = atOnce ? 1 : CALL_RECORDS;
    this.to = to;
    this.notices = notices;
  }

  @Override
  public boolean record(Shown shown) {
    Pending partition = pending.computeIfAbsent(shown.partition, none -> new Pending());
    partition.waiting.add(
        new Waiting(shown.topic, shown.record.offset(), shown.edgeOffset, shown.record.toRecord()));
    if (partition.waiting.size() >= callRecords) {
      flush(shown.partition, partition);
    }
    return !isEnough;
  }

  @Override
  public void gap(ControlBatch.StreamGap gap) {
    to.gap(gap);
  }

  @Override
  public void unreadable(int partition, long offset, String why) {
    to.unreadable(partition, offset, why);
  }

  /// Shows what waits. Called whenever nothing is half read.
  void flush() {
    pending.forEach(this::flush);
  }

  /// How many records a module has failed on.
  long failures() {
    return failures;
  }

  private void flush(int partition, Pending of) {
    List<Waiting> rest = List.copyOf(of.waiting);
    of.waiting.clear();
    try {
      while (!rest.isEmpty() && !isEnough) {
        Chain chain = of.chain == null ? plan.start(notices::say) : of.chain;
        of.chain = chain;
        List<Waiting> call = near(rest);
        ChainOutput output = chain.process(input(call));
        show(partition, call, output);
        rest = rest.subList(output.taken(), rest.size());
      }
    } catch (GuestFailed e) {
      throw new ChainEnded(e);
    }
  }

  /// The guests cannot go on.
  static final class ChainEnded extends RuntimeException {
    private static final long serialVersionUID = 1L;

    ChainEnded(GuestFailed why) {
      super("the modules cannot go on: " + why.text(), why);
    }
  }

  /// As many as one call's deltas can tell.
  private static List<Waiting> near(List<Waiting> waiting) {
    Waiting first = waiting.get(0);
    int end = 0;
    while (end < waiting.size()
        && waiting.get(end).offset - first.offset <= Integer.MAX_VALUE
        && Math.abs(waiting.get(end).record.timestampMs() - first.record.timestampMs())
            <= Integer.MAX_VALUE) {
      end++;
    }
    return waiting.subList(0, end);
  }

  private static ChainInput input(List<Waiting> call) {
    Waiting first = call.get(0);
    GuestRecords.Builder records = new GuestRecords.Builder();
    for (Waiting each : call) {
      Record record = each.record;
      records.add(
          (int) (record.timestampMs() - first.record.timestampMs()),
          (int) (each.offset - first.offset),
          record.key(),
          record.value());
    }
    return new ChainInput(first.offset, first.record.timestampMs(), records.build());
  }

  private void show(int partition, List<Waiting> call, ChainOutput output) {
    for (DeadLetter dead : output.deadLetters()) {
      failures++;
      notices.say(
          "partition %d, offset %d: %s fails: %s"
              .formatted(partition, call.get(dead.origin()).offset, dead.module(), dead.text()));
    }
    for (int i = 0; i < output.count() && !isEnough; i++) {
      Waiting origin = call.get(output.origin(i));
      Record record =
          plan.onlyFilters()
              ? origin.record
              : new Record(
                  output.timestampMs(i), output.key(i), output.value(i), origin.record.headers());
      isEnough =
          !to.record(
              new Shown(origin.topic, partition, cursor(record, origin.offset), origin.edgeOffset));
    }
  }

  /// A record where a reader finds it: in a batch.
  private static RecordCursor cursor(Record record, long offset) {
    try {
      BatchBuilder batch = new BatchBuilder(Compression.none(), Batches.LIMITS);
      if (!batch.tryAppend(record)) {
        throw new IllegalStateException("an empty batch takes any record that is not refused");
      }
      BatchView view = new BatchView().wrap(batch.build(offset, -1, (short) -1, -1), 0);
      RecordCursor cursor = new RecordCursor(Batches.LIMITS).wrap(view);
      cursor.next();
      return cursor;
    } catch (RecordRefused | BatchRefused e) {
      throw new IllegalStateException(e);
    }
  }
}
