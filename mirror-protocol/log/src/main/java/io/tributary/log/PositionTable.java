package io.tributary.log;

import java.nio.ByteBuffer;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// The positions of the streams of a partition: those that are durable and, beside them, those that will be once the
/// open group is. Confined to the log's writer, but for {@link #durable}.
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

    /// Null when only the open group names the stream; read by all.
    private volatile @Nullable StreamPosition durable;

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
      durable = position();
    }

    StreamPosition position() {
      return new StreamPosition(streamId, next, digest);
    }
  }

  private final Map<Long, Entry> entries = new ConcurrentHashMap<>();

  @Nullable Entry find(long streamId) {
    return entries.get(streamId);
  }

  Entry findOrAdd(long streamId, long digest) {
    return entries.computeIfAbsent(streamId, id -> new Entry(id, 0, digest));
  }

  /// The open group is given up, and with it a stream that only it has named.
  void rollBack(Entry entry) {
    StreamPosition durable = entry.durable;
    if (durable == null) {
      entries.remove(entry.streamId);
    } else {
      entry.next = durable.next();
      entry.digest = durable.digest();
    }
  }

  Collection<Entry> entries() {
    return entries.values();
  }

  /// What is durable. For any thread.
  List<StreamPosition> durable() {
    return entries.values().stream().map(entry -> entry.durable).filter(Objects::nonNull).toList();
  }

  /// What is durable.
  byte[] encode() {
    List<StreamPosition> durable = durable();
    ByteBuffer bytes = ByteBuffer.allocate(Integer.BYTES + durable.size() * ENTRY_BYTES);
    bytes.putInt(durable.size());
    for (StreamPosition position : durable) {
      bytes.putLong(position.streamId()).putLong(position.next()).putLong(position.digest());
    }
    return bytes.array();
  }

  /// Where a table ends that something follows on.
  static int encodedBytes(byte[] table) {
    return Integer.BYTES + ByteBuffer.wrap(table).getInt() * ENTRY_BYTES;
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
