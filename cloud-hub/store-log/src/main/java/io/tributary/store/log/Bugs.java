package io.tributary.store.log;

import io.tributary.agent.Agent;
import java.util.function.IntSupplier;

/// An exception that nobody expected is a bug: after it some of a group may be answered and some not.
/// On a thread of the store it ends the process, which is trusted again from disk.
final class Bugs {
  private Bugs() {}

  static int stopAt(IntSupplier turn) {
    try {
      return turn.getAsInt();
    } catch (RuntimeException bug) {
      throw new AssertionError("a bug of the store", bug);
    }
  }

  /// The store's duty cycle on its own thread.
  static Agent stopAt(StoreAgent agent) {
    return new Agent() {
      @Override
      public String name() {
        return agent.name();
      }

      @Override
      public int doWork(long nowNanos) {
        return stopAt(() -> agent.doWork(nowNanos));
      }

      @Override
      public void onClose() {
        agent.onClose();
      }
    };
  }
}
