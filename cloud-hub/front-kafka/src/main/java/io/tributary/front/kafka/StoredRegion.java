package io.tributary.front.kafka;

import io.netty.channel.FileRegion;
import io.netty.util.AbstractReferenceCounted;
import io.tributary.store.StoredBatches;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;

/// Batches of the store on their way to a socket without passing through our memory. Closes them
/// when Netty lets go of it, sent or not.
final class StoredRegion extends AbstractReferenceCounted implements FileRegion {
  /// Netty takes "nothing sent" for a full socket and waits until it is writable; nothing sent so
  /// often in a row means that the file is shorter than it was.
  private static final int IDLE_TRANSFERS_MOST = 1_000;

  private final StoredBatches batches;
  private long transferred;
  private int idleTransfers;

  StoredRegion(StoredBatches batches) {
    this.batches = batches;
  }

  @Override
  public long position() {
    return 0;
  }

  @Override
  public long count() {
    return batches.length();
  }

  @Override
  public long transferred() {
    return transferred;
  }

  @Deprecated
  @Override
  public long transfered() {
    return transferred;
  }

  @Override
  public long transferTo(WritableByteChannel target, long position) throws IOException {
    long sent = batches.transferTo(position, count() - position, target);
    transferred += sent;
    idleTransfers = sent == 0 ? idleTransfers + 1 : 0;
    if (idleTransfers > IDLE_TRANSFERS_MOST) {
      throw new IOException(
          "the store gives no more after " + transferred + " of " + count() + " B");
    }
    return sent;
  }

  /// Reads on from where it is, for whoever cannot hand it to a socket.
  ///
  /// @return how many bytes, at least one
  /// @throws IOException also when the store gives no more
  int readInto(ByteBuffer chunk) throws IOException {
    int read = batches.readInto(chunk, transferred);
    if (read <= 0) {
      throw new IOException(
          "the store gives no more after " + transferred + " of " + count() + " B");
    }
    transferred += read;
    return read;
  }

  @Override
  protected void deallocate() {
    batches.close();
  }

  @Override
  public FileRegion retain() {
    super.retain();
    return this;
  }

  @Override
  public FileRegion retain(int increment) {
    super.retain(increment);
    return this;
  }

  @Override
  public FileRegion touch() {
    return this;
  }

  @Override
  public FileRegion touch(Object hint) {
    return this;
  }
}
