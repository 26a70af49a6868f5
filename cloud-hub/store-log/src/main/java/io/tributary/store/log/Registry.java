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
import io.tributary.store.Layout;
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
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// The durable list of topics and streams: two journals with state only and the same content, since
/// a stream whose place is forgotten would be stored twice. What one of them lost is taken from the
/// other, unless it is of a topic that either of them knows to be deleted. Each of their segments
/// begins with all of the state, so the older ones can go. Confined to the store's thread.
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

  /// The last commit failed, and may be durable all the same.
  private boolean isInDoubt;

  private Registry(List<Journal> copies) throws IOException {
    this.copies = copies;
    Graves graves = new Graves();
    for (Journal copy : copies) {
      graves.read(copy.state());
    }
    for (Journal copy : copies) {
      for (Map.Entry<String, byte[]> entry : copy.state().entrySet()) {
        if (!graves.holds(entry.getKey(), entry.getValue())) {
          byte[] known = state.get(entry.getKey());
          byte[] value = entry.getValue();
          state.put(entry.getKey(), known == null ? value : newer(entry.getKey(), known, value));
        }
      }
    }
    graves.entries().forEach(entry -> state.put(entry.key(), entry.value()));
  }

  /// Of what two copies say under one key: a topic never loses a partition, nor does a partition begin earlier again. Of
  /// anything else the last copy is believed.
  private static byte[] newer(String key, byte[] one, byte[] other) throws IOException {
    boolean isOne =
        switch (prefixOf(key)) {
          case RegistryEntry.Topic.PREFIX ->
              partitions(RegistryEntry.Topic.read(key, one))
                  > partitions(RegistryEntry.Topic.read(key, other));
          case RegistryEntry.Start.PREFIX ->
              RegistryEntry.Start.read(key, one).offset()
                  > RegistryEntry.Start.read(key, other).offset();
          default -> false;
        };
    return isOne ? one : other;
  }

  private static String prefixOf(String key) {
    return key.substring(0, key.indexOf('/') + 1);
  }

  private static int partitions(RegistryEntry.Topic topic) {
    return topic.spec().layout() instanceof Layout.Partitions(int count) ? count : 0;
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

  List<RegistryEntry.Start> starts() throws IOException {
    List<RegistryEntry.Start> starts = new ArrayList<>();
    for (Map.Entry<String, byte[]> entry : under(RegistryEntry.Start.PREFIX).entrySet()) {
      starts.add(RegistryEntry.Start.read(entry.getKey(), entry.getValue()));
    }
    return starts;
  }

  /// What was deleted, with what is yet to be removed.
  List<RegistryEntry.Deleted> deleted() throws IOException {
    List<RegistryEntry.Deleted> deleted = new ArrayList<>();
    for (Map.Entry<String, byte[]> entry : under(RegistryEntry.Deleted.PREFIX).entrySet()) {
      deleted.add(RegistryEntry.Deleted.read(entry.getKey(), entry.getValue()));
    }
    return deleted;
  }

  private Map<String, byte[]> under(String prefix) {
    return state.subMap(prefix, prefix + Character.MAX_VALUE);
  }

  /// Becomes durable with the next commit.
  ///
  /// @throws StoreRefused BUSY when one commit can hold no more, QUOTA when the registry cannot
  void put(RegistryEntry entry) throws StoreRefused {
    change(entry.key(), entry.value());
  }

  /// Is gone with the next commit.
  ///
  /// @throws StoreRefused BUSY when one commit can hold no more
  void remove(String key) throws StoreRefused {
    if (state.containsKey(key)) {
      change(key, null);
    }
  }

  /// What the registry says under a key, what was put included; null: nothing.
  byte @Nullable [] get(String key) {
    return state.get(key);
  }

  private void change(String key, byte @Nullable [] value) throws StoreRefused {
    int sizeBytes = key.length() + (value == null ? 0 : value.length);
    for (Journal copy : copies) {
      if (copy.groupSizeBytes() + sizeBytes > GROUP_BYTES) {
        throw new StoreRefused(Code.BUSY, "too many topics and streams are opened at once");
      }
    }
    if (!before.containsKey(key)) { // which null counts for as well
      before.put(key, state.get(key));
    }
    set(key, value);
    for (Journal copy : copies) {
      if (copy.changeState(key, value) != Admission.ADMITTED) {
        takeBack(key);
        throw new StoreRefused(Code.QUOTA, "the registry of topics and streams is full");
      }
    }
  }

  /// Nothing that was put or removed since the last commit counts.
  void takeBack() {
    List.copyOf(before.keySet()).forEach(this::takeBack);
  }

  /// Forces what was put. If that fails, nothing of it counts; what is durable all the same shows at the next start.
  void commit(long nowMs) throws IOException {
    commit(nowMs, false);
  }

  /// @param frees whether this makes room: then a full disk's reserve may be used
  void commit(long nowMs, boolean frees) throws IOException {
    isInDoubt = false;
    boolean hasBegun = false;
    try {
      checkNoneFailed();
      hasBegun = true;
      for (Journal copy : copies) {
        commit(copy, nowMs, frees);
        isInDoubt = true; // until all have it
      }
      isInDoubt = false;
      before.clear();
    } catch (IOException e) {
      isInDoubt |= hasBegun && trouble() != null;
      // A journal keeps its group for the next commit. What was put must not become durable then:
      // a partition would belong to a stream that nobody here knows.
      takeBack();
      throw e;
    }
  }

  private static void commit(Journal copy, long nowMs, boolean frees) throws IOException {
    try {
      copy.commit(nowMs);
    } catch (LogFullException full) {
      if (!frees) {
        throw full;
      }
      copy.giveUpReserve();
      copy.commit(nowMs);
    }
  }

  /// Whether the commit that failed last may be what the next start finds.
  boolean isInDoubt() {
    return isInDoubt;
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
    set(key, value);
    copies.forEach(copy -> copy.changeState(key, value));
  }

  private void set(String key, byte @Nullable [] value) {
    if (value == null) {
      state.remove(key);
    } else {
      state.put(key, value);
    }
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
      Set<String> keys = new TreeSet<>(state.keySet());
      keys.addAll(copy.state().keySet());
      for (String key : keys) {
        byte[] value = state.get(key);
        if (Arrays.equals(value, copy.state().get(key))) {
          continue;
        }
        repaired++;
        if (copy.changeState(key, value) == Admission.GROUP_FULL) {
          copy.commit(nowMs);
          copy.changeState(key, value);
        }
      }
      try {
        copy.commit(nowMs);
      } catch (LogFullException e) {
        LOG.log(Level.WARNING, "the registry is repaired when the disk has room", e);
      }
    }
    if (repaired > 0) {
      LOG.log(
          Level.WARNING,
          "{0} entries of the registry were missing or left over in a copy",
          repaired);
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
