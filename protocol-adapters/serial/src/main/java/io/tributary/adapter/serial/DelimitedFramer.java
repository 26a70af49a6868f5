package io.tributary.adapter.serial;

/// Frames that end with certain bytes, which are not of the frame.
final class DelimitedFramer implements Framer {
  private final byte[] delimiter;
  private final int longest;
  private final FrameBytes frame = new FrameBytes();
  private boolean isTooLong;

  /// @param longest bytes of a frame; without it a line without ends would fill the heap
  DelimitedFramer(byte[] delimiter, int longest) {
    this.delimiter = delimiter.clone();
    this.longest = longest;
  }

  @Override
  public void take(byte[] bytes, int count, long nowNanos, Frames frames) {
    for (int i = 0; i < count; i++) {
      frame.add(bytes[i]);
      if (frame.endsWith(delimiter)) {
        end(frames);
      } else if (frame.size() == longest + delimiter.length) {
        frames.passedOver(frame.take(), "longer than " + longest + " B");
        isTooLong = true;
      }
    }
  }

  private void end(Frames frames) {
    byte[] whole = frame.takeWithout(delimiter.length);
    if (isTooLong) {
      isTooLong = false;
      frames.passedOver(whole, "the end of a frame that is too long");
    } else {
      frames.whole(whole);
    }
  }

  @Override
  public void idle(long nowNanos, Frames frames) {}

  @Override
  public long patienceNanos() {
    return Long.MAX_VALUE;
  }

  @Override
  public void reset(Frames frames) {
    isTooLong = false;
    if (!frame.isEmpty()) {
      frames.passedOver(frame.take(), "the line ended within a frame");
    }
  }
}
