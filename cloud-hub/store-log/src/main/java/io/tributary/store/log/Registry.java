package io.tributary.store.log;

import io.tributary.log.Admission;
import io.tributary.log.Disk;
import io.tributary.log.FullPolicy;
import io.tributary.log.Journal;
import io.tributary.log.JournalConfig;
import io.tributary.log.LogFailedException;
import io.tributary.log.LogFullException;
import io.tributary.record.Compression;
import io.tributary.record.Limits;
import io.tributary.store.StoreRefused;
import io.tributary.store.StoreRefused.Code;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// The durable list of topics and streams: two journals with state only and the same content, since
/// a stream whose place is forgotten would be stored twice. What one of them lost is taken from the
/// other. Each of their segments begins with all of the state, so the older ones can go. Confined to
/// the store's thread.
final class Registry implements AutoCloseable {
  private static final Logger LOG = System.getLogger(Registry.class.getName());
  private static final String DIRECTORY = "registry/";
  private static final int COPIES = 2;

  /// The copies are told apart, so that one is never taken for the other: "registry" in ASCII.
  private static final long LOG_ID = 0x7265_6769_7374_7279L;

  /// A segment begins with the whole state, twice. Larger than that at its largest, or each commit
  /// would begin a new one.
  private static final long SEGMENT_BYTES = 64L * 1024 * 1024;

  private static final long QUOTA_BYTES = 4 * SEGMENT_BYTES;

  /// What is put with one commit at most. A journal's group takes twice as much, so that there is
  /// always room to take back what could not be committed.
  private static final int GROUP_BYTES = 2 * 1024 * 1024;

  private final List<Journal> copies;

  /// By key, what was put included.
  private final TreeMap<String, byte[]> state = new TreeMap<>();

  /// What the keys that were put since the last commit had before; null: they were not there.
  private final Map<String, byte @Nullable []> before = new HashMap<>();

  private Registry(List<Journal> copies) {
    this.copies = copies;
    copies.forEach(copy -> state.putAll(copy.state()));
  }

  /// Opens the registry, repairs it, and makes it this hub's if it is nobody's yet.
  ///
  /// @throws IOException also when it is another hub's
  static Registry open(Disk disk, UUID hubId, long nowMs) throws IOException {
    List<Journal> copies = new ArrayList<>();
    try {
      for (int copy = 1; copy <= COPIES; copy++) {
        copies.add(Journal.open(disk, DIRECTORY + copy, config(copy), nowMs));
      }
      Registry registry = new Registry(copies);
      registry.repair(nowMs);
      registry.claim(hubId, nowMs);
      return registry;
    } catch (IOException | StoreRefused e) {
      for (Journal copy : copies) {
        copy.close();
      }
      throw e instanceof IOException fault ? fault : new IOException("the registry is full", e);
    }
  }

  private static JournalConfig config(int copy) {
    return new JournalConfig(
        new UUID(LOG_ID, copy),
        "registry",
        SEGMENT_BYTES,
        Limits.EDGE_BATCH_BYTES_MOST,
        Limits.EDGE_BATCH_BYTES,
        QUOTA_BYTES,
        FullPolicy.BLOCK,
        Compression.none(),
        0,
        Limits.EDGE);
  }

  /// Whether no topic is registered.
  boolean isEmpty() {
    return under(RegistryEntry.Topic.PREFIX).isEmpty();
  }

  List<RegistryEntry.Topic> topics() throws IOException {
    List<RegistryEntry.Topic> topics = new ArrayList<>();
    for (Map.Entry<String, byte[]> entry : under(RegistryEntry.Topic.PREFIX).entrySet()) {
      topics.add(RegistryEntry.Topic.read(entry.getKey(), entry.getValue()));
    }
    return topics;
  }

  List<RegistryEntry.Stream> streams() throws IOException {
    List<RegistryEntry.Stream> streams = new ArrayList<>();
    for (Map.Entry<String, byte[]> entry : under(RegistryEntry.Stream.PREFIX).entrySet()) {
      streams.add(RegistryEntry.Stream.read(entry.getKey(), entry.getValue()));
    }
    return streams;
  }

