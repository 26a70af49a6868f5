package io.tributary.core.pipeline;

import io.tributary.record.BatchBuilder;
import io.tributary.record.Compression;
import io.tributary.record.EncodedHeaders;
import io.tributary.record.Limits;
import io.tributary.record.Record;
import io.tributary.record.RecordRefused;
import io.tributary.smartmodule.DeadLetter;
import io.tributary.smartmodule.ErrorPolicy;
import io.tributary.smartmodule.GuestFailed;
import io.tributary.smartmodule.PipelineRun;
import io.tributary.smartmodule.Progress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Cuts what a step came to into portions that fit into one batch each, between two records of the source.
///
/// All but the last portion leave the saved state as it was: their place lies behind it, and what lies between is read again when
/// the lane begins there. So no guest has to be run again to find out how much fits.
///
/// What comes of one record stays together. Where it does not fit into a batch, or is none that the topic takes, the record is
/// handled as one that a guest failed on.
final class Cut {
  /// Behind so many bytes a portion ends also where the topic takes larger batches.
  private static final int PORTION_BYTES = 1 << 20;

  /// Of a record in a batch, beside key, value and headers, at most.
  private static final int RECORD_OVERHEAD_BYTES = 32;

  private final PipelineSpec spec;
  private final int bytesMost;
  private final boolean needsKeys;
  private final BatchBuilder outputs;
  private final DeadLetterBatch dead;

  private final List<Portion> portions = new ArrayList<>();
  private Point from;
  private long skipped;
  private PipelineRun.@Nullable Failure stop;

  /// What the records of one offset of the source became.
  private static final class Made {
    private final List<Record> outputs = new ArrayList<>();

    /// The first: however much of it fails, a record is one dead letter.
    private PipelineRun.@Nullable Failure failure;

    /// Whether a guest was made anew after it, whose state has nothing of it.
    private boolean isPassedOver;
  }

  /// @param bytesMost of a batch of the derived topic
  /// @param needsKeys whether it is compacted
  /// @param from where the lane stood before the step
  Cut(PipelineSpec spec, int bytesMost, boolean needsKeys, DeadLetterBatch dead, Point from) {
    this.spec = spec;
    this.bytesMost = bytesMost;
    this.needsKeys = needsKeys;
    this.outputs = new BatchBuilder(Compression.none(), Limits.produced(bytesMost));
    this.dead = dead;
    this.from = from;
  }

  /// @param inputs what the step was given, as far as it took them
  /// @return the portions in order; at least one
  List<Portion> of(PipelineRun.Step step, List<PipelineRun.Input> inputs) {
    TreeMap<Long, Made> byOffset = new TreeMap<>();
    step.outputs()
        .forEach(one ->
            byOffset.computeIfAbsent(one.origin(), k -> new Made()).outputs.add(one.record()));
    for (PipelineRun.Failure one : step.failures()) {
      Made made = byOffset.computeIfAbsent(one.input().offset(), k -> new Made());
      made.failure = made.failure == null ? one : made.failure;
      made.isPassedOver |= one.letter().reason() != GuestFailed.Reason.RECORD;
    }
    Progress start = from.progress();
    List<Long> passedOver = new ArrayList<>(start.passedOver());
    Totals totals = new Totals();
    for (PipelineRun.Input input : inputs) {
      Made made = byOffset.get(input.offset());
      if (made != null && !take(input, made, closing(start, passedOver, input, totals))) {
        return portions;
      }
      if (made != null && made.isPassedOver) {
        passedOver.add(input.offset());
      }
      totals.in++;
      if (made == null || (made.outputs.isEmpty() && made.failure == null)) {
        totals.dropped++;
      }
    }
    stop = step.stop();
    int slot = step.savesState() ? from.otherSlot() : from.slot();
    portions.add(portion(step.progress(), slot, totals, step.savesState()));
    return portions;
  }

  private Runnable closing(
      Progress start, List<Long> passedOver, PipelineRun.Input before, Totals totals) {
    return () ->
        portions.add(
            portion(between(start, passedOver, before.offset()), from.slot(), totals, false));
  }

