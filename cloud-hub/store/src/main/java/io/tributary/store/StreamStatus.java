package io.tributary.store;

import org.jspecify.annotations.Nullable;

/// What the store knows of one stream.
///
/// @param partition the stream's partition, for ever
/// @param next the edge's offset that comes next, durable; `UNREAD` before the partition was opened
/// @param gaps how many Gaps the topic `_gaps` tells of
/// @param missing how many records those Gaps count
/// @param bytes batches stored since the process started
/// @param trouble why the stream takes no appends at present, or null
public record StreamStatus(
    StreamSpec stream,
    int partition,
    long next,
    long gaps,
    long missing,
    long bytes,
    @Nullable String trouble) {
  public static final long UNREAD = -1;
}
