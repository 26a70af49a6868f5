package io.tributary.log;

import org.jspecify.annotations.Nullable;

/// A journal at a moment.
///
/// @param sizeBytes what it takes on the disk
/// @param unackedBytes the estimated size of what the hub does not have
/// @param damagedBytes found to be no batch, passed over, and not healed yet
/// @param healedBytes given back since the journal was opened
/// @param healedBatches given back since then
/// @param droppedRecords refused or deleted by policy since the journal was opened
/// @param isFull whether the last commit found no room; the open group waits
/// @param oldestArrivalMs when the oldest segment was begun
/// @param failure why nothing more is taken, or null
public record JournalStatus(
    String className,
    long sizeBytes,
    long quotaBytes,
    long unackedBytes,
    int segments,
    int streams,
    int gaps,
    long damagedBytes,
    long healedBytes,
    long healedBatches,
    long droppedRecords,
    boolean isFull,
    long oldestArrivalMs,
    @Nullable String failure) {}
