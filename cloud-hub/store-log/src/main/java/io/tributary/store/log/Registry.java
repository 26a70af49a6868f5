package io.tributary.store.log;

import io.tributary.log.Admission;
import io.tributary.log.Disk;
import io.tributary.log.FullPolicy;
import io.tributary.log.Journal;
import io.tributary.log.JournalConfig;
import io.tributary.record.Compression;
import io.tributary.record.Limits;
import io.tributary.store.StoreRefused;
import io.tributary.store.StoreRefused.Code;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/// The durable list of topics and streams: a journal with state only. Each of its segments begins
/// with all of the state, so the older ones can go. Confined to the store's thread.
final class Registry implements AutoCloseable {
  private static final String DIRECTORY = "registry";

  /// A segment begins with the whole state, twice. Larger than that at its largest, or each commit
  /// would begin a new one.
  private static final long SEGMENT_BYTES = 64L * 1024 * 1024;

  private static final long QUOTA_BYTES = 4 * SEGMENT_BYTES;

  /// What is put with one commit at most. The journal's group takes twice as much, so that there is
  /// always room to take back what could not be committed.
  private static final int GROUP_BYTES = 2 * 1024 * 1024;

  private final Journal journal;
  private final List<String> staged = new ArrayList<>();

  private Registry(Journal journal) {
    this.journal = journal;
  }

  static Registry open(Disk disk, UUID hubId, long nowMs) throws IOException {
    JournalConfig config =
        new JournalConfig(
            hubId,
            DIRECTORY,
            SEGMENT_BYTES,
            Limits.EDGE_BATCH_BYTES_MOST,
            Limits.EDGE_BATCH_BYTES,
            QUOTA_BYTES,
            FullPolicy.DROP_OLDEST,
            Compression.none(),
            0,
            Limits.EDGE);
    return new Registry(Journal.open(disk, DIRECTORY, config, nowMs));
  }

  List<RegistryEntry.Topic> topics() throws IOException {
    List<RegistryEntry.Topic> topics = new ArrayList<>();
    for (Map.Entry<String, byte[]> entry : journal.state().entrySet()) {
      if (entry.getKey().startsWith(RegistryEntry.Topic.PREFIX)) {
        topics.add(RegistryEntry.Topic.read(entry.getKey(), entry.getValue()));
      }
    }
    return topics;
  }

  List<RegistryEntry.Stream> streams() throws IOException {
    List<RegistryEntry.Stream> streams = new ArrayList<>();
    for (Map.Entry<String, byte[]> entry : journal.state().entrySet()) {
      if (entry.getKey().startsWith(RegistryEntry.Stream.PREFIX)) {
        streams.add(RegistryEntry.Stream.read(entry.getKey(), entry.getValue()));
      }
    }
    return streams;
  }

  /// Becomes durable with the next commit.
  ///
  /// @throws StoreRefused BUSY when one commit can hold no more, QUOTA when the registry cannot
  void put(RegistryEntry entry) throws StoreRefused {
    byte[] value = entry.value();
    if (journal.groupSizeBytes() + entry.key().length() + value.length > GROUP_BYTES) {
      throw new StoreRefused(Code.BUSY, "too many topics and streams are opened at once");
    }
    if (journal.changeState(entry.key(), value) != Admission.ADMITTED) {
      throw new StoreRefused(Code.QUOTA, "the registry of topics and streams is full");
    }
    staged.add(entry.key());
  }

  /// Forces what was put. If that fails, nothing of it counts.
  void commit(long nowMs) throws IOException {
    try {
      journal.commit(nowMs);
    } catch (IOException e) {
      // The journal keeps its group for the next commit. What was put must not become durable then:
      // a partition would belong to a stream that nobody here knows.
      staged.forEach(key -> journal.changeState(key, null));
      throw e;
    } finally {
      staged.clear();
    }
  }

  @Override
  public void close() throws IOException {
    journal.close();
  }
}
