package io.tributary.agent;

import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// A part of a program that must move while it has work: a thread, or what a thread carries.
///
/// Health is progress. A part is well while it moves, and while it has nothing to do; it is sick
/// when it has work and nothing has come of it for [#STANDSTILL_NANOS]. The question is answered by
/// the one who asks, out of what the part last wrote down: no thread of ours watches another, since
/// a watcher that stands still would hide what it is there to find.
@FunctionalInterface
public interface Vital {
  /// How long work may wait without progress: longer than anything that a sound disk or link does
  /// in one piece, and short enough that whoever asks every few seconds knows within thirty.
  long STANDSTILL_NANOS = TimeUnit.SECONDS.toNanos(20);

  /// What stands still at this moment, in plain words; null while all is well. Never blocks; any
  /// thread may ask.
  ///
  /// @param nowNanos the present, on the clock that the part itself reads
  @Nullable String standstill(long nowNanos);
}
