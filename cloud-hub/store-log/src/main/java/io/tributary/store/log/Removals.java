package io.tributary.store.log;

import io.tributary.log.Disk;
import io.tributary.store.StoreRefused;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// The deleted topics: which files are theirs until they are removed, and what `_gaps` told of them. Confined to the
/// store's thread, but for `trouble`.
///
/// ```
/// deletion durable in the registry ─▶ waiting ─step, step, …─▶ no file, no stream's line ─▶ marked as removed
///                                       ▲                                 │
///                                       └── the next start ◀── a crash ───┘
/// ```
final class Removals {
  /// How long a disk that does not delete is left alone.
  private static final long RETRY_MS = 1_000;

  /// How many removed topics the registry still names. A copy of it that is damaged beyond that many deletions may bring
  /// an empty topic back, and no data.
  private static final int REMEMBERED_MOST = 1_000;

  private static final Logger LOG = System.getLogger(Removals.class.getName());

  private final Disk disk;
  private final Registry registry;
  private final Map<UUID, RegistryEntry.Deleted> deleted = new HashMap<>();
  private final ArrayDeque<Removal> waiting = new ArrayDeque<>();
  private volatile @Nullable String trouble;
  private long retryAtMs;

  Removals(Disk disk, Registry registry) {
    this.disk = disk;
    this.registry = registry;
  }

  /// A topic was deleted; its files are to go.
  ///
  /// @param streamIds whose lines in the registry are to go
  void add(RegistryEntry.Deleted topic, List<Long> streamIds) {
    deleted.put(topic.topicId(), topic);
    if (!topic.isRemoved()) {
      waiting.add(new Removal(disk, registry, topic, streamIds));
    }
  }

  /// The life that a new topic of a name begins, so that its files are none of those that wait to be removed.
  int nextLife(String topic) {
    return waiting.stream()
        .map(Removal::topic)
        .filter(gone -> gone.topic().equals(topic))
        .mapToInt(gone -> gone.life() + 1)
        .max()
        .orElse(0);
  }

  /// Whether a file or directory in a topic's directory waits to be removed.
  boolean owns(String topic, String name) {
    return waiting.stream()
        .map(Removal::topic)
        .anyMatch(gone -> gone.topic().equals(topic) && Removal.lifeOf(name) == gone.life());
  }

  /// The offset of `_gaps` from which on it tells of the topic that has this name now.
  long gapsEnd(String topic) {
    return deleted.values().stream()
        .filter(gone -> gone.topic().equals(topic))
        .mapToLong(RegistryEntry.Deleted::gapsEnd)
        .max()
        .orElse(0);
  }

  /// What could not be removed when that was last tried, or null. Any thread.
  @Nullable String trouble() {
    return trouble;
  }

  /// Removes a bit more.
  ///
  /// @param isNameInUse whether a topic of a name is there
  /// @return how much was done; 0 when nothing is to do, or the disk does not do it now
  int step(long nowMs, Predicate<String> isNameInUse) {
    Removal next = waiting.peek();
    boolean isTooEarly = nowMs < retryAtMs && retryAtMs - nowMs <= RETRY_MS;
    if (next == null || isTooEarly) {
      return 0;
    }
    String name = next.topic().topic();
    try {
      if (next.removeSome(nowMs)) {
        boolean isShared = isNameInUse.test(name) || isElsewhere(next);
        next.removeTopicDirectory(isShared);
        remember(next.topic().removed(), nowMs);
        waiting.remove();
        LOG.log(Level.DEBUG, "the topic ''{0}'' is deleted and its files are removed", name);
      }
      trouble = null;
      return 1;
    } catch (IOException | StoreRefused e) {
      trouble =
          "the files of the deleted topic '%s' cannot be removed: %s; it is tried again"
              .formatted(name, e.getMessage());
      retryAtMs = nowMs + RETRY_MS;
      waiting.add(waiting.remove()); // the others do not wait for it
      return 0;
    }
  }

  private boolean isElsewhere(Removal removal) {
    return waiting.stream()
        .anyMatch(
            other -> other != removal && other.topic().topic().equals(removal.topic().topic()));
  }

  private void remember(RegistryEntry.Deleted removed, long nowMs)
      throws StoreRefused, IOException {
    RegistryEntry.Deleted forgotten = oldestBeyondBound();
    try {
      registry.put(removed);
      if (forgotten != null) {
        registry.remove(forgotten.key());
      }
    } catch (StoreRefused e) {
      registry.takeBack();
      throw e;
    }
    registry.commit(nowMs, true);
    deleted.put(removed.topicId(), removed);
    if (forgotten != null) {
      deleted.remove(forgotten.topicId());
    }
  }

  private RegistryEntry.@Nullable Deleted oldestBeyondBound() {
    if (deleted.size() <= REMEMBERED_MOST) {
      return null;
    }
    return deleted.values().stream()
        .filter(RegistryEntry.Deleted::isRemoved)
        .min(Comparator.comparingLong(RegistryEntry.Deleted::deletedAtMs))
        .orElse(null);
  }
}
