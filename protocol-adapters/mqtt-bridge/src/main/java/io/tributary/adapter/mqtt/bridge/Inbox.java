package io.tributary.adapter.mqtt.bridge;

import io.tributary.adapter.Reading;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/// What arrived and is not handed to a journal yet, in the order of arrival. Clients' threads put and wait for room; the
/// bridge's thread takes.
final class Inbox {
  private final Deque<Held> queue = new ArrayDeque<>();
  private int bytes;

  /// A message and where it came from.
  static final class Held {
    final ReceivingLine line;
    final Arrival arrival;

    /// Made once, however often the journal says no. The bridge's thread only.
    @Nullable Reading reading;

    Held(ReceivingLine line, Arrival arrival) {
      this.line = line;
      this.arrival = arrival;
    }
  }

  /// Puts a message, as soon as there is room.
  ///
  /// @return false when its connection is over
  synchronized boolean put(Held held) {
    int size = held.arrival.sizeBytes();
    while (!held.line.isOver() && !queue.isEmpty() && !hasRoomFor(size)) {
      try {
        wait();
      } catch (InterruptedException e) {
        Thread.currentThread()
            .interrupt(); // a client that ends its threads so: the message stays the broker's
        return false;
      }
    }
    if (held.line.isOver()) {
      return false;
    }
    queue.add(held);
    bytes += size;
    return true;
  }

  private boolean hasRoomFor(int size) {
    return queue.size() < Bounds.INBOX_MESSAGES && bytes + size <= Bounds.INBOX_BYTES;
  }

  synchronized @Nullable Held peek() {
    return queue.peek();
  }

  synchronized void remove() {
    bytes -= queue.remove().arrival.sizeBytes();
    notifyAll();
  }

  /// Lets those look again that wait for a connection that is over.
  synchronized void wake() {
    notifyAll();
  }

  synchronized int size() {
    return queue.size();
  }
}
