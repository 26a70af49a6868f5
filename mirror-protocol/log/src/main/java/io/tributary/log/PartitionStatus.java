package io.tributary.log;

import org.jspecify.annotations.Nullable;

/// A partition's log at a moment.
///
/// @param startOffset the first offset that is kept
/// @param endOffset behind the last offset that is durable
/// @param sizeBytes of all segments
/// @param damagedBytes passed over because they are no batch, and not healed yet
/// @param healedBytes given back since the log was opened
/// @param healedBatches given back since then
/// @param failure why nothing more is taken, or null
public record PartitionStatus(
    long startOffset,
    long endOffset,
    long sizeBytes,
    int segments,
    int streams,
    long damagedBytes,
    long healedBytes,
    long healedBatches,
    @Nullable String failure) {}