  /// Takes what one record became into the portion, or into the next.
  ///
  /// @param close ends the portion before the record
  /// @return false when the pipeline stops before it
  private boolean take(PipelineRun.Input input, Made made, Runnable close) {
    if (made.failure != null && !dead.hasRoom(input)) {
      close.run(); // now, since its outputs and its letter belong into one portion
    }
    if (!append(made.outputs, close)) {
      made.failure = new PipelineRun.Failure(input, unfit(made.outputs));
      made.outputs.clear();
      if (spec.plan().policy() == ErrorPolicy.STOP) {
        close.run();
        stop = made.failure;
        return false;
      }
      if (!dead.hasRoom(input)) {
        close.run();
      }
    }
    PipelineRun.Failure failure = made.failure;
    if (failure != null && spec.plan().policy() != ErrorPolicy.DEAD_LETTER) {
      skipped++;
    } else if (failure != null && !dead.tryAppend(failure.input(), failure.letter())) {
      throw new IllegalStateException("a dead letter was counted smaller than it is");
    }
    return true;
  }

  /// Why the pipeline goes no further; null: it does.
  PipelineRun.@Nullable Failure stop() {
    return stop;
  }

  private static final class Totals {
    private long in;
    private long dropped;
  }

  private static Progress between(Progress start, List<Long> passedOver, long position) {
    return new Progress(
        start.generation(),
        start.fingerprint(),
        position,
        start.savedAt(),
        passedOver.stream().sorted().toList(),
        start.state());
  }

  private Portion portion(Progress progress, int slot, Totals totals, boolean saves) {
    int outputCount = outputs.count();
    int deadCount = dead.count();
    Counts counts =
        from.counts()
            .plus(new Counts(totals.in, outputCount, totals.dropped, deadCount, skipped, 0));
    Point after = new Point(progress, slot, counts);
    ByteBuffer batch =
        outputCount == 0 ? null : PipelineLog.copy(outputs.build(0, -1, (short) -1, -1));
    ByteBuffer letters = deadCount == 0 ? null : dead.build();
    Portion portion = new Portion(from, after, batch, outputCount, letters, deadCount, saves);
    outputs.reset();
    from = after;
    totals.in = 0;
    totals.dropped = 0;
    skipped = 0;
    return portion;
  }

  /// Appends what came of one record, in the portion behind when it does not fit here.
  ///
  /// @return false when no portion can hold it; nothing of it is appended then
  private boolean append(List<Record> records, Runnable close) {
    long bytes = outputs.sizeBytes();
    List<EncodedHeaders> headers = new ArrayList<>(records.size());
    for (Record record : records) {
      EncodedHeaders encoded = EncodedHeaders.of(record.headers());
      headers.add(encoded);
      bytes +=
          RECORD_OVERHEAD_BYTES + size(record.key()) + size(record.value()) + encoded.sizeBytes();
      if (needsKeys && record.key() == null) {
        return false;
      }
    }
    if (!outputs.isEmpty() && bytes > Math.min(bytesMost, PORTION_BYTES)) {
      close.run();
    }
    boolean isAlone = outputs.isEmpty();
    try {
      for (int i = 0; i < records.size(); i++) {
        Record record = records.get(i);
        // A batch has no time before 1970; producers that tell none say -1.
        long timestampMs = Math.max(0, record.timestampMs());
        if (!outputs.tryAppend(timestampMs, record.key(), record.value(), headers.get(i))) {
          return undo(isAlone);
        }
      }
      return true;
    } catch (RecordRefused e) {
      return undo(isAlone);
    }
  }

  private boolean undo(boolean isAlone) {
    if (!isAlone) {
      throw new IllegalStateException("a record was counted smaller than it is");
    }
    outputs.reset();
    return false;
  }

  private static long size(byte @Nullable [] bytes) {
    return bytes == null ? 0 : bytes.length;
  }

  private DeadLetter unfit(List<Record> records) {
    boolean lacksKey = needsKeys && records.stream().anyMatch(record -> record.key() == null);
    String text =
        lacksKey
            ? "the topic %s is compacted, and what came out has no key".formatted(spec.to())
            : "what came out does not fit into one batch of the topic %s: %d records, allowed are %d B (max.message.bytes)"
                .formatted(spec.to(), records.size(), bytesMost);
    return new DeadLetter(0, spec.name(), GuestFailed.Reason.OUTPUT_SIZE, text);
  }
}
