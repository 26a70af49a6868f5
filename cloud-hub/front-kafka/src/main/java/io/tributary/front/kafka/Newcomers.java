package io.tributary.front.kafka;

import io.netty.channel.Channel;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Clients that have asked nothing yet, oldest first. When there are too many clients, the oldest of
/// these gives way: an honest one asks in a moment, so a flood of those that say nothing pushes out its
/// own. Any thread.
final class Newcomers {
  private final Set<Channel> waiting = new LinkedHashSet<>();

  synchronized void add(Channel newcomer) {
    waiting.add(newcomer);
  }

  /// The one that has to go when there is one too many; null if all have asked something.
  synchronized @Nullable Channel oldest() {
    Iterator<Channel> all = waiting.iterator();
    if (!all.hasNext()) {
      return null;
    }
    Channel goes = all.next();
    all.remove();
    return goes;
  }

  /// It has asked something, or is gone.
  synchronized void remove(Channel newcomer) {
    waiting.remove(newcomer);
  }
}
