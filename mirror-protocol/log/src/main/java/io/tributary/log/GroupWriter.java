package io.tributary.log;

import io.tributary.record.BatchBuilder;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;

/// Appends groups to a journal's newest segment: a header, and the batches behind it. Confined to the journal's writer.
final class GroupWriter {
  private static final ByteBuffer NO_BATCHES = ByteBuffer.allocate(0);

  private final SegmentedLog log;
  private final BatchBuilder headers = GroupHeader.builder();

  GroupWriter(SegmentedLog log) {
    this.log = log;
  }

  /// Returns when the group is durable.
  ///
  /// @param body the group's batches, from position to limit
  /// @param ends where the streams stand behind it
  /// @return the position of the first batch in the segment
  long append(List<Change> changes, ByteBuffer body, List<StreamPosition> ends, long nowMs)
      throws IOException {
    Segment newest = log.newest();
    GroupHeader header =
        new GroupHeader(
            log.logId(), newest.ordinal(), newest.end(), body.remaining(), nowMs, changes, ends);
    ByteBuffer encoded = header.encode(headers);
    long bodyPosition = newest.end() + encoded.remaining();
    log.append(new ByteBuffer[] {encoded, body}, null);
    return bodyPosition;
  }

  /// A group without readings.
  void append(List<Change> changes, long nowMs) throws IOException {
    append(changes, NO_BATCHES.duplicate(), List.of(), nowMs);
  }
}
