package io.tributary.store.log;

import io.tributary.agent.Agent;
import java.util.concurrent.locks.LockSupport;

/// The store's duty cycle on its own thread: before each group it waits a little while the group is likely to grow.
///
/// Whoever keeps several batches on their way, as Kafka's producers do, sends the next when one is answered: those that were
/// answered with the last group are about to send again. So when less waits than the last group had, half the time that the last
/// group took is given to the rest to arrive. Who sends one batch at a time waits for nobody, but for a moment behind a crowd.
final class StoreThread implements Agent {
  /// Of a disk that takes longer, most of what comes arrives while a group is forced.
  private static final long PAUSE_NANOS_MOST = 1_000_000;

  private final StoreAgent agent;
  private final CommandQueue queue;

  /// A larger group costs a force for each log as well: nothing is won by waiting for more, and a crowd that came once, as when
  /// all edges dial again, must not be waited for long after it.
  private static final int EXPECTED_MOST = 64;

  /// As many commands as came together before, one less with each smaller group.
  private int expected;

  private long groupNanos;

  StoreThread(StoreAgent agent, CommandQueue queue) {
    this.agent = agent;
    this.queue = queue;
  }

  @Override
  public String name() {
    return agent.name();
  }

  @Override
  public int doWork(long nowNanos) {
    int waiting = queue.commands();
    if (waiting == 0) {
      return Bugs.stopAt(() -> agent.doWork(nowNanos));
    }
    if (waiting < expected) {
      LockSupport.parkNanos(Math.min(groupNanos / 2, PAUSE_NANOS_MOST));
    }
    expected = Math.min(EXPECTED_MOST, Math.max(queue.commands(), expected - 1));
    long beginNanos = System.nanoTime();
    int done = Bugs.stopAt(() -> agent.doWork(beginNanos));
    groupNanos = System.nanoTime() - beginNanos;
    return done;
  }

  @Override
  public void onClose() {
    agent.onClose();
  }
}
