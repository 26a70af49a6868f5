package io.tributary.store.log;

import io.tributary.log.Disk;
import io.tributary.store.StoreRefused;
import java.io.IOException;
import java.util.List;
import java.util.UUID;

/// The removal of one deleted topic, a bit at a time, so that appends to others do not wait for a large one. Confined to
/// the store's thread.
final class Removal {
  static final String TOPICS = "topics";

  /// Separates a partition's number from the life of its topic in a directory's name; no topic's name has it.
  private static final char LIFE = '~';

  /// What is done in one turn at most: unlinking a large file takes a disk some milliseconds.
  private static final int FILES_A_TURN = 8;

  private static final int PARTITIONS_A_TURN = 64;
  private static final int LINES_A_TURN = 500;

  private final Disk disk;
  private final Registry registry;
  private final RegistryEntry.Deleted topic;
  private final List<Long> streamIds;
  private int partition;
  private int line;

  Removal(Disk disk, Registry registry, RegistryEntry.Deleted topic, List<Long> streamIds) {
    this.disk = disk;
    this.registry = registry;
    this.topic = topic;
    this.streamIds = streamIds;
  }

  /// Where a partition's files are.
  static String directory(String topic, int life, int partition) {
    String name = TOPICS + '/' + topic + '/' + partition;
    return life == 0 ? name : name + LIFE + life;
  }

  /// The life that a name in a topic's directory belongs to; -1: none.
  static int lifeOf(String name) {
    try {
      int separator = name.indexOf(LIFE);
      if (separator < 0) {
        return Integer.parseInt(name) >= 0 ? 0 : -1;
      }
      return Integer.parseInt(name.substring(separator + 1));
    } catch (NumberFormatException e) {
      return -1;
    }
  }

  RegistryEntry.Deleted topic() {
    return topic;
  }

  /// @return whether nothing is left but the topic's own directory
  boolean removeSome(long nowMs) throws IOException, StoreRefused {
    int files = 0;
    for (int looked = 0; partition < topic.partitions(); looked++) {
      String directory = directory(topic.topic(), topic.life(), partition);
      for (String name : disk.list(directory)) {
        if (files++ == FILES_A_TURN) {
          return false;
        }
        disk.delete(directory + '/' + name);
      }
      if (looked == PARTITIONS_A_TURN) {
        return false;
      }
      disk.deleteDirectory(directory);
      partition++;
    }
    return removeLines(nowMs);
  }

  /// @param isShared whether files of another topic of the same name are in it
  void removeTopicDirectory(boolean isShared) throws IOException {
    String directory = TOPICS + '/' + topic.topic();
    if (!isShared && disk.list(directory).isEmpty()) {
      disk.deleteDirectory(directory);
    }
  }

  private boolean removeLines(long nowMs) throws IOException, StoreRefused {
    if (line == streamIds.size()) {
      return true;
    }
    int end = Math.min(streamIds.size(), line + LINES_A_TURN);
    try {
      for (int i = line; i < end; i++) {
        String key = RegistryEntry.Stream.PREFIX + streamIds.get(i);
        byte[] value = registry.get(key);
        if (value != null && isOurs(RegistryEntry.Stream.read(key, value))) {
          registry.remove(key);
        }
      }
    } catch (StoreRefused e) {
      registry.takeBack();
      throw e;
    }
    registry.commit(nowMs, true);
    line = end;
    return false;
  }

  /// The stream may live in another topic of the same name by now.
  private boolean isOurs(RegistryEntry.Stream stream) {
    UUID topicId = stream.topicId();
    return topicId == null
        ? stream.spec().topic().equals(topic.topic())
        : topicId.equals(topic.topicId());
  }
}
