package io.tributary.adapter.mqtt.bridge;

import io.tributary.adapter.Completion;
import io.tributary.adapter.Refused;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// A message on its way to the disk, and the acknowledgement that the broker is owed for it. A journal's thread completes it;
/// the rest is the bridge's.
final class Owed implements Completion {
  final Arrival arrival;

  /// The identifier of a QoS 2 publish.
  final @Nullable Received received;

  private final Consumer<Owed> completed;

  /// Written before the hand-over to the bridge.
  private @Nullable Refused refused;

  /// Whether the disk has what the acknowledgement promises. The bridge's thread only.
  boolean due;

  Owed(Arrival arrival, @Nullable Received received, Consumer<Owed> completed) {
    this.arrival = arrival;
    this.received = received;
    this.completed = completed;
  }

  @Override
  public void durable(long offset) {
    completed.accept(this);
  }

  @Override
  public void refused(Refused why) {
    refused = why;
    completed.accept(this);
  }

  @Nullable Refused refusal() {
    return refused;
  }

  boolean isDue() {
    return received == null ? due : received.durable;
  }
}
