package io.tributary.store.log;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/// The bounded way from many threads to the store's. What was taken still counts until it is
/// settled, since its memory is held until then.
///
/// ```
/// 0 ........ half ........ the bound
///   accepted | accepted,   | refused (BUSY)
///            | crowded: connections stop reading
/// ```
final class CommandQueue {
  private final int commandsMost;
  private final long bytesMost;

  private final ArrayDeque<Command> waiting = new ArrayDeque<>();
  private final ArrayList<Runnable> whenRelieved = new ArrayList<>();
  private int commands;
  private long bytes;
  private boolean closed;

  CommandQueue(int commandsMost, long bytesMost) {
    this.commandsMost = commandsMost;
    this.bytesMost = bytesMost;
  }

  enum Offer {
    ACCEPTED,
    FULL,
    CLOSED
  }

  synchronized Offer offer(Command command) {
    if (closed) {
      return Offer.CLOSED;
    }
    // One command always fits, or one larger than the bound could never be accepted.
    if (commands > 0 && (commands >= commandsMost || bytes + command.sizeBytes() > bytesMost)) {
      return Offer.FULL;
    }
    waiting.add(command);
    commands++;
    bytes += command.sizeBytes();
    return Offer.ACCEPTED;
  }

  /// The next commands, in order, up to about `groupBytes`.
  synchronized List<Command> take(long groupBytes) {
    List<Command> taken = new ArrayList<>(Math.min(waiting.size(), 256));
    long takenBytes = 0;
    while (!waiting.isEmpty() && takenBytes < groupBytes) {
      Command command = waiting.remove();
      taken.add(command);
      takenBytes += command.sizeBytes();
    }
    return taken;
  }

  /// Commands that were taken are answered; their room is free again.
  void settled(List<Command> taken) {
    List<Runnable> relieved;
    synchronized (this) {
      for (Command command : taken) {
        commands--;
        bytes -= command.sizeBytes();
      }
      if (isCrowded() || whenRelieved.isEmpty()) {
        return;
      }
      relieved = new ArrayList<>(whenRelieved);
      whenRelieved.clear();
    }
    relieved.forEach(Replies::quietly);
  }

  synchronized boolean isCrowded() {
    return commands > commandsMost / 2 || bytes > bytesMost / 2;
  }

  /// Answers whether the listener was kept; if not, the queue is not crowded.
  synchronized boolean keepUntilRelieved(Runnable relieved) {
    if (!isCrowded()) {
      return false;
    }
    whenRelieved.add(relieved);
    return true;
  }

  /// From now on nothing is accepted; what waits can still be taken.
  synchronized void close() {
    closed = true;
  }

  synchronized int commands() {
    return commands;
  }

  synchronized long bytes() {
    return bytes;
  }
}
