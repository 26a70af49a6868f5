package io.tributary.hub;

import io.netty.channel.EventLoopGroup;
import io.netty.util.concurrent.EventExecutor;
import io.tributary.agent.Pulse;
import io.tributary.agent.Vital;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// A pulse for each event loop, beaten by the loop itself: a loop that lives and does not turn is
/// sick.
@SuppressWarnings("FutureReturnValueIgnored") // a beat that stops is what this is there to see
final class LoopPulse {
  private static final long BEAT_MS = 1_000;

  private LoopPulse() {}

  static List<Vital> of(EventLoopGroup loops) {
    List<Vital> pulses = new ArrayList<>();
    for (EventExecutor loop : loops) {
      Pulse pulse = new Pulse("event loop " + (pulses.size() + 1));
      pulse.waits("a turn that does not end", System.nanoTime());
      loop.scheduleAtFixedRate(
          () -> pulse.moved(System.nanoTime()), 0, BEAT_MS, TimeUnit.MILLISECONDS);
      pulses.add(pulse);
    }
    return List.copyOf(pulses);
  }
}
