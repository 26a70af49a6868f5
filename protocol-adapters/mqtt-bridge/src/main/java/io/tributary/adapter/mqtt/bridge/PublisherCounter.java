package io.tributary.adapter.mqtt.bridge;

/// What a publisher counts, under the names that its status shows.
enum PublisherCounter {
  CONNECTED("connected"),
  CONNECTS_FAILED("connectsFailed"),
  CONNECTIONS_LOST("connectionsLost"),
  PUBLISHED("published"),
  SENT_AGAIN("sentAgain"),
  REFUSED("refused"),
  MISSING("missing"),
  UNADDRESSED("unaddressed"),
  TOO_LARGE("tooLarge"),
  POSITIONS_STORED("positionsStored");

  final String shown;

  PublisherCounter(String shown) {
    this.shown = shown;
  }
}
