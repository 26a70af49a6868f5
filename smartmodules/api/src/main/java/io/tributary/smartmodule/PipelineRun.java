package io.tributary.smartmodule;

import io.tributary.record.Record;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// A chain between one source partition and one derived one. Reads nothing and writes nothing itself: it is given records and says
/// what comes of them, and what must be durable together with that.
///
/// ```
/// open ─▶ next() … step(records) ─▶ outputs, dead letters and Progress: all of it durable, or none
///   └ while next() < position: the guests' state is made again, and nothing comes out
/// ```
///
/// One thread at a time.
public final class PipelineRun {
  /// So many records are read again after a restart, at most.
  private static final long SAVE_RECORDS = 10_000;

  /// So many bytes of them.
  private static final long SAVE_BYTES = 8 << 20;

  /// Bounds the entry `place`.
  private static final int PASSED_OVER_MOST = 500;

  /// Of one call, so that what comes of it fits into one batch of a topic.
  private static final int CALL_RECORDS = 1_000;

  private final ChainPlan plan;
  private final Chain chain;
  private final int stateBytesMost;
  private final Set<Long> passedOver;

  private Progress progress;

  /// The offset that the chain's state is due at.
  private long next;

  private long recordsSinceSave;
  private long bytesSinceSave;

  private PipelineRun(ChainPlan plan, Chain chain, Progress progress, int stateBytesMost) {
    this.plan = plan;
    this.chain = chain;
    this.progress = progress;
    this.stateBytesMost = stateBytesMost;
    this.next = progress.savedAt();
    this.passedOver = new HashSet<>(progress.passedOver());
  }

  /// A record of the source.
  public record Input(long offset, Record record) {}

  /// What comes out.
  ///
  /// @param record with the headers of its origin
  /// @param origin the offset of the record that it came from
  public record Output(Record record, long origin) {}

  /// A record that a guest failed on.
  public record Failure(Input input, DeadLetter letter) {}

  /// What a step came to.
  ///
  /// @param outputs in order
  /// @param failures in order; what becomes of them is the owner's choice by {@link ChainPlan#policy}
  /// @param progress to be durable with them
  /// @param savesState whether the progress has another state than the one before
  /// @param stop why the pipeline goes no further, with the policy `stop`
  /// @param before the state that goes on to be saved, and what was passed over since
  public record Step(
      List<Output> outputs,
      List<Failure> failures,
      Progress progress,
      boolean savesState,
      @Nullable Failure stop,
      Progress before) {
    /// What is to be durable with only the outputs and failures of records below an offset, where all have no room together.
    public Progress upTo(long offset) {
      return new Progress(
          before.generation(),
          before.fingerprint(),
          offset,
          before.savedAt(),
          before.passedOver().stream().filter(passed -> passed < offset).toList(),
          before.state());
    }
  }

  /// Starts the guests with the state that was saved.
  ///
  /// @param found what was durable, of whatever chain; another chain begins a new generation where the old one was
  /// @param stateBytesMost how large a saved state may be
  /// @throws GuestFailed when a guest cannot be started
  /// @throws IOException when the state cannot be used
  public static PipelineRun open(
      ChainPlan plan, Progress found, int stateBytesMost, Consumer<String> log)
      throws GuestFailed, IOException {
    Progress from =
        found.fingerprint().equals(plan.fingerprint())
            ? found
            : Progress.beginning(plan, found.generation() + 1, found.position());
    Chain chain = plan.start(log);
    if (from.state().length > 0) {
      chain.restore(from.state());
    }
    return new PipelineRun(plan, chain, from, stateBytesMost);
  }

  /// The source's offset to be given next.
  public long next() {
    return next;
  }

  /// What is durable when everything that was given out so far is.
  public Progress progress() {
    return progress;
  }

  /// What the first guest wants to see of the records below {@link #next}, before the first step of a chain without a state; null:
  /// nothing.
  public @Nullable Lookback lookback() {
    boolean isFresh = progress.state().length == 0 && next == progress.savedAt();
    return isFresh ? plan.transforms().get(0).lookback() : null;
  }

  /// Shows it them.
  public void lookBack(List<Input> earlier) throws GuestFailed {
    int from = 0;
    while (from < earlier.size()) {
      int to = callEnd(earlier, from, Long.MAX_VALUE);
      chain.lookBack(input(earlier.subList(from, to)));
      from = to;
    }
  }

