package io.tributary.adapter.mqtt.bridge;

import java.io.IOException;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// One connection as its agent sees it: what its client tells comes through here to the agent's thread. Once it is over, nothing
/// does.
abstract class Line implements BrokerEvents {
  private final Consumer<Runnable> agent;

  /// The agent's thread only, as the next one.
  private @Nullable BrokerClient client;

  /// When it counts as failed unless it went on; 0: never.
  long deadlineNanos;

  private volatile boolean over;

  /// @param agent runs what it is given on the agent's thread, in order
  Line(Consumer<Runnable> agent) {
    this.agent = agent;
  }

  /// Its client, once it is dialled.
  BrokerClient client() {
    return Objects.requireNonNull(client, "not dialled");
  }

  /// Begins to connect.
  ///
  /// @throws IOException when the library refuses to, with what it was given
  void dial(BrokerClient made) throws IOException {
    client = made;
    try {
      made.dial();
    } catch (RuntimeException e) {
      hangUp();
      throw new IOException("the client cannot dial: " + e.getMessage(), e);
    }
  }

  boolean isOver() {
    return over;
  }

  /// Ends it: what its client tells from now on is not heard.
  void hangUp() {
    over = true;
    client().close();
  }

  boolean isLate(long nowNanos) {
    return deadlineNanos != 0 && nowNanos - deadlineNanos > 0;
  }

  /// Runs an event on the agent's thread, unless the connection is over by then.
  final void happened(Runnable event) {
    agent.accept(() -> {
      if (!over) {
        event.run();
      }
    });
  }

  @Override
  public void subscribed(List<String> refused) {}

  @Override
  public boolean arrived(Arrival arrival) {
    return false;
  }

  @Override
  public void released(int packetId, Runnable complete) {}

  @Override
  public void departed(long number, int reason) {}
}
