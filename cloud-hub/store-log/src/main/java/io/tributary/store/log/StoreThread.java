package io.tributary.store.log;

import io.tributary.agent.Agent;
import java.util.concurrent.locks.LockSupport;

/// The store's duty cycle on its own thread: before each group it waits a little while the group is likely to grow.
///
/// Whoever keeps several batches on their way, as Kafka's producers do, sends the next when one is answered: those that were
/// answered with the last group are about to send again. So when less waits than the last group had, half the time that the last
/// group took is given to the rest to arrive. Who sends one batch at a time never waits.
final class StoreThread implements Agent {
  /// Of a disk that takes longer, most of what comes arrives while a group is forced.
  private static final long PAUSE_NANOS_MOST = 1_000_000;

  private final StoreAgent agent;
  private final CommandQueue queue;

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
    expected = Math.max(queue.commands(), expected - 1);
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
