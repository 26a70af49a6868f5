package io.tributary.hub.mirror;

import io.netty.channel.Channel;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Connections that have proven nothing yet, oldest first. When there are too many, the oldest gives
/// way: an honest edge has proven itself in a moment, so a flood of those that say nothing pushes out
/// its own. Any thread.
final class Newcomers {
  private final int most;
  private final Set<Channel> waiting = new LinkedHashSet<>();

  Newcomers(int most) {
    this.most = most;
  }

  /// Adds one; answers the one that has to go for it, or null.
  synchronized @Nullable Channel add(Channel newcomer) {
    waiting.add(newcomer);
    if (waiting.size() <= most) {
      return null;
    }
    Iterator<Channel> oldest = waiting.iterator();
    Channel goes = oldest.next();
    oldest.remove();
    return goes;
  }

  /// It has proven itself, or is gone.
  synchronized void remove(Channel newcomer) {
    waiting.remove(newcomer);
  }
}
