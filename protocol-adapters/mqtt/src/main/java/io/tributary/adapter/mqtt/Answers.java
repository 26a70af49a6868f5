package io.tributary.adapter.mqtt;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/// The answers that one client is owed, in the order in which they came to be owed (MQTT 5, section 4.6), and the one thing
/// that the journal had no room for. Event loop only.
///
/// One queue for all kinds keeps the order, also when the journals of different classes complete out of order.
final class Answers {
  private final Conversation owner;
  private final Deque<Ack> acks = new ArrayDeque<>();

  /// What the journal had no room for; nothing is read before it is taken.
  private @Nullable BooleanSupplier held;

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

  /// Does something that the journal may have no room for; then it is held.
  void step(BooleanSupplier step) {
    if (!step.getAsBoolean()) {
      held = step;
      owner.starved();
    }
  }

  boolean isHolding() {
    return held != null;
  }

  /// Tries again what the journal had no room for.
  void retry() {
    BooleanSupplier again = held;
    if (again != null) {
      held = null;
      step(again);
    }
  }

  /// Forgets all: there is nobody to answer.
  void discard() {
    held = null;
    for (Ack ack : acks) {
      ack.queuedBy = null;
    }
    acks.clear();
  }
}
