package io.tributary.adapter.mqtt.bridge;

import java.util.HashMap;
import java.util.Map;

/// A connection of a {@link Publisher}.
final class SendingLine extends Line {
  private final Publisher publisher;

  /// What the broker has said, once it has. The publisher's thread only, as the next three.
  Welcome welcome = Welcome.unbounded(false);

  boolean isConnected;

  /// What is on its way, by number.
  final Map<Long, Flow.Departed> underWay = new HashMap<>();

  int underWayBytes;

  SendingLine(Publisher publisher) {
    super(publisher::later);
    this.publisher = publisher;
  }

  @Override
  public void connected(Welcome said) {
    happened(() -> publisher.connected(this, said));
  }

  @Override
  public void ended(String why) {
    happened(() -> publisher.ended(this, why));
  }

  @Override
  public void departed(long number, int reason) {
    happened(() -> publisher.departed(this, number, reason));
  }
}
