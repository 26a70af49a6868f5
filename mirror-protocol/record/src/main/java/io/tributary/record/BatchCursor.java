package io.tributary.record;

import java.nio.ByteBuffer;

/// Walks over batches that lie one behind the other, from the buffer's position to its limit. Moves the view, not the
/// buffer, and checks nothing but the length; a tail that is not whole ends the walk.
///
/// ```java
/// BatchCursor batches = new BatchCursor().wrap(buffer);
/// while (batches.next()) {
///   batches.batch().check(limits);
/// }
/// ```
public final class BatchCursor {
  private final BatchView batch = new BatchView();
  private ByteBuffer buffer = ByteBuffer.allocate(0);
  private int next;

  public BatchCursor wrap(ByteBuffer buffer) {
    this.buffer = buffer;
    next = buffer.position();
    return this;
  }

  /// Moves to the next whole batch.
  ///
  /// @return false at the end, or before a batch that the buffer does not hold as a whole
  /// @throws BatchRefused when the next length is none that a batch can have
  public boolean next() throws BatchRefused {
    int size = BatchBytes.sizeAt(buffer, next);
    if (size < 0 || size > buffer.limit() - next) {
      return false;
    }
    batch.wrap(buffer, next);
    next += size;
    return true;
  }

  /// The current batch; the same view moves with every {@link #next}.
  public BatchView batch() {
    return batch;
  }

  /// The position behind the current batch: where the whole batches end once {@link #next} was false.
  public int endPosition() {
    return next;
  }
}
