package io.tributary.log;

import java.nio.ByteBuffer;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The positions of the streams of a partition: those that are durable and, beside them, those that will be once the
/// open group is. Confined to the log's writer.
///
/// In a segment's header:
///
/// ```
/// count int32, and each: streamId int64, next int64, digest int64
/// ```
final class PositionTable {
  private static final int ENTRY_BYTES = 24;

  /// One stream; the first pair of numbers includes the open group.
  static final class Entry {
    private final long streamId;
    private long next;
    private long digest;
    private long durableNext;
    private long durableDigest;
    private boolean isDurable;

    private Entry(long streamId, long next, long digest) {
      this.streamId = streamId;
      this.next = next;
      this.digest = digest;
    }

    long next() {
      return next;
    }

    long digest() {
      return digest;
    }

    void advance(long newNext, long newDigest) {
      next = newNext;
      digest = newDigest;
    }

    /// The open group is durable.
    void commit() {
      durableNext = next;
      durableDigest = digest;
      isDurable = true;
    }

    StreamPosition position() {
      return new StreamPosition(streamId, next, digest);
    }
  }

  private final Map<Long, Entry> entries = new HashMap<>();

  @Nullable Entry find(long streamId) {
    return entries.get(streamId);
  }

  Entry findOrAdd(long streamId, long digest) {
    return entries.computeIfAbsent(streamId, id -> new Entry(id, 0, digest));
  }

  /// The open group is given up, and with it a stream that only it has named.
  void rollBack(Entry entry) {
    entry.next = entry.durableNext;
    entry.digest = entry.durableDigest;
    if (!entry.isDurable) {
      entries.remove(entry.streamId);
    }
  }

  Collection<Entry> entries() {
    return entries.values();
  }

  /// What is durable.
  byte[] encode() {
    List<Entry> durable = entries.values().stream().filter(entry -> entry.isDurable).toList();
    ByteBuffer bytes = ByteBuffer.allocate(Integer.BYTES + durable.size() * ENTRY_BYTES);
    bytes.putInt(durable.size());
    for (Entry entry : durable) {
      bytes.putLong(entry.streamId).putLong(entry.durableNext).putLong(entry.durableDigest);
    }
    return bytes.array();
  }

  static PositionTable decode(byte[] table) {
    PositionTable positions = new PositionTable();
    ByteBuffer bytes = ByteBuffer.wrap(table);
    int count = bytes.getInt();
    for (int i = 0; i < count; i++) {
      Entry entry = new Entry(bytes.getLong(), bytes.getLong(), bytes.getLong());
      entry.commit();
      positions.entries.put(entry.streamId, entry);
    }
    return positions;
  }
}
