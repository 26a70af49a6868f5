package io.tributary.smartmodule;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// What a chain made of a batch.
public final class ChainOutput {
  private final long baseTimestampMs;
  private final Flow flow;
  private final List<DeadLetter> deadLetters;
  private final int taken;
  private final @Nullable DeadLetter stop;

  ChainOutput(
      long baseTimestampMs,
      Flow flow,
      List<DeadLetter> deadLetters,
      int taken,
      @Nullable DeadLetter stop) {
    this.baseTimestampMs = baseTimestampMs;
    this.flow = flow;
    this.deadLetters = List.copyOf(deadLetters);
    this.taken = taken;
    this.stop = stop;
  }

  /// How many records came out.
  public int count() {
    return flow.records().count();
  }

  /// Which record of the batch an output came from. They ascend; several may be of one.
  public int origin(int i) {
    return flow.origins()[i];
  }

  public long timestampMs(int i) {
    return baseTimestampMs + flow.records().timestampDelta(i);
  }

  /// A copy of the key, or null.
  public byte @Nullable [] key(int i) {
    return flow.records().key(i);
  }

  /// A copy of the value.
  public byte[] value(int i) {
    return flow.records().value(i);
  }

  /// What guests failed on, in the order of their origins; empty with {@link ErrorPolicy#STOP}.
  public List<DeadLetter> deadLetters() {
    return deadLetters;
  }

  /// How many records of the batch were dealt with; the others are to be given again.
  public int taken() {
    return taken;
  }

  /// Why the chain does not go on, with the policy {@link ErrorPolicy#STOP}: what a guest failed on behind the ones that were
  /// taken. The same records may be given again.
  public @Nullable DeadLetter stop() {
    return stop;
  }
}
