package io.tributary.adapter.mqtt;

import io.tributary.adapter.Completion;
import io.tributary.adapter.Emitter;
import io.tributary.adapter.Refused;
import io.tributary.adapter.StateChange;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One publish on its way to those who subscribed: the places that are reserved for it, and what of it must be on disk before
/// anybody sees it. Completed on a journal's thread; all else on the event loop.
final class Dispatch implements Completion {
  /// A place in an outbox.
  record Target(Session session, Delivery delivery) {}

  final Message message;

  /// Whether it becomes, or ends, what is retained for its topic.
  final boolean retained;

  private final List<Target> targets = new ArrayList<>();
  private final List<StateChange> changes = new ArrayList<>();
  private final Completion then;
  private int changesBytes;

  private volatile boolean completed;

  /// Written before `completed`.
  private @Nullable Refused refused;

  /// @param then who is told before: whoever published
  Dispatch(Message message, boolean retained, Completion then) {
    this.message = message;
    this.retained = retained;
    this.then = then;
  }

  void add(Target target) {
    targets.add(target);
  }

  void change(StateChange change) {
    changes.add(change);
    changesBytes += change.sizeBytes();
  }

  /// Whether one more place on disk can belong to it.
  boolean hasRoomFor(Message more) {
    return changesBytes + more.sizeBytes() + Bounds.CHANGE_BYTES <= Emitter.STATE_CHANGES_BYTES;
  }

  List<Target> targets() {
    return targets;
  }

  List<StateChange> changes() {
    return changes;
  }

  @Override
  public void durable(long offset) {
    completed = true;
    then.durable(offset);
  }

  @Override
  public void refused(Refused reason) {
    refused = reason;
    completed = true;
    then.refused(reason);
  }

  boolean isCompleted() {
    return completed;
  }

  boolean isRefused() {
    return refused != null;
  }
}
