package io.tributary.store;

import java.util.UUID;

/// One topic of one incarnation of one edge.
///
/// @param streamId a random 63-bit number, born with the stream on the edge
/// @param className the edge's class that the stream travels in; for status only
public record StreamSpec(
    long streamId, String edgeId, UUID incarnation, String topic, String className) {
  public StreamSpec {
    if (streamId < 0) {
      throw new IllegalArgumentException("a stream id is not negative: " + streamId);
    }
    if (edgeId.isEmpty()) {
      throw new IllegalArgumentException("an edge has a name");
    }
  }
}
