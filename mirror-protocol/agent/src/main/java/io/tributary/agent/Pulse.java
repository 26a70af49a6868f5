package io.tributary.agent;

import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// What one part of a program writes down about its work, for those who ask after its health.
///
/// ```
///            waits(for what)
///   resting ────────────────▶ waiting ──┐
///      ◀───────────────────────  ▲      │ moved: waits anew from here
///             rests              └──────┘
///
///   sick: it waits, and has not moved for STANDSTILL_NANOS
/// ```
///
/// One thread writes, any may ask. Nothing here reads a clock: every time is the caller's.
public final class Pulse implements Vital {
  private final String part;
  private volatile long sinceNanos;
  private volatile @Nullable String waitsFor;

  /// @param part what it is that moves, in the words of a person: "the journal of class 'normal'"
  public Pulse(String part) {
    this.part = part;
  }

  /// There is work. Said again it keeps the moment at which the waiting began, and takes the new
  /// words.
  ///
  /// @param forWhat what the work waits for or what it is, to follow the words "stands still": a
  ///     reason that a person can act on
  public void waits(String forWhat, long nowNanos) {
    if (waitsFor == null) {
      sinceNanos = nowNanos; // before the words: whoever sees them sees this
    }
    waitsFor = forWhat;
  }

  /// Some of the work was done.
  public void moved(long nowNanos) {
    sinceNanos = nowNanos;
  }

  /// There is nothing to do.
  public void rests() {
    waitsFor = null;
  }

  @Override
  public @Nullable String standstill(long nowNanos) {
    String waits = waitsFor;
    long standsNanos = nowNanos - sinceNanos;
    return waits == null || standsNanos < STANDSTILL_NANOS
        ? null
        : part
            + " stands still for "
            + TimeUnit.NANOSECONDS.toSeconds(standsNanos)
            + " s: "
            + waits;
  }
}
