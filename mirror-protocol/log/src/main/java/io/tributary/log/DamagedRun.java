package io.tributary.log;

import io.tributary.record.BatchView;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// Bytes of a segment that are no batch, and the batches that are put into them.
///
/// Where a batch lay shows by what is left of it: its identity, or its CRC. A batch of which neither is left must fill,
/// with its neighbours, exactly the room that is between the others.
final class DamagedRun {
  private static final int LENGTH = 8;
  private static final int CRC = 17;
  private static final int ATTRIBUTES = 21;
  private static final int BASE_TIMESTAMP = 27;
  private static final int PRODUCER_ID = 43;
  private static final int PRODUCER_EPOCH = 51;
  private static final int BASE_SEQUENCE = 53;

  /// A batch in its place.
  static final class Placed {
    private final ByteBuffer bytes;
    private final long position;
    private boolean isWritten;

    private Placed(ByteBuffer bytes, long position) {
      this.bytes = bytes;
      this.position = position;
    }

    /// From 0 to the limit.
    ByteBuffer bytes() {
      return bytes;
    }

    /// In the file.
    long position() {
      return position;
    }

    void setWritten() {
      isWritten = true;
    }
  }

  private final long position;
  private final ByteBuffer damaged;

  /// Of the partition, where the run begins and ends.
  private final long offset;

  private long offsetBehind;

  /// By their place in the run.
  private final TreeMap<Integer, Placed> placed = new TreeMap<>();

  /// @param damaged from 0 to the limit what lies there
  DamagedRun(long position, ByteBuffer damaged, long offset) {
    this.position = position;
    this.damaged = damaged;
    this.offset = offset;
  }

  void setOffsetBehind(long newOffsetBehind) {
    offsetBehind = newOffsetBehind;
  }

  boolean isWithin(Finding finding) {
    return position < finding.position() + finding.sizeBytes()
        && position + damaged.limit() > finding.position();
  }

  /// Puts batches where what is left of them lies.
  static void placeByEvidence(List<DamagedRun> runs, List<ByteBuffer> batches) {
    Map<Integer, ByteBuffer> byCrc = new HashMap<>();
    Map<Long, ByteBuffer> byOffset = new HashMap<>();
    BatchView view = new BatchView();
    long streamId = -1;
    for (ByteBuffer batch : batches) {
      view.wrap(batch, 0);
      byCrc.put(view.crc(), batch);
      byOffset.put(view.streamOffset(), batch);
      streamId = view.streamId();
    }
    for (DamagedRun run : runs) {
      int last = run.damaged.limit() - BatchView.HEADER_BYTES;
      for (int at = 0; at <= last; at++) {
        ByteBuffer batch = byCrc.get(run.damaged.getInt(at + CRC));
        if (batch == null && run.damaged.getLong(at + PRODUCER_ID) == streamId) {
          batch = byOffset.get(view.wrap(run.damaged, at).streamOffset());
        }
        if (batch != null && run.isLeftOf(batch, at)) {
          run.tryPlace(at, batch);
        }
      }
    }
  }

  /// Whether something that only this batch has lies where it would lie.
  private boolean isLeftOf(ByteBuffer batch, int at) {
    boolean isIdentity =
        damaged.getLong(at + PRODUCER_ID) == batch.getLong(PRODUCER_ID)
            && damaged.getShort(at + PRODUCER_EPOCH) == batch.getShort(PRODUCER_EPOCH)
            && damaged.getInt(at + BASE_SEQUENCE) == batch.getInt(BASE_SEQUENCE);
    boolean isChecked =
        damaged.getInt(at + CRC) == batch.getInt(CRC)
            && damaged.getShort(at + ATTRIBUTES) == batch.getShort(ATTRIBUTES);
    // Four bytes may be anywhere by chance; so may not these, of which a flaw leaves one at least.
    return isIdentity
        || (isChecked
            && (damaged.getInt(at + LENGTH) == batch.getInt(LENGTH)
                || damaged.getLong(at + BASE_TIMESTAMP) == batch.getLong(BASE_TIMESTAMP)));
  }

  /// @return whether the room is free
  private boolean tryPlace(int at, ByteBuffer batch) {
    Map.Entry<Integer, Placed> before = placed.lowerEntry(at + 1);
    Map.Entry<Integer, Placed> behind = placed.higherEntry(at);
    int end = at + batch.limit();
    if (end > damaged.limit()
        || (before != null && before.getKey() + before.getValue().bytes.limit() > at)
        || (behind != null && behind.getKey() < end)
        || placed.values().stream().anyMatch(each -> each.bytes.equals(batch))) {
      return false;
    }
    placed.put(at, new Placed(batch, position + at));
    return true;
  }

