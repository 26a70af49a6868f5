package io.tributary.store.log;

import java.io.IOException;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/// The deleted topics that the copies of a registry know together, and what belongs to them. A copy that lost the end of
/// a topic still names it and its streams; they must not come back.
final class Graves {
  private final Map<UUID, RegistryEntry.Deleted> deleted = new HashMap<>();
  private final Set<String> names = new HashSet<>();

  /// Takes in what one copy knows. A topic that one of them knows to be removed is removed.
  void read(Map<String, byte[]> state) throws IOException {
    for (Map.Entry<String, byte[]> entry : state.entrySet()) {
      if (entry.getKey().startsWith(RegistryEntry.Deleted.PREFIX)) {
        RegistryEntry.Deleted grave = RegistryEntry.Deleted.read(entry.getKey(), entry.getValue());
        deleted.merge(grave.topicId(), grave, (one, other) -> one.isRemoved() ? one : other);
        names.add(grave.topic());
      }
    }
  }

  Collection<RegistryEntry.Deleted> entries() {
    return deleted.values();
  }

  /// Whether an entry is of a topic that was deleted. A stream that does not say of which life of its topic it is was
  /// recorded before any topic could be deleted: it is of the first.
  boolean holds(String key, byte[] value) throws IOException {
    if (key.startsWith(RegistryEntry.Topic.PREFIX)) {
      return deleted.containsKey(RegistryEntry.Topic.read(key, value).topicId());
    }
    if (key.startsWith(RegistryEntry.Stream.PREFIX)) {
      RegistryEntry.Stream stream = RegistryEntry.Stream.read(key, value);
      UUID topicId = stream.topicId();
      return topicId == null ? names.contains(stream.spec().topic()) : deleted.containsKey(topicId);
    }
    if (key.startsWith(RegistryEntry.Start.PREFIX)) {
      return deleted.containsKey(RegistryEntry.Start.read(key, value).topicId());
    }
    return key.startsWith(RegistryEntry.Deleted.PREFIX);
  }
}
