package io.tributary.session.twoparty;

import io.tributary.record.BatchBuilder;
import io.tributary.record.BatchIdentity;
import io.tributary.record.BatchView;
import io.tributary.record.Compression;
import io.tributary.record.Digest;
import io.tributary.record.Gap;
import io.tributary.record.GapReason;
import io.tributary.record.Header;
import io.tributary.record.Limits;
import io.tributary.record.RecordRefused;
import io.tributary.session.StreamOffer;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// The edge's journals in memory, honest unless told to lie, with cursors in commit order. It also keeps the ledger:
/// which batch was written under which offset, and which offsets may be a Gap at the hub.
final class FakeJournal {
  sealed interface Piece {
    long streamId();

    long from();

    long to();
  }

  record Batch(long streamId, long from, long to, ByteBuffer bytes) implements Piece {}

  record Hole(long streamId, Gap gap, long digestAtTo) implements Piece {
    @Override
    public long from() {
      return gap.from();
    }

    @Override
    public long to() {
      return gap.to();
    }
  }

  static final class Stream {
    final long id;
    final String className;
    final List<Piece> pieces = new ArrayList<>();
    final TreeMap<Long, Long> digests = new TreeMap<>(Map.of(0L, Digest.START));
    final TreeMap<Long, Gap> holes = new TreeMap<>();
    final TreeMap<Long, Batch> ledger = new TreeMap<>();
    final TreeMap<Long, Batch> lost = new TreeMap<>();

    /// What was written before an old image of the disk was restored; empty if that never happened.
    final TreeMap<Long, Batch> oldLedger = new TreeMap<>();

    final TreeMap<Long, Gap> oldHoles = new TreeMap<>();
    int generation;
    long start;
    long end;
    long acked;
    long cursor = -1;
    boolean mayWrite = true;

    Stream(long id, String className) {
      this.id = id;
      this.className = className;
    }

    /// Inside a Gap nothing changes, unless batches went with it that nobody knows any more.
    long digestAt(long offset) {
      for (Piece piece : pieces) {
        if (piece.from() < offset && offset < piece.to()) {
          long digest = digestAt(piece.from());
          boolean isSame = digest == digestAt(piece.to());
          return piece instanceof Batch ? Digest.INSIDE : isSame ? digest : Digest.UNKNOWN;
        }
      }
      return digests.getOrDefault(offset, Digest.UNKNOWN);
    }
  }

  private final String edgeId;
  private final Map<Long, Stream> streams = new LinkedHashMap<>();

  FakeJournal(String edgeId) {
    this.edgeId = edgeId;
  }

  Stream create(long id, String className) {
    Stream stream = new Stream(id, className);
    streams.put(id, stream);
    return stream;
  }

  Stream stream(long id) {
    Stream stream = streams.get(id);
    if (stream == null) {
      throw new AssertionError("no stream " + id);
    }
    return stream;
  }

  List<Stream> streams() {
    return List.copyOf(streams.values());
  }

  StreamOffer offer(Stream stream) {
    return new StreamOffer(
        stream.id,
        "topic-" + stream.id,
        stream.className,
        stream.start,
        stream.end,
        stream.digestAt(stream.end),
        stream.acked);
  }

  void write(Stream stream, int records, int valueBytes, Compression compression) {
    BatchBuilder builder = new BatchBuilder(compression, Limits.edge(Limits.EDGE_BATCH_BYTES_MOST));
    Header edge = new Header("edge", edgeId.getBytes(StandardCharsets.UTF_8));
    try {
      for (int i = 0; i < records; i++) {
        byte[] value = new byte[valueBytes];
        Arrays.fill(value, (byte) (stream.end + i));
        if (!builder.tryAppend(
            1_700_000_000_000L + stream.generation, null, value, List.of(edge))) {
          break;
        }
      }
    } catch (RecordRefused e) {
      throw new AssertionError(e);
    }
    int count = builder.count();
    ByteBuffer built = builder.build(new BatchIdentity(stream.id, stream.end));
    ByteBuffer bytes = ByteBuffer.allocate(built.remaining()).put(built).flip();
    Batch batch = new Batch(stream.id, stream.end, stream.end + count, bytes);
    long digest = Digest.extend(stream.digestAt(stream.end), new BatchView().wrap(bytes, 0));
    stream.pieces.add(batch);
    stream.ledger.put(batch.from(), batch);
    stream.end = batch.to();
    stream.digests.put(stream.end, digest);
  }

