package io.tributary.adapter.mqtt.bridge;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/// A connection of a {@link Bridge}.
final class ReceivingLine extends Line {
  private final Bridge bridge;

  /// Acknowledgements in the order of arrival. The bridge's thread only, as the next one.
  final Deque<Owed> owed = new ArrayDeque<>();

  /// Which of the sessions, counted from 0, its identifiers belong to.
  int session;

  ReceivingLine(Bridge bridge, int session) {
    super(bridge::later);
    this.bridge = bridge;
    this.session = session;
  }

  /// Whether its broker waits for that message, under whichever connection it came first.
  boolean owes(Owed message) {
    for (Owed each : owed) {
      if (each == message || (each.received != null && each.received == message.received)) {
        return true;
      }
    }
    return false;
  }

  @Override
  public void connected(Welcome welcome) {
    happened(() -> bridge.connected(this, welcome.sessionPresent()));
  }

  @Override
  public void subscribed(List<String> refused) {
    happened(() -> bridge.subscribed(this, refused));
  }

  @Override
  public void ended(String why) {
    happened(() -> bridge.ended(this, why));
  }

  @Override
  public boolean arrived(Arrival arrival) {
    return bridge.arrived(new Inbox.Held(this, arrival));
  }

  @Override
  public void released(int packetId, Runnable complete) {
    happened(() -> bridge.released(this, packetId, complete));
  }
}
