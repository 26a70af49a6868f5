package io.tributary.adapter.mqtt;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/// The answers that one client is owed, in the order in which they came to be owed (MQTT 5, section 4.6), and what the
/// journal had no room for. Event loop only.
///
/// One queue for all kinds keeps the order, also when the journals of different classes complete out of order.
final class Answers {
  private final Conversation owner;
  private final Deque<Ack> acks = new ArrayDeque<>();

  /// What the journal had no room for, in its order; nothing is read before it is taken. Seldom more than one.
  private final Deque<BooleanSupplier> held = new ArrayDeque<>(1);

  /// The most answers that this client ever waited for at a time: its window, as far as it has shown.
  private int learntWindow;

  Answers(Conversation owner) {
    this.owner = owner;
  }

  void add(Ack ack) {
    ack.queuedBy = owner;
    acks.add(ack);
    learntWindow = Math.max(learntWindow, acks.size());
  }

  /// Puts an answer before all others: in the place of the one that was polled last.
  void addFirst(Ack ack) {
    ack.queuedBy = owner;
    acks.addFirst(ack);
  }

  /// The oldest answer, when it is due; it is owed no more.
  @Nullable Ack pollDue() {
    Ack oldest = acks.peek();
    if (oldest == null || !oldest.isCompleted()) {
      return null;
    }
    acks.poll();
    oldest.queuedBy = null;
    return oldest;
  }

  int size() {
    return acks.size();
  }

  /// Whether the client waits for as many answers as it ever did.
  boolean isWindowFull() {
    return acks.size() >= learntWindow;
  }

  /// Does something that the journal may have no room for; then it is held, and so is what comes after it.
  void step(BooleanSupplier step) {
    if (!held.isEmpty() || !step.getAsBoolean()) {
      held.add(step);
      owner.starved();
    }
  }

  boolean isHolding() {
    return !held.isEmpty();
  }

  /// Tries again what the journal had no room for.
  void retry() {
    BooleanSupplier next = held.peek();
    while (next != null && next.getAsBoolean()) {
      held.poll();
      next = held.peek();
    }
    if (next != null) {
      owner.starved();
    }
  }

  /// Forgets all: there is nobody to answer.
  void discard() {
    held.clear();
    for (Ack ack : acks) {
      ack.queuedBy = null;
    }
    acks.clear();
  }
}
