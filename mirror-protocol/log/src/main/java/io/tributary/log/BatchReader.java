package io.tributary.log;

import io.tributary.record.BatchBytes;
import io.tributary.record.BatchRefused;
import io.tributary.record.BatchView;
import io.tributary.record.Limits;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Objects;
import java.util.function.LongPredicate;
import org.jspecify.annotations.Nullable;

/// Walks over the batches of a segment, reading big chunks into one reused buffer, and checks each batch. Bytes that
/// are no batch are passed over and reported. Confined to one thread.
///
/// Behind bytes that fail, the walk goes on where their length says that the next batch is, when there is one;
/// otherwise at the next position that holds a batch of a known stream with a right CRC. A reading that looks like a
/// batch is not mistaken for one: it cannot know a stream's id.
final class BatchReader {
  /// What {@link #next} found.
  enum Step {
    /// A batch that passed every check.
    BATCH,
    /// Bytes that are no batch, from {@link #position} with {@link #sizeBytes}.
    DAMAGE,
    /// Nothing more before the end.
    END
  }

  private static final int LEADER_EPOCH = 12;
  private static final int MAGIC = 16;
  private static final int PRODUCER_ID = 43;
  private static final byte MAGIC_V2 = 2;

  /// Stands in the buffer for a base offset that no batch can have: the CRC does not cover it, so the batch is whole.
  static final long IMPOSSIBLE_OFFSET = Long.MAX_VALUE - (1L << 32);

  /// Around bytes that the medium cannot read, so much is given up at once.
  private static final int BLOCK_BYTES = 4096;

  private final Limits limits;
  private final BatchView batch = new BatchView();
  private ByteBuffer chunk;

  private LongPredicate isKnownStream = id -> true;
  private @Nullable DiskFile file;
  private long end;

  /// The position in the file of the chunk's first byte.
  private long chunkPosition;

  private long position;
  private long sizeBytes;
  private long next;

  BatchReader(Limits limits) {
    this(limits, LogLimits.CHUNK_BYTES);
  }

  /// @param chunkBytes how much to read at once; a larger batch makes the buffer grow
  BatchReader(Limits limits, int chunkBytes) {
    this.limits = readLimits(limits);
    this.chunk = ByteBuffer.allocateDirect(chunkBytes).limit(0);
  }

  /// A reader that is used once, with a buffer that is not larger than what there is to read.
  static BatchReader ofFile(Limits limits, long bytes) {
    return new BatchReader(limits, (int) Math.min(LogLimits.CHUNK_BYTES, bytes));
  }

  /// What is already in a file may be larger than what may be added to it.
  private static Limits readLimits(Limits limits) {
    return Limits.topic(Math.max(limits.batchBytes(), LogLimits.READ_BATCH_BYTES));
  }

  /// Stands before the batch at `position` of a file.
  ///
  /// @param isKnownStream tells which producer ids may appear behind damage
  void start(DiskFile file, long position, long end, LongPredicate isKnownStream) {
    this.file = file;
    this.end = end;
    this.isKnownStream = isKnownStream;
    this.position = position;
    next = position;
    sizeBytes = 0;
    chunkPosition = position;
    chunk.limit(0);
  }

  /// Gives up the file and what was read of it.
  void stop() {
    file = null;
    end = 0;
    next = 0;
    chunkPosition = 0;
    chunk.limit(0);
  }

  /// Stands before the batch at another position of the same file.
  void seek(long newPosition) {
    next = newPosition;
    position = newPosition;
    sizeBytes = 0;
  }

  /// More of the same file may be read now.
  void extend(long newEnd) {
    end = newEnd;
  }

  /// Where the next step begins.
  long nextPosition() {
    return next;
  }

  Step next() throws IOException {
    position = next;
    sizeBytes = 0;
    if (position >= end) {
      return Step.END;
    }
    int size = checkedSize(position);
    if (size > 0) {
      sizeBytes = size;
      next = position + size;
      return Step.BATCH;
    }
    next = behindDamage();
    sizeBytes = next - position;
    return Step.DAMAGE;
  }

  /// Goes on to the first batch of a stream that begins at an offset of it or behind, and copies it as its edge wrote it;
  /// the reader stands on it then.
  ///
  /// @return null when no whole one comes before the end
  @Nullable ByteBuffer copyOf(long streamId, long streamOffset) throws IOException {
    for (Step step = next(); step != Step.END; step = next()) {
      if (step == Step.BATCH
          && batch.producerId() == streamId
          && batch.hasIdentity()
          && !batch.isControl()
          && batch.streamOffset() >= streamOffset) {
        ByteBuffer copy = ByteBuffer.allocate((int) sizeBytes).put(slice()).flip();
        Placement.set(copy, batch.streamOffset());
        return copy;
      }
    }
    return null;
  }

