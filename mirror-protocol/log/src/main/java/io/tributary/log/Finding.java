package io.tributary.log;

/// Something that a scrub found in a log: records of a stream that should be there as they were written, and are not.
///
/// @param streamId whose records are concerned, or {@link #NO_STREAM} when no stream lacks any: a group header of a
///     journal, a Gap, a batch that was written once more elsewhere, a segment's header
/// @param from the first offset of the stream; for no stream, that of the partition
/// @param to behind the last one
/// @param segment the file's name
/// @param position where the damaged bytes begin, or, at the end of a partition's segment, where absent ones can be put;
///     -1 when there is no such place
/// @param sizeBytes as far as the last damage that may have held these records; whole batches may lie between
public record Finding(
    Kind kind, long streamId, long from, long to, String segment, long position, long sizeBytes) {
  public static final long NO_STREAM = -1;

  /// What is wrong with the records.
  public enum Kind {
    /// Bytes are there and fail their check.
    DAMAGED,
    /// The stream goes on behind a hole that no Gap explains, and no bytes are there for it: a file is gone, or a batch was
    /// taken out.
    ABSENT,
    /// Every check passes, but the digest that was written with them says that other records were.
    CHANGED
  }

  /// Whether the other end's copy can be put in place.
  public boolean isHealable() {
    return streamId >= 0 && (kind == Kind.DAMAGED || (kind == Kind.ABSENT && position >= 0));
  }
}