  /// Readings that were refused because the disk was full: they take offsets.
  void dropNewest(Stream stream, int count) {
    Gap gap = new Gap(stream.end, stream.end + count, GapReason.DROP_NEWEST);
    long digest = stream.digestAt(stream.end);
    stream.end = gap.to();
    stream.digests.put(stream.end, digest);
    stream.pieces.add(new Hole(stream.id, gap, digest));
    stream.holes.put(gap.from(), gap);
  }

  /// The oldest piece goes: as a Gap if the hub did not have it, silently if it did.
  void dropOldest(Stream stream) {
    if (stream.pieces.size() < 2) {
      return;
    }
    Piece oldest = stream.pieces.remove(0);
    stream.start = oldest.to();
    if (oldest instanceof Batch batch) {
      GapReason reason = batch.to() <= stream.acked ? GapReason.HUB_LOST : GapReason.DROP_OLDEST;
      stream.holes.put(batch.from(), new Gap(batch.from(), batch.to(), reason));
    }
  }

  /// A lying disk loses what it had called durable. Nothing may be written before the hub was asked.
  void loseTail(Stream stream, int pieces) {
    for (int i = 0; i < pieces && stream.pieces.size() > 1; i++) {
      Piece last = stream.pieces.remove(stream.pieces.size() - 1);
      stream.digests.remove(last.to());
      stream.end = last.from();
      stream.holes.remove(last.from());
      Batch batch = stream.ledger.remove(last.from());
      if (batch != null) {
        stream.lost.put(batch.from(), batch);
      }
    }
    stream.acked = Math.min(stream.acked, stream.end);
    stream.mayWrite = false;
  }

  /// An old image of the disk comes back, and nobody knows: writing goes on at once, under offsets that were taken.
  void restoreImage(Stream stream, int pieces) {
    stream.oldLedger.putAll(stream.ledger);
    stream.oldHoles.putAll(stream.holes);
    loseTail(stream, pieces);
    stream.generation++;
    stream.mayWrite = true;
  }

  boolean jump(Stream stream, long expectedEnd, long next, long digest) {
    if (stream.end != expectedEnd) {
      return false;
    }
    Gap gap = new Gap(stream.end, next, GapReason.LOST_TAIL);
    stream.pieces.add(new Hole(stream.id, gap, digest));
    stream.holes.put(gap.from(), gap);
    stream.ledger.putAll(stream.lost.headMap(next));
    stream.end = next;
    stream.digests.put(next, digest);
    return true;
  }

  void resumeCursor(Stream stream, long offset) {
    stream.cursor = offset;
    stream.lost.clear();
    stream.mayWrite = true;
  }

  /// The next piece of a class, stream after stream: the order between streams does not matter here.
  @Nullable Piece next(String className) {
    for (Stream stream : streams.values()) {
      if (stream.className.equals(className) && stream.cursor >= 0) {
        Piece piece = next(stream);
        if (piece != null) {
          stream.cursor = piece.to();
          return piece;
        }
      }
    }
    return null;
  }

  private @Nullable Piece next(Stream stream) {
    if (stream.cursor < stream.start) {
      Map.Entry<Long, Gap> entry = stream.holes.floorEntry(stream.cursor);
      if (entry == null || entry.getValue().to() <= stream.cursor) {
        throw new AssertionError("a hole that was not recorded at " + stream.cursor);
      }
      Gap gap = entry.getValue();
      return new Hole(stream.id, gap, stream.digestAt(gap.to()));
    }
    for (Piece piece : stream.pieces) {
      if (piece.to() > stream.cursor) {
        return piece;
      }
    }
    return null;
  }
}