  /// Puts the rest of the batches where they fill what is free, if only one order is possible; where offsets do not depend
  /// on the order, any. All batches of the streams must be there: a part may fill the room of another part.
  static void placeByRoom(
      List<DamagedRun> runs, Collection<List<ByteBuffer>> streams, boolean isDense) {
    List<ByteBuffer> left = new ArrayList<>();
    int streamsLeft = 0;
    for (List<ByteBuffer> batches : streams) {
      int before = left.size();
      batches.stream().filter(batch -> !isPlaced(runs, batch)).forEach(left::add);
      streamsLeft += left.size() > before ? 1 : 0;
    }
    int rooms = 0;
    for (DamagedRun run : runs) {
      rooms += run.rooms().size();
    }
    if (streamsLeft == 0 || (streamsLeft > 1 && (isDense || rooms > 1))) {
      return;
    }
    if (streamsLeft == 1) {
      left.sort(Comparator.comparingLong(batch -> new BatchView().wrap(batch, 0).streamOffset()));
    }
    int next = 0;
    for (DamagedRun run : runs) {
      for (int[] room : run.rooms()) {
        int at = room[0];
        int end = next;
        while (end < left.size() && at + left.get(end).limit() <= room[1]) {
          at += left.get(end++).limit();
        }
        if (at != room[1]) {
          continue; // something else lies here as well
        }
        at = room[0];
        for (; next < end; next++) {
          run.tryPlace(at, left.get(next));
          at += left.get(next).limit();
        }
      }
    }
  }

  static long unplacedBytes(List<DamagedRun> runs, List<ByteBuffer> batches) {
    long bytes = 0;
    for (ByteBuffer batch : batches) {
      bytes += isPlaced(runs, batch) ? 0 : batch.limit();
    }
    return bytes;
  }

  private static boolean isPlaced(List<DamagedRun> runs, ByteBuffer batch) {
    return runs.stream()
        .anyMatch(run -> run.placed.values().stream().anyMatch(each -> each.bytes.equals(batch)));
  }

  static boolean areWritten(List<DamagedRun> runs, List<ByteBuffer> batches) {
    return batches.stream()
        .allMatch(batch ->
            runs.stream()
                .anyMatch(run ->
                    run.placed.values().stream()
                        .anyMatch(each -> each.bytes.equals(batch) && each.isWritten)));
  }

  /// From and to of what is free, in the run.
  private List<int[]> rooms() {
    List<int[]> rooms = new ArrayList<>();
    int at = 0;
    for (Map.Entry<Integer, Placed> entry : placed.entrySet()) {
      if (entry.getKey() > at) {
        rooms.add(new int[] {at, entry.getKey()});
      }
      at = entry.getKey() + entry.getValue().bytes.limit();
    }
    if (at < damaged.limit()) {
      rooms.add(new int[] {at, damaged.limit()});
    }
    return rooms;
  }

  long roomBytes() {
    long bytes = 0;
    for (int[] room : rooms()) {
      bytes += room[1] - room[0];
    }
    return bytes;
  }

  /// What can be written, where each batch has the offset of its stream.
  Collection<Placed> placed() {
    return isInOrder() ? placed.values() : List.of();
  }

  /// What can be written, where offsets are dense: all of the run with the offsets that are missing; or, while something
  /// else lies there as well, what leans without a hole on the batch before the run or on the one behind it, and is
  /// certain to be what was there.
  Collection<Placed> placedDense() {
    if (!isInOrder()) {
      return List.of();
    }
    if (roomBytes() == 0) {
      return numbered(placed.values(), offset) == offsetBehind ? placed.values() : List.of();
    }
    List<Placed> before = new ArrayList<>();
    int at = 0;
    for (Map.Entry<Integer, Placed> each : placed.entrySet()) {
      if (each.getKey() != at || !isCertain(each.getKey(), each.getValue())) {
        break;
      }
      before.add(each.getValue());
      at += each.getValue().bytes.limit();
    }
    List<Placed> behind = new ArrayList<>();
    at = damaged.limit();
    for (Map.Entry<Integer, Placed> each : placed.descendingMap().entrySet()) {
      int end = each.getKey() + each.getValue().bytes.limit();
      if (end != at || !isCertain(each.getKey(), each.getValue())) {
        break;
      }
      behind.addFirst(each.getValue());
      at = each.getKey();
    }
    long next = numbered(before, offset);
    long first = offsetBehind - numbered(behind, 0);
    if (next > first) {
      return List.of(); // a neighbour has a wrong offset
    }
    numbered(behind, first);
    before.addAll(behind);
    return before;
  }

  /// Gives batches the offsets from one on.
  ///
  /// @return the offset behind them
  private static long numbered(Collection<Placed> batches, long first) {
    BatchView view = new BatchView();
    long next = first;
    for (Placed each : batches) {
      Placement.set(each.bytes, next);
      next = view.wrap(each.bytes, 0).nextOffset();
    }
    return next;
  }

  /// Whether its CRC or its size is left where it lies: it ends where what was there ended.
  private boolean isCertain(int at, Placed batch) {
    return damaged.getInt(at + CRC) == batch.bytes.getInt(CRC)
        || damaged.getInt(at + LENGTH) == batch.bytes.getInt(LENGTH);
  }

  /// Whether the batches of each stream lie one behind the other.
  private boolean isInOrder() {
    Map<Long, Long> ends = new HashMap<>();
    BatchView view = new BatchView();
    for (Placed each : placed.values()) {
      view.wrap(each.bytes, 0);
      Long end = ends.put(view.streamId(), view.streamOffset() + view.count());
      if (end != null && view.streamOffset() < end) {
        return false;
      }
    }
    return true;
  }
}