  private Map<String, byte[]> under(String prefix) {
    return state.subMap(prefix, prefix + Character.MAX_VALUE);
  }

  /// Becomes durable with the next commit.
  ///
  /// @throws StoreRefused BUSY when one commit can hold no more, QUOTA when the registry cannot
  void put(RegistryEntry entry) throws StoreRefused {
    String key = entry.key();
    byte[] value = entry.value();
    for (Journal copy : copies) {
      if (copy.groupSizeBytes() + key.length() + value.length > GROUP_BYTES) {
        throw new StoreRefused(Code.BUSY, "too many topics and streams are opened at once");
      }
    }
    before.putIfAbsent(key, state.get(key));
    state.put(key, value);
    for (Journal copy : copies) {
      if (copy.changeState(key, value) != Admission.ADMITTED) {
        takeBack(key);
        throw new StoreRefused(Code.QUOTA, "the registry of topics and streams is full");
      }
    }
  }

  /// Forces what was put. If that fails, nothing of it counts.
  void commit(long nowMs) throws IOException {
    try {
      checkNoneFailed();
      for (Journal copy : copies) {
        copy.commit(nowMs);
      }
      before.clear();
    } catch (IOException e) {
      // A journal keeps its group for the next commit. What was put must not become durable then:
      // a partition would belong to a stream that nobody here knows.
      List.copyOf(before.keySet()).forEach(this::takeBack);
      throw e;
    }
  }

  /// When one copy has failed, the others take nothing more either: they would go on alone, and after the next start both
  /// would be believed, each with another owner of one partition.
  private void checkNoneFailed() throws LogFailedException {
    String failed = trouble();
    if (failed != null) {
      throw new LogFailedException(failed, null);
    }
  }

  private void takeBack(String key) {
    byte[] value = before.remove(key);
    if (value == null) {
      state.remove(key);
    } else {
      state.put(key, value);
    }
    copies.forEach(copy -> copy.changeState(key, value));
  }

  /// Bytes of the registry that failed their check since the start.
  long damagedBytes() {
    return copies.stream().mapToLong(copy -> copy.status().damagedBytes()).sum();
  }

  /// Why no topic and no stream can be recorded until the hub is started again, or null. Any thread.
  @Nullable String trouble() {
    for (Journal copy : copies) {
      String failure = copy.status().failure();
      if (failure != null) {
        return "registry: " + failure;
      }
    }
    return null;
  }

  @Override
  public void close() throws IOException {
    for (Journal copy : copies) {
      copy.close();
    }
  }

  private void repair(long nowMs) throws IOException {
    int repaired = 0;
    for (Journal copy : copies) {
      for (Map.Entry<String, byte[]> entry : state.entrySet()) {
        String key = entry.getKey();
        if (Arrays.equals(entry.getValue(), copy.state().get(key))) {
          continue;
        }
        repaired++;
        if (copy.changeState(key, entry.getValue()) == Admission.GROUP_FULL) {
          copy.commit(nowMs);
          copy.changeState(key, entry.getValue());
        }
      }
      try {
        copy.commit(nowMs);
      } catch (LogFullException e) {
        LOG.log(Level.WARNING, "the registry is repaired when the disk has room", e);
      }
    }
    if (repaired > 0) {
      LOG.log(Level.WARNING, "{0} entries of the registry were missing in a copy", repaired);
    }
  }

  private void claim(UUID hubId, long nowMs) throws IOException, StoreRefused {
    byte[] owner = state.get(RegistryEntry.Hub.KEY);
    if (owner == null) {
      put(new RegistryEntry.Hub(hubId));
      commit(nowMs);
    } else if (!RegistryEntry.Hub.read(owner).hubId().equals(hubId)) {
      throw new IOException(
          "the topics in this directory are those of the hub "
              + RegistryEntry.Hub.read(owner).hubId()
              + ", and this is the hub "
              + hubId
              + ": restore the file hub-id, or use another directory");
    }
  }
}
