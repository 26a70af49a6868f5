package io.tributary.adapter;

/// A place in a topic of this edge. It outlives restarts of the edge, so an adapter may keep it in its state.
///
/// @param stream the stream that it counts in; a topic begins another one where it is sealed
/// @param offset of the next reading
public record TopicPosition(long stream, long offset) {}