  /// The batch of the last step, in place; valid until the next step.
  BatchView batch() {
    return batch;
  }

  /// The bytes of the batch in the reader's own buffer, valid until the next step.
  ByteBuffer slice() {
    return chunk.slice((int) (position - chunkPosition), (int) sizeBytes);
  }

  /// Where the last step's batch or damage begins in the file.
  long position() {
    return position;
  }

  long sizeBytes() {
    return sizeBytes;
  }

  /// The size of the batch at a position if it passes all checks, else -1.
  private int checkedSize(long at) throws IOException {
    int size = plausibleSize(at);
    if (size < 0 || !fill(at, size)) {
      return -1;
    }
    int index = (int) (at - chunkPosition);
    if (chunk.getLong(index) < 0 || chunk.getLong(index) > IMPOSSIBLE_OFFSET) {
      chunk.putLong(index, IMPOSSIBLE_OFFSET);
    }
    try {
      batch.wrap(chunk, index).check(limits);
      return size;
    } catch (BatchRefused refused) {
      return -1;
    }
  }

  /// The size that the bytes at a position say, or -1 when no batch of that size can be there.
  private int plausibleSize(long at) throws IOException {
    if (at + BatchView.HEADER_BYTES > end || !fill(at, BatchView.HEADER_BYTES)) {
      return -1;
    }
    try {
      int size = BatchBytes.sizeAt(chunk, (int) (at - chunkPosition));
      return size > limits.batchBytes() || at + size > end ? -1 : size;
    } catch (BatchRefused refused) {
      return -1;
    }
  }

  /// Where the walk goes on. The length that the damage gives may be flipped itself, and point behind batches that are
  /// whole: so whatever passes before it comes first.
  private long behindDamage() throws IOException {
    int size = plausibleSize(position);
    boolean isBatchBehind =
        size > 0 && (position + size == end || checkedSize(position + size) > 0);
    long most = isBatchBehind ? position + size : end;
    for (long at = position + 1; at < most && at + BatchView.HEADER_BYTES <= end; at++) {
      if (!fill(at, BatchView.HEADER_BYTES)) {
        return end;
      }
      int index = (int) (at - chunkPosition);
      if (chunk.get(index + MAGIC) == MAGIC_V2
          && chunk.getInt(index + LEADER_EPOCH) == -1
          && isKnownStream.test(chunk.getLong(index + PRODUCER_ID))
          && checkedSize(at) > 0) {
        return at;
      }
    }
    return most;
  }

  /// Sees to it that `bytes` from `at` are in the chunk, keeping what is already there behind `at`.
  ///
  /// @return false when the file ends before them
  private boolean fill(long at, int bytes) throws IOException {
    if (at >= chunkPosition && at + bytes <= chunkPosition + chunk.limit()) {
      return true;
    }
    int kept = 0;
    if (at >= chunkPosition && at < chunkPosition + chunk.limit()) {
      chunk.position((int) (at - chunkPosition));
      kept = chunk.remaining();
    } else {
      chunk.position(chunk.limit());
    }
    if (bytes > chunk.capacity()) {
      chunk = ByteBuffer.allocateDirect(bytes).put(chunk);
    } else {
      chunk.compact();
    }
    assert chunk.position() == kept : "kept " + chunk.position() + " B instead of " + kept;
    DiskFile open = Objects.requireNonNull(file, "reading without a start");
    chunkPosition = at;
    chunk.limit((int) Math.min(chunk.capacity(), end - at));
    read(open, at);
    chunk.flip();
    return chunk.limit() >= bytes;
  }

  /// Fills the chunk, which begins at `at` in the file; a file that is too short leaves it so. What the medium cannot
  /// read any more counts as zeros, which are no batch.
  private void read(DiskFile open, long at) throws IOException {
    int from = chunk.position();
    int limit = chunk.limit();
    try {
      open.readFully(chunk, at + from);
    } catch (IOException unreadable) {
      boolean isAnyReadable = false;
      for (int block = from; block < limit; block += BLOCK_BYTES) {
        chunk.limit(Math.min(limit, block + BLOCK_BYTES)).position(block);
        isAnyReadable |= readBlock(open, at + block);
      }
      chunk.position(limit);
      if (!isAnyReadable) {
        throw unreadable;
      }
    }
  }

  private boolean readBlock(DiskFile open, long at) {
    int from = chunk.position();
    try {
      return open.readFully(chunk, at);
    } catch (IOException unreadable) {
      chunk.position(from);
      while (chunk.hasRemaining()) {
        chunk.put((byte) 0);
      }
      return false;
    }
  }
}
