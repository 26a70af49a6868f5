package io.tributary.front.kafka;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.tributary.record.BatchBytes;
import io.tributary.record.BatchRefused;
import io.tributary.record.BatchView;
import io.tributary.store.StoreRefused;
import io.tributary.store.StoredBatches;
import java.io.IOException;
import java.nio.ByteBuffer;

/// Batches on their way to a client. Whoever has one either sends its part or drops it.
sealed interface Payload {
  /// Up to this size batches are read and sent with the fields around them in one write and, mostly,
  /// one packet; above it, a file region saves more than the two extra system calls cost.
  int COPIED_BYTES_MOST = 32 * 1024;

  int length();

  /// What Netty sends, once.
  Object part();

  void drop();

  /// Takes over `batches`, which are not empty.
  ///
  /// @throws StoreRefused UNREADABLE when the first batch fails its check; only what passes through
  ///     our memory is checked here
  static Payload of(StoredBatches batches, ByteBufAllocator allocator) throws StoreRefused {
    if (batches.length() > COPIED_BYTES_MOST) {
      return new InFile(batches);
    }
    ByteBuf copy = allocator.directBuffer(batches.length());
    try (batches) {
      int read = readAll(batches, copy.nioBuffer(0, batches.length()));
      int sound = soundBytes(copy.nioBuffer(0, read));
      copy.writerIndex(sound);
      return new InMemory(copy);
    } catch (IOException | StoreRefused | RuntimeException e) {
      copy.release();
      throw e instanceof StoreRefused refused
          ? refused
          : new StoreRefused(StoreRefused.Code.UNREADABLE, "batches cannot be read", e);
    }
  }

  private static int readAll(StoredBatches batches, ByteBuffer into) throws IOException {
    int read = 0;
    while (into.hasRemaining()) {
      int more = batches.readInto(into, read);
      if (more <= 0) {
        break;
      }
      read += more;
    }
    return read;
  }

  /// The bytes of the whole batches before the first one that fails.
  private static int soundBytes(ByteBuffer bytes) throws StoreRefused {
    BatchView batch = new BatchView();
    int position = 0;
    while (position < bytes.limit()) {
      if (!isSound(batch.wrap(bytes, position))) {
        break;
      }
      position += batch.sizeBytes();
    }
    if (position == 0) {
      throw new StoreRefused(StoreRefused.Code.UNREADABLE, "the batch on disk fails its check");
    }
    return position;
  }

  private static boolean isSound(BatchView batch) {
    int left = batch.buffer().limit() - batch.position();
    try {
      int size = BatchBytes.sizeAt(batch.buffer(), batch.position());
      return size > 0 && size <= left && batch.crcMatches();
    } catch (BatchRefused e) {
      return false;
    }
  }

  /// They stay in their file and go from there to the socket.
  record InFile(StoredBatches batches) implements Payload {
    @Override
    public int length() {
      return batches.length();
    }

    @Override
    public Object part() {
      return new StoredRegion(batches);
    }

    @Override
    public void drop() {
      batches.close();
    }
  }

  /// They were copied and checked.
  record InMemory(ByteBuf bytes) implements Payload {
    @Override
    public int length() {
      return bytes.readableBytes();
    }

    @Override
    public Object part() {
      return bytes;
    }

    @Override
    public void drop() {
      bytes.release();
    }
  }
}
