package io.tributary.core.pipeline;

import org.jspecify.annotations.Nullable;

/// One partition of a pipeline.
///
/// @param position the source's offset that comes next
/// @param sourceEnd where the source ends
/// @param lag how many records are to be read
/// @param isStopped whether it goes no further by itself
/// @param trouble why it stands, or what it tries again; null: nothing
public record LaneStatus(
    int partition,
    long position,
    long sourceEnd,
    long lag,
    long generation,
    boolean isStopped,
    @Nullable String trouble) {}