  /// Sends records through the chain: some of them, or all.
  ///
  /// @param records in order, none below {@link #next}; may be none
  /// @param to the source has nothing else below this offset
  /// @throws GuestFailed when the guests cannot go on: the run is over, and another is opened from what is durable
  public Step step(List<Input> records, long to) throws GuestFailed {
    boolean repeats = next < progress.position();
    int end = callEnd(records, 0, repeats ? progress.position() : Long.MAX_VALUE);
    List<Input> taken = records.subList(0, end);
    if (repeats) {
      repeat(taken);
      next = end < records.size() ? records.get(end).offset() : to;
      next = Math.min(next, progress.position());
      return new Step(List.of(), List.of(), progress, false, null, progress);
    }
    List<Output> outputs = new ArrayList<>();
    List<Failure> failures = new ArrayList<>();
    Failure stop = null;
    long reached = end < records.size() ? records.get(end).offset() : to;
    if (!taken.isEmpty()) {
      ChainOutput output = chain.process(input(taken));
      for (int i = 0; i < output.count(); i++) {
        Input origin = taken.get(output.origin(i));
        outputs.add(new Output(record(origin.record(), output, i), origin.offset()));
      }
      for (DeadLetter letter : output.deadLetters()) {
        failures.add(new Failure(taken.get(letter.origin()), letter));
        if (letter.reason() != GuestFailed.Reason.RECORD) {
          passedOver.add(taken.get(letter.origin()).offset());
        }
      }
      if (output.taken() < taken.size()) {
        reached = taken.get(output.taken()).offset();
      }
      DeadLetter stopping = output.stop();
      if (stopping != null) {
        stop = new Failure(taken.get(stopping.origin()), stopping);
      }
      count(taken.subList(0, output.taken()));
    }
    next = Math.max(next, reached);
    boolean saves =
        recordsSinceSave >= SAVE_RECORDS
            || bytesSinceSave >= SAVE_BYTES
            || passedOver.size() > PASSED_OVER_MOST;
    Progress unsaved = unsaved();
    advance(saves);
    return new Step(outputs, failures, progress, saves, stop, unsaved);
  }

  /// What only filters have seen is what it was, also where the ABI has no word for it.
  private Record record(Record origin, ChainOutput output, int i) {
    return plan.onlyFilters()
        ? origin
        : new Record(output.timestampMs(i), output.key(i), output.value(i), origin.headers());
  }

  /// A step without records that saves the state, so that nothing is read again: for an end in order.
  ///
  /// @return null when there is nothing to save
  public @Nullable Step save() throws GuestFailed {
    if (next < progress.position() || next == progress.savedAt()) {
      return null;
    }
    Progress unsaved = unsaved();
    advance(true);
    return new Step(List.of(), List.of(), progress, true, null, unsaved);
  }

  /// The memory of the guests.
  public long memoryBytes() {
    return chain.memoryBytes();
  }

  /// How far it has come, with the state that was saved last.
  private Progress unsaved() {
    return new Progress(
        progress.generation(),
        progress.fingerprint(),
        next,
        progress.savedAt(),
        passedOver.stream().sorted().toList(),
        progress.state());
  }

  private void advance(boolean saves) throws GuestFailed {
    if (!saves) {
      progress = unsaved();
      return;
    }
    byte[] state = chain.save();
    if (state.length > stateBytesMost) {
      throw new GuestFailed(
          GuestFailed.Reason.MEMORY,
          "their state takes %d bytes, at most %d can be kept: let them remember less"
              .formatted(state.length, stateBytesMost));
    }
    passedOver.clear();
    recordsSinceSave = 0;
    bytesSinceSave = 0;
    progress =
        new Progress(progress.generation(), progress.fingerprint(), next, next, List.of(), state);
  }

  /// Makes the state again that these records made, as far as it had anything of them.
  private void repeat(List<Input> records) throws GuestFailed {
    List<Input> known =
        records.stream().filter(record -> !passedOver.contains(record.offset())).toList();
    while (!known.isEmpty()) {
      ChainOutput output = chain.process(input(known));
      for (DeadLetter letter : output.deadLetters()) {
        if (letter.reason() != GuestFailed.Reason.RECORD) {
          throw new GuestFailed(
              letter.reason(),
              "%s fails on the offset %d, which it did not before: its state cannot be made again: %s"
                  .formatted(letter.module(), known.get(letter.origin()).offset(), letter.text()));
        }
      }
      known = known.subList(output.taken(), known.size());
    }
    count(records);
  }

  private void count(List<Input> records) {
    recordsSinceSave += records.size();
    for (Input input : records) {
      bytesSinceSave += bytes(input.record().key()) + bytes(input.record().value());
    }
  }

  private static int bytes(byte @Nullable [] bytes) {
    return bytes == null ? 0 : bytes.length;
  }

  /// Where one call's records end: as many as it may have, below a limit, within what deltas can tell.
  private static int callEnd(List<Input> records, int from, long limit) {
    int end = from;
    while (end < records.size()
        && end - from < CALL_RECORDS
        && records.get(end).offset() < limit
        && isNear(records.get(from), records.get(end))) {
      end++;
    }
    return end;
  }

  private static boolean isNear(Input first, Input other) {
    long apart = other.record().timestampMs() - first.record().timestampMs();
    return other.offset() - first.offset() <= Integer.MAX_VALUE
        && apart <= Integer.MAX_VALUE
        && apart >= Integer.MIN_VALUE;
  }

  private static ChainInput input(List<Input> records) {
    Input first = records.get(0);
    GuestRecords.Builder builder = new GuestRecords.Builder();
    for (Input input : records) {
      Record record = input.record();
      builder.add(
          (int) (record.timestampMs() - first.record().timestampMs()),
          (int) (input.offset() - first.offset()),
          record.key(),
          record.value());
    }
    return new ChainInput(first.offset(), first.record().timestampMs(), builder.build());
  }
}
