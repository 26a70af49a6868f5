package io.tributary.adapter.mqtt.bridge;

/// What a publisher counts, under the names that its status shows.
enum PublisherCounter {
  CONNECTED,
  CONNECTS_FAILED,
  CONNECTIONS_LOST,
  PUBLISHED,
  SENT_AGAIN,
  REFUSED,
  MISSING,
  UNADDRESSED,
  TOO_LARGE,
  POSITIONS_STORED;
}
