package io.tributary.log;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Collection;
import org.jspecify.annotations.Nullable;

/// What a scrub must know of one of the two views: how streams stand in tables and batches, and what else lies in files.
/// Confined to the scrub's thread.
interface ScrubView {
  /// Where the durable streams end; asked before {@link Segment#end} of the newest segment is.
  Collection<StreamPosition> durable();

  /// Where the streams stood when a segment began.
  Collection<StreamPosition> table(SegmentHeader header);

  /// @param header null when it cannot be read
  void begin(Segment segment, @Nullable SegmentHeader header, StreamChains chains);

  /// A batch that passed its check.
  void batch(BatchReader at, Patches patches) throws IOException;

  /// Bytes that are no batch.
  void damage(StreamChains.Damage damage, Patches patches) throws IOException;

  /// The segment, or what of it was durable when the pass began, has been read. What comes behind is compared after it.
  void end(Segment segment, @Nullable SegmentHeader following, Patches patches) throws IOException;

  /// The streams have been compared at the segment's end, and what is wrong in it has been told.
  void close(Segment segment, boolean isWhole) throws IOException;

  boolean isKnown(long producerId);

  /// Whether what is absent at the end of a segment, but for the newest, can be put there.
  boolean takesMore();

  /// Writes small pieces of the segment that is being read once more.
  interface Patches {
    void write(ByteBuffer bytes, long position) throws IOException;
  }
}
