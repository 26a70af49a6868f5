package io.tributary.session.frame;

import java.nio.ByteBuffer;

/// A slice of a batch. The slices of one batch follow each other in order; those of other streams may come between.
///
/// ```
///   0      4            8             12
///   +------+------------+-------------+-----------------------+
///   | alias| batch bytes| slice offset| slice, 1 to 16,384 B  |
///   | u32  | u32        | u32         |                       |
///   +------+------------+-------------+-----------------------+
/// ```
///
/// @param batchBytes the size of the whole batch
/// @param sliceOffset the place of the slice in the batch
/// @param slice from position to limit; owned by whoever made the frame and valid only until it is asked for more
public record Data(int alias, int batchBytes, int sliceOffset, ByteBuffer slice) implements Frame {
  /// The body without the slice.
  public static final int FIXED_BYTES = 12;

  public Data {
    checkFixed(alias, batchBytes, sliceOffset, slice.remaining());
  }

  @Override
  public void encodeBody(ByteBuffer into) {
    encodeFixed(into);
    into.put(slice.duplicate());
  }

  /// The body up to the slice, for a skin that gathers.
  void encodeFixed(ByteBuffer into) {
    into.putInt(alias).putInt(batchBytes).putInt(sliceOffset);
  }

  static void checkFixed(int alias, int batchBytes, int sliceOffset, int sliceBytes) {
    if (alias < 0
        || sliceOffset < 0
        || sliceBytes < 1
        || sliceBytes > FrameLimits.SLICE_BYTES
        || sliceBytes > batchBytes - sliceOffset) {
      throw new IllegalArgumentException(
          "no slice of a batch: alias "
              + alias
              + ", "
              + sliceBytes
              + " B at "
              + sliceOffset
              + " of "
              + batchBytes);
    }
  }
}
