package io.tributary.record;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/// CRC-32C (Castagnoli), as Kafka uses it for batches.
public final class Crc32C {
  private Crc32C() {}

  /// The checksum of `bytes` from `position`, `length` bytes long, without copying and without moving the buffer.
  public static int of(ByteBuffer bytes, int position, int length) {
    CRC32C crc = new CRC32C();
    if (bytes.hasArray()) {
      crc.update(bytes.array(), bytes.arrayOffset() + position, length);
    } else {
      crc.update(bytes.slice(position, length));
    }
    return (int) crc.getValue();
  }
}
