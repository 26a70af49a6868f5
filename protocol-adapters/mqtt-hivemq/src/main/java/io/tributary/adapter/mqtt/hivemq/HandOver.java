package io.tributary.adapter.mqtt.hivemq;

import io.tributary.adapter.mqtt.bridge.Arrival;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// Messages on their way from the event loop, which must not wait, to the bridge, which may let them wait. A thread of its own
/// takes them there, so that acknowledgements and pings go out meanwhile. Where it holds too many, the socket is read no further.
final class HandOver implements Runnable {
  /// More than these are not read while the bridge has no room: without the bounds a blocked journal would fill the heap. What
  /// lay in the buffer of the last read, at most 64 KiB, comes on top, and the rest of a message that exceeds the bytes.
  static final int MESSAGES = 256;

  static final int BYTES = 1 << 20;

  private final Predicate<Arrival> bridge;
  private final Runnable pause;
  private final Runnable resume;
  private final Deque<Arrival> queue = new ArrayDeque<>();
  private int bytes;
  private boolean paused;
  private boolean over;

  /// @param bridge takes one, waits for room; false when the connection is over
  /// @param pause called by the thread that puts
  /// @param resume called by this hand-over's thread
  HandOver(Predicate<Arrival> bridge, Runnable pause, Runnable resume) {
    this.bridge = bridge;
    this.pause = pause;
    this.resume = resume;
  }

  /// Takes a message; never waits. The event loop's thread.
  void put(Arrival arrival) {
    if (add(arrival)) {
      pause.run();
    }
  }

  /// What was not handed over is the broker's again.
  synchronized void end() {
    over = true;
    queue.clear();
    notifyAll();
  }

  @Override
  public void run() {
    for (Arrival next = take(); next != null; next = take()) {
      if (!bridge.test(next)) {
        end();
        return;
      }
      if (hasRoomAgain()) {
        resume.run();
      }
    }
  }

  /// Answers whether it is full by this one.
  private synchronized boolean add(Arrival arrival) {
    if (over) {
      return false;
    }
    queue.add(arrival);
    bytes += arrival.payload().length;
    notifyAll();
    if (queue.size() < MESSAGES && bytes < BYTES) {
      return false;
    }
    paused = true; // said again with each: a resume may be on its way to the loop
    return true;
  }

  /// Whether the socket is to be read no further.
  synchronized boolean isPaused() {
    return paused;
  }

  private synchronized @Nullable Arrival take() {
    while (queue.isEmpty() && !over) {
      try {
        wait();
      } catch (InterruptedException e) {
        over = true; // nobody here interrupts it; whoever does wants it to end
      }
    }
    Arrival next = queue.poll();
    if (next != null) {
      bytes -= next.payload().length;
    }
    return next;
  }

  private synchronized boolean hasRoomAgain() {
    if (!paused || queue.size() > MESSAGES / 2 || bytes > BYTES / 2) {
      return false;
    }
    paused = false;
    return true;
  }
}
