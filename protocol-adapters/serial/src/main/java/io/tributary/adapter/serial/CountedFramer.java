package io.tributary.adapter.serial;

/// Frames of one length. A silence within one means that bytes were lost: what is there is passed over, and the next byte begins a frame.
final class CountedFramer implements Framer {
  private final int length;
  private final long gapNanos;
  private final FrameBytes frame = new FrameBytes();
  private long lastNanos;

  CountedFramer(int length, long gapNanos) {
    this.length = length;
    this.gapNanos = gapNanos;
  }

  @Override
  public void take(byte[] bytes, int count, long nowNanos, Frames frames) {
    idle(nowNanos, frames);
    lastNanos = nowNanos;
    for (int i = 0; i < count; i++) {
      frame.add(bytes[i]);
      if (frame.size() == length) {
        frames.whole(frame.take());
      }
    }
  }

  @Override
  public void idle(long nowNanos, Frames frames) {
    if (!frame.isEmpty() && nowNanos - lastNanos >= gapNanos) {
      frames.passedOver(frame.take(), "a silence within a frame of " + length + " B");
    }
  }

  @Override
  public long patienceNanos() {
    return frame.isEmpty() ? Long.MAX_VALUE : gapNanos;
  }

  @Override
  public void reset(Frames frames) {
    if (!frame.isEmpty()) {
      frames.passedOver(frame.take(), "the line ended within a frame");
    }
  }
}
