package io.tributary.adapter.serial;

/// Frames with a silence between them.
final class GapFramer implements Framer {
  private final long gapNanos;
  private final int longest;
  private final FrameBytes frame = new FrameBytes();
  private boolean isTooLong;
  private long lastNanos;

  GapFramer(long gapNanos, int longest) {
    this.gapNanos = gapNanos;
    this.longest = longest;
  }

  @Override
  public void take(byte[] bytes, int count, long nowNanos, Frames frames) {
    idle(nowNanos, frames);
    lastNanos = nowNanos;
    for (int i = 0; i < count; i++) {
      if (frame.size() == longest) {
        frames.passedOver(frame.take(), "longer than " + longest + " B");
        isTooLong = true;
      }
      frame.add(bytes[i]);
    }
  }

  @Override
  public void idle(long nowNanos, Frames frames) {
    if (frame.isEmpty() || nowNanos - lastNanos < gapNanos) {
      return;
    }
    if (isTooLong) {
      isTooLong = false;
      frames.passedOver(frame.take(), "the end of a frame that is too long");
    } else {
      frames.whole(frame.take());
    }
  }

  @Override
  public long patienceNanos() {
    return frame.isEmpty() ? Long.MAX_VALUE : gapNanos;
  }

  @Override
  public void reset(Frames frames) {
    isTooLong = false;
    if (!frame.isEmpty()) {
      frames.passedOver(frame.take(), "the line ended within a frame");
    }
  }
}
