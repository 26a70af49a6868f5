package io.tributary.adapter.serial;

/// The telegrams of smart meters: from a `/` at the beginning of a line to the end of the line that begins with `!`.
final class TelegramFramer implements Framer {
  private final int longest;
  private final FrameBytes bytes = new FrameBytes();
  private boolean isInside;
  private boolean isLastLine;
  private boolean beginsLine = true;

  TelegramFramer(int longest) {
    this.longest = longest;
  }

  @Override
  public void take(byte[] taken, int count, long nowNanos, Frames frames) {
    for (int i = 0; i < count; i++) {
      take(taken[i], frames);
    }
  }

  private void take(byte next, Frames frames) {
    if (next == '/' && isLastLine) {
      frames.whole(bytes.take()); // the end of its last line is lost, and the next one begins
      isLastLine = false;
    } else if (next == '/' && (beginsLine || !isInside)) {
      passOver(frames, isInside ? "a telegram without its end" : "in no telegram");
      isInside = true;
    }
    isLastLine |= isInside && beginsLine && next == '!';
    beginsLine = next == '\n';
    bytes.add(next);
    if (isLastLine && beginsLine) {
      frames.whole(bytes.take());
      isInside = false;
      isLastLine = false;
    } else if (bytes.size() == longest) {
      passOver(frames, isInside ? "longer than " + longest + " B" : "in no telegram");
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
    passOver(frames, isInside ? "the line ended within a telegram" : "in no telegram");
    beginsLine = true;
  }

  private void passOver(Frames frames, String why) {
    if (!bytes.isEmpty()) {
      frames.passedOver(bytes.take(), why);
    }
    isInside = false;
    isLastLine = false;
  }
}
