package io.tributary.hub;

import io.netty.channel.EventLoopGroup;
import io.netty.util.concurrent.EventExecutor;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/// When each event loop last took a turn: a loop that lives and does not turn is sick.
@SuppressWarnings("FutureReturnValueIgnored") // a beat that stops is what this is there to see
final class LoopPulse {
  private static final long BEAT_MS = 1_000;

  private final List<AtomicLong> beats = new ArrayList<>();

  private LoopPulse() {}

  static LoopPulse of(EventLoopGroup loops) {
    LoopPulse pulse = new LoopPulse();
    for (EventExecutor loop : loops) {
      AtomicLong beat = new AtomicLong(System.nanoTime());
      pulse.beats.add(beat);
      loop.scheduleAtFixedRate(
          () -> beat.set(System.nanoTime()), 0, BEAT_MS, TimeUnit.MILLISECONDS);
    }
    return pulse;
  }

  /// How long ago the loop that lags most took its last turn.
  long sinceProgressNanos(long nowNanos) {
    long most = 0;
    for (AtomicLong beat : beats) {
      most = Math.max(most, nowNanos - beat.get());
    }
    return most;
  }
}
