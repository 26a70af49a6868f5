package io.tributary.session.frame;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/// Cuts the bytes of a link into frames, however they arrive. Confined to the thread that feeds it.
///
/// A Data frame that arrives in parts is handed on in parts: each is a Data frame of its own over the bytes at hand,
/// with its offset in the batch. So slices are never copied here, and the reader holds no more than the largest of the
/// small frames. After {@link FrameRefused} the reader is of no further use.
public final class FrameReader {
  private static final int HELD_BYTES_FIRST = 64;

  /// The start of a frame that has not come whole: its head, its body or the fixed part of a Data body.
  private byte[] held = new byte[HELD_BYTES_FIRST];

  private int heldBytes;

  /// The Data frame whose slice is coming.
  private int sliceBytesLeft;

  private int alias;
  private int batchBytes;
  private int sliceOffset;

  /// Takes bytes until a frame is whole, and returns it; or takes all, and returns null.
  ///
  /// @param in big-endian, from position to limit; a Data frame looks into it and is valid as long as these bytes are
  public @Nullable Frame next(ByteBuffer in) throws FrameRefused {
    if (sliceBytesLeft == 0) {
      if (!hold(in, FrameLimits.HEAD_BYTES)) {
        return null;
      }
      int length = int32(0);
      FrameType type = FrameType.check(length, held[4] & 0xFF);
      int whole = FrameLimits.HEAD_BYTES + (type == FrameType.DATA ? Data.FIXED_BYTES : length - 1);
      if (!hold(in, whole)) {
        return null;
      }
      heldBytes = 0;
      if (type != FrameType.DATA) {
        ByteBuffer body =
            ByteBuffer.wrap(held, FrameLimits.HEAD_BYTES, whole - FrameLimits.HEAD_BYTES);
        return FrameCodec.decode(type, body);
      }
      beginSlice(length - 1 - Data.FIXED_BYTES);
    }
    return slice(in);
  }

  /// True if a frame has begun and not come whole.
  public boolean isInFrame() {
    return heldBytes > 0 || sliceBytesLeft > 0;
  }

  private void beginSlice(int bytes) throws FrameRefused {
    alias = int32(5);
    batchBytes = int32(9);
    sliceOffset = int32(13);
    try {
      Data.checkFixed(alias, batchBytes, sliceOffset, bytes);
    } catch (IllegalArgumentException e) {
      throw new FrameRefused(String.valueOf(e.getMessage()), e);
    }
    sliceBytesLeft = bytes;
  }

  private @Nullable Frame slice(ByteBuffer in) {
    int bytes = Math.min(sliceBytesLeft, in.remaining());
    if (bytes == 0) {
      return null;
    }
    Data part = new Data(alias, batchBytes, sliceOffset, in.slice(in.position(), bytes));
    in.position(in.position() + bytes);
    sliceOffset += bytes;
    sliceBytesLeft -= bytes;
    return part;
  }

  /// Holds the first `count` bytes of the frame, if they have come.
  private boolean hold(ByteBuffer in, int count) {
    int bytes = Math.min(count - heldBytes, in.remaining());
    if (bytes > 0) {
      if (count > held.length) {
        byte[] larger = new byte[count];
        System.arraycopy(held, 0, larger, 0, heldBytes);
        held = larger;
      }
      in.get(held, heldBytes, bytes);
      heldBytes += bytes;
    }
    return heldBytes >= count;
  }

  private int int32(int at) {
    return (held[at] & 0xFF) << 24
        | (held[at + 1] & 0xFF) << 16
        | (held[at + 2] & 0xFF) << 8
        | (held[at + 3] & 0xFF);
  }
}
