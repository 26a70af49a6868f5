package io.tributary.session.frame;

import java.nio.ByteBuffer;

/// The answer to a Want: a slice of the batch, or that there is no such batch, or that nobody can tell now.
///
/// ```
///   0      4      12           16            20
///   +------+------+------------+-------------+---------------------+
///   | alias| from | batch bytes| slice offset| slice, 0 to 1,024 B |
///   | u32  | u64  | u32        | u32         |                     |
///   +------+------+------------+-------------+---------------------+
/// ```
///
/// @param batchBytes the size of the whole batch; 0: no batch that is kept begins there or behind; -1: it cannot be read
///     now, ask again
/// @param slice from position to limit: 1,024 bytes, or what is left of the batch
public record Found(int alias, long from, int batchBytes, int sliceOffset, ByteBuffer slice)
    implements Frame {
  /// The body without the slice.
  static final int FIXED_BYTES = 20;

  private static final int NOT_NOW = -1;

  public Found {
    FrameLimits.checkRange("alias", alias, 0, Integer.MAX_VALUE);
    FrameLimits.checkRange("from", from, 0, Long.MAX_VALUE);
    FrameLimits.checkRange("batch bytes", batchBytes, NOT_NOW, Integer.MAX_VALUE);
    FrameLimits.checkRange("slice offset", sliceOffset, 0, Math.max(0, batchBytes - 1));
    long bytes = Math.clamp(batchBytes - sliceOffset, 0, FrameLimits.FOUND_SLICE_BYTES);
    FrameLimits.checkRange("slice bytes", slice.remaining(), bytes, bytes);
  }

  /// There is no such batch.
  public static Found nothing(Want want) {
    return new Found(want.alias(), want.from(), 0, 0, ByteBuffer.allocate(0));
  }

  /// It cannot be read now.
  public static Found notNow(Want want) {
    return new Found(want.alias(), want.from(), NOT_NOW, 0, ByteBuffer.allocate(0));
  }

  public boolean isNotNow() {
    return batchBytes == NOT_NOW;
  }

  /// The slice that was wanted of a batch, from position to limit; nothing when the batch ends before it.
  public static Found of(Want want, ByteBuffer batch) {
    int left = batch.remaining() - want.sliceOffset();
    if (left <= 0) {
      return nothing(want);
    }
    int bytes = Math.min(left, FrameLimits.FOUND_SLICE_BYTES);
    ByteBuffer slice = batch.slice(batch.position() + want.sliceOffset(), bytes);
    return new Found(want.alias(), want.from(), batch.remaining(), want.sliceOffset(), slice);
  }

  @Override
  public void encodeBody(ByteBuffer into) {
    into.putInt(alias).putLong(from).putInt(batchBytes).putInt(sliceOffset).put(slice.duplicate());
  }

  /// The slice is copied: the bytes that it came in are used again.
  static Found decode(BodyReader in) throws FrameRefused {
    return new Found(in.i32(), in.i64(), in.i32(), in.i32(), ByteBuffer.wrap(in.rest()));
  }
}
