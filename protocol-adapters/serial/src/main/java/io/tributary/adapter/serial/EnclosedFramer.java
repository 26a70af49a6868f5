package io.tributary.adapter.serial;

/// Frames between certain first and last bytes, which are of the frame. Within a frame the first bytes begin it anew: the end
/// of the one before was lost.
final class EnclosedFramer implements Framer {
  private final byte[] start;
  private final byte[] stop;
  private final int longest;
  private final FrameBytes bytes = new FrameBytes();
  private boolean isInside;

  EnclosedFramer(byte[] start, byte[] stop, int longest) {
    this.start = start.clone();
    this.stop = stop.clone();
    this.longest = longest;
  }

  @Override
  public void take(byte[] taken, int count, long nowNanos, Frames frames) {
    for (int i = 0; i < count; i++) {
      bytes.add(taken[i]);
      if (isInside && bytes.size() >= start.length + stop.length && bytes.endsWith(stop)) {
        isInside = false;
        frames.whole(bytes.take());
      } else if (bytes.endsWith(start) && (!isInside || bytes.size() > start.length)) {
        begin(frames);
      } else if (bytes.size() == longest) {
        passOver(frames, isInside ? "longer than " + longest + " B" : "in no frame");
      }
    }
  }

  private void begin(Frames frames) {
    byte[] before = bytes.takeWithout(start.length);
    if (before.length > 0) {
      frames.passedOver(before, isInside ? "a frame without its end" : "in no frame");
    }
    for (byte each : start) {
      bytes.add(each);
    }
    isInside = true;
  }

  @Override
  public void idle(long nowNanos, Frames frames) {}

  @Override
  public long patienceNanos() {
    return Long.MAX_VALUE;
  }

  @Override
  public void reset(Frames frames) {
    if (!bytes.isEmpty()) {
      passOver(frames, isInside ? "the line ended within a frame" : "in no frame");
    }
    isInside = false;
  }

  private void passOver(Frames frames, String why) {
    frames.passedOver(bytes.take(), why);
    isInside = false;
  }
}
