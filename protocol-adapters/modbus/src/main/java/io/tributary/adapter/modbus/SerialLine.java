package io.tributary.adapter.modbus;

import io.tributary.adapter.measurement.Feed;
import io.tributary.adapter.serial.port.Port;
import io.tributary.adapter.serial.port.PortSettings;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// A serial line: its port and its devices. Its thread has all of it.
final class SerialLine implements LineAgent {
  /// How long a port that is away is left alone.
  private static final long AGAIN_NANOS = TimeUnit.SECONDS.toNanos(1);

  /// How long a turn waits for bytes that nobody asked for.
  private static final long TURN_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

  private static final int BUFFER_BYTES = 512;

  private final String name;
  private final PortSettings settings;
  private final Line line;
  private final Feed feed;
  private final Orders orders;
  private final Polls polls;
  private final int devices;
  private final byte[] buffer = new byte[BUFFER_BYTES];
  private @Nullable Port port;
  private long nextOpenNanos;
  private @Nullable String awayWhy;
  private volatile boolean isOpen;
  private volatile String state = "opening its port";

  SerialLine(
      String name,
      PortSettings settings,
      Line line,
      int devices,
      Feed feed,
      Orders orders,
      Polls polls) {
    this.name = name;
    this.settings = settings;
    this.line = line;
    this.devices = devices;
    this.feed = feed;
    this.orders = orders;
    this.polls = polls;
    this.nextOpenNanos = System.nanoTime();
  }

  @Override
  public String name() {
    return "modbus-" + name;
  }

  @Override
  public int doWork(long nowNanos) {
    int done = feed.flush() + orders.work();
    Port open = port;
    if (open == null) {
      return done + away(nowNanos);
    }
    try {
      talk(open, nowNanos);
    } catch (IOException e) {
      open.close();
      port = null;
      polls.count(Counter.LOST, 1);
      away(e, nowNanos);
    }
    return 1; // the next turn begins at once: it waits in the port, not in its runner
  }

  private void talk(Port open, long nowNanos) throws IOException {
    byte[] again = line.tick(nowNanos);
    byte[] frame = again == null ? line.send(nowNanos) : again;
    if (frame != null) {
      open.clear(); // what came before is no answer to it
      open.write(frame);
    }
    long waitNanos = Math.min(TURN_NANOS, Math.max(0, line.nextNanos(nowNanos) - nowNanos));
    int count = open.read(buffer, waitNanos);
    if (count > 0) {
      try {
        line.received(buffer, count, System.nanoTime());
      } catch (Frames.OutOfStep e) {
        throw new IOException(e.getMessage(), e);
      }
    }
  }

  private int away(long nowNanos) {
    if (nowNanos - nextOpenNanos >= 0) {
      try {
        port = Port.open(settings);
        polls.count(Counter.OPENED, 1);
        isOpen = true;
        state = "asking " + devices + " devices on " + settings.address();
        return 1;
      } catch (IOException e) {
        polls.count(Counter.OPENS_FAILED, 1);
        away(e, nowNanos);
      }
    } else if (awayWhy != null) {
      line.lost(awayWhy, nowNanos);
    }
    return 0;
  }

  private void away(IOException why, long nowNanos) {
    String text = String.valueOf(why.getMessage());
    isOpen = false;
    awayWhy = text;
    state = text;
    polls.example(text);
    nextOpenNanos = nowNanos + AGAIN_NANOS;
    line.lost(text, nowNanos);
  }

  @Override
  public long idleNanos(long nowNanos) {
    return Math.max(0, Math.min(nextOpenNanos, line.nextNanos(nowNanos)) - nowNanos);
  }

  @Override
  public void onClose() {
    close();
  }

  @Override
  public void close() {
    Port open = port;
    if (open != null) {
      open.close();
      port = null;
    }
    isOpen = false;
  }

  /// A turn waits for its port, and not for long.
  @Override
  public void wake() {}

  @Override
  public String summary() {
    return state;
  }

  @Override
  public boolean isOpen() {
    return isOpen;
  }
}
