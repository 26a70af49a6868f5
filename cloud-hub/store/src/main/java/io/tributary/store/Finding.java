package io.tributary.store;

/// Something that a scrub found in a partition: records of a stream that should be there as they
/// were written, and are not.
///
/// @param streamId whose records are concerned; -1 when no stream lacks any
/// @param from the edge's offset of the first one
/// @param to behind the last one
/// @param file which of the partition's files; empty when the store's own bytes are not to blame
/// @param position where the damaged bytes begin in it, or where absent ones can be put; -1 when there is no such place
/// @param sizeBytes how many are damaged
public record Finding(
    Kind kind,
    String topic,
    int partition,
    long streamId,
    long from,
    long to,
    String file,
    long position,
    long sizeBytes) {

  /// What is wrong with the records.
  public enum Kind {
    /// Bytes are there and fail their check.
    DAMAGED,
    /// The stream goes on behind a hole that no Gap explains, and no bytes are there for it.
    ABSENT,
    /// Every check passes, but other records were written: the digests differ.
    CHANGED
  }

  /// Whether the edge's copy can be put in place.
  public boolean isHealable() {
    return streamId >= 0 && position >= 0 && kind != Kind.CHANGED;
  }

  /// Where it is, in words.
  public String place() {
    String where = topic + "-" + partition + (file.isEmpty() ? "" : "/" + file);
    String size = sizeBytes > 0 ? ", " + sizeBytes + " B" : "";
    return position < 0 ? where : where + " at " + position + size;
  }
}
