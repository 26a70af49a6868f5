package io.tributary.adapter.mqtt.bridge;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One connection as the bridge sees it: what its client tells comes through here. Once it is over, nothing does.
final class Line implements BrokerEvents {
  private final Bridge bridge;

  /// Acknowledgements in the order of arrival. The bridge's thread only, as the next four.
  final Deque<Owed> owed = new ArrayDeque<>();

  /// Which of the sessions, counted from 0, its identifiers belong to.
  int session;

  @Nullable BrokerClient client;

  /// It subscribes when the disk has forgotten an earlier session.
  boolean awaitsForgetting;

  /// When it counts as failed unless it went on.
  long deadlineNanos;

  private volatile boolean over;

  Line(Bridge bridge, int session) {
    this.bridge = bridge;
    this.session = session;
  }

  boolean isOver() {
    return over;
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

  void over() {
    over = true;
  }

  @Override
  public void connected(Welcome welcome) {
    bridge.happened(this, () -> bridge.connected(this, welcome.sessionPresent()));
  }

  @Override
  public void subscribed(List<String> refused) {
    bridge.happened(this, () -> bridge.subscribed(this, refused));
  }

  @Override
  public void ended(String why) {
    bridge.happened(this, () -> bridge.ended(this, why));
  }

  @Override
  public boolean arrived(Arrival arrival) {
    return bridge.arrived(new Inbox.Held(this, arrival));
  }

  @Override
  public void released(int packetId, Runnable complete) {
    bridge.happened(this, () -> bridge.released(packetId, complete));
  }

  /// A bridge sends nothing.
  @Override
  public void departed(long number, int reason) {}
}
