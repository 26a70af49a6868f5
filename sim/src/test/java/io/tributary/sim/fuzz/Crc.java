package io.tributary.sim.fuzz;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/// Checksums made right, so that the fuzzer comes behind them: a flip is found by its CRC, but a peer
/// may send, and a bug may write, a right CRC over anything.
public final class Crc {
  private static final int BATCH_HEADER_BYTES = 61;
  private static final int BATCH_LENGTH = 8;
  private static final int BATCH_CRC = 17;
  private static final int BATCH_ATTRIBUTES = 21;

  private Crc() {}

  public static int of(byte[] bytes, int from, int to) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, from, to - from);
    return (int) crc.getValue();
  }

  /// Gives the batch at `from` the length of what there is, and the CRC of what it holds.
  public static void mendBatch(byte[] bytes, int from, int to) {
    if (to - from < BATCH_HEADER_BYTES) {
      return;
    }
    ByteBuffer batch = ByteBuffer.wrap(bytes);
    batch.putInt(from + BATCH_LENGTH, to - from - BATCH_LENGTH - Integer.BYTES);
    batch.putInt(from + BATCH_CRC, of(bytes, from + BATCH_ATTRIBUTES, to));
  }
}
