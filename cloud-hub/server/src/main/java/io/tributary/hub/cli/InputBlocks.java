package io.tributary.hub.cli;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Reads an input on a thread of its own, so that its reader knows when nothing more has come, which a blocking read does
/// not tell. What crosses goes through one queue of a few blocks, so an input of any size takes little memory.
final class InputBlocks implements AutoCloseable {
  private static final int BLOCK_BYTES = 64 * 1024;

  /// A megabyte: enough to build a batch from while others are on their way.
  private static final int BLOCKS_MOST = 16;

  /// How often a full queue is looked at, so that the thread ends when its reader has gone.
  private static final long LOOK_MS = 100;

  /// What came from the input.
  sealed interface Block {
    /// @param length the bytes from 0 that count
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Bytes(byte[] bytes, int length) implements Block {}

    record End() implements Block {}

    record Broken(IOException why) implements Block {}
  }

  private final InputStream in;
  private final BlockingQueue<Block> blocks = new ArrayBlockingQueue<>(BLOCKS_MOST);
  private volatile boolean closed;

  private InputBlocks(InputStream in) {
    this.in = in;
  }

  static InputBlocks start(InputStream in) {
    InputBlocks input = new InputBlocks(in);
    Thread thread = new Thread(input::read, "produce-input");
    thread.setDaemon(true); // it may wait for somebody to type
    thread.start();
    return input;
  }

  /// The next block.
  Block take() throws Failure {
    try {
      return blocks.take();
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
  }

  /// The next block, or null when none comes within the time.
  @Nullable Block poll(long patienceMs) throws Failure {
    try {
      return blocks.poll(patienceMs, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
  }

  private static Failure interrupted(InterruptedException e) {
    Thread.currentThread().interrupt();
    return new Failure(Failure.WORLD, "interrupted", e);
  }

  private void read() {
    byte[] bytes = new byte[BLOCK_BYTES];
    try {
      for (int read = in.read(bytes); read >= 0; read = in.read(bytes)) {
        put(new Block.Bytes(Arrays.copyOf(bytes, read), read));
      }
      put(new Block.End());
    } catch (IOException e) {
      put(new Block.Broken(e));
    }
  }

  private void put(Block block) {
    try {
      while (!closed && !blocks.offer(block, LOOK_MS, TimeUnit.MILLISECONDS)) {
        // The reader is slower than the input.
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /// Ends the thread as soon as it reads something; closes no input.
  @Override
  public void close() {
    closed = true;
  }
}
