package io.tributary.session.heal;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/// The batch that was read last for the other end, which asks for it slice by slice. Confined to one thread.
public final class Supplied {
  private long streamId;
  private long from;
  private @Nullable ByteBuffer batch;
  private long count;

  /// Reads a batch.
  ///
  /// @param <E> what reading fails with
  public interface Reader<E extends Exception> {
    /// The first batch of the stream that begins at that offset or behind, or null.
    @Nullable ByteBuffer read(long streamId, long from) throws E;
  }

  /// The first batch that begins there or behind, or null. That there is none is asked again each time: it may be healed meanwhile.
  public <E extends Exception> @Nullable ByteBuffer batch(long ofStream, long at, Reader<E> reader)
      throws E {
    if (batch == null || streamId != ofStream || from != at) {
      batch = reader.read(ofStream, at);
      streamId = ofStream;
      from = at;
      count += batch == null ? 0 : 1;
    }
    return batch;
  }

  /// How many batches were read.
  public long count() {
    return count;
  }
}
