package io.tributary.log;

import io.tributary.sim.fuzz.Crc;
import io.tributary.sim.fuzz.FuzzInput;
import io.tributary.sim.fuzz.FuzzTarget;
import io.tributary.sim.fuzz.MemoryDisk;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;

/// The file of a sparse index, with a checksum that is right: another file, or one that is written
/// again as it was.
public final class IndexFuzz implements FuzzTarget {
  private static final int HEADER_BYTES = 32;
  private static final int INTERVAL_BYTES = 4096;
  private static final long SEGMENT_END = 1 << 20;

  @Override
  public void run(byte[] input) throws Exception {
    FuzzInput in = new FuzzInput(input);
    boolean mended = in.u8() % 2 == 0;
    byte[] file = in.rest();
    if (mended && file.length >= HEADER_BYTES + Integer.BYTES) {
      int crcAt = file.length - Integer.BYTES;
      ByteBuffer.wrap(file).putInt(crcAt, Crc.of(file, 0, crcAt));
    }
    MemoryDisk disk = new MemoryDisk();
    disk.put("index", file);
    SparseIndex index = SparseIndex.read(disk.open("index"), SEGMENT_END, INTERVAL_BYTES);
    if (index == null) {
      return;
    }
    if (!ByteBuffer.wrap(file).equals(index.encode(SEGMENT_END))) {
      throw new AssertionError("written again it is another: " + Arrays.toString(file));
    }
    index.behindDamage(0);
    SparseIndex.Entry start = new SparseIndex.Entry(0, 0);
    index.ofOffset(SEGMENT_END, start);
    index.ofTime(SEGMENT_END, start);
  }

  @Override
  public List<byte[]> seeds() throws IOException {
    ByteBuffer empty = new SparseIndex(INTERVAL_BYTES).encode(SEGMENT_END);
    byte[] one = new byte[1 + HEADER_BYTES + 5 * Long.BYTES + Integer.BYTES];
    ByteBuffer.wrap(one)
        .position(1)
        .put(empty.duplicate().limit(24))
        .putInt(1)
        .putInt(1)
        .putLong(7)
        .putLong(4096)
        .putLong(99)
        .putLong(8192)
        .putLong(8200);
    byte[] seed = new byte[1 + empty.remaining()];
    empty.duplicate().get(seed, 1, seed.length - 1);
    return List.of(seed, one);
  }
}
