package io.tributary.log;

import io.tributary.record.Crc32C;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Where to begin to look in a partition's segment, for an offset and for a time. One thread adds, any may look up.
///
/// An entry says: the batch at `position` begins with `offset`, and no record before it is later than `maxTimestampMs`.
/// All three grow from entry to entry. Damaged ranges are kept as well, so that no slice runs across one.
///
/// As a file, forced before the next segment begins, made anew by reading the segment when it is missing or wrong:
///
/// ```
///  0  magic "TRIBIDX1"   int64
///  8  segment end        int64   what is indexed: the size of the segment
/// 16  maxTimestampMs     int64   of the whole segment
/// 24  entries            int32
/// 28  damaged ranges     int32
/// 32  entries, each: offset int64, position int64, maxTimestampMs int64
///  …  damaged ranges, each: from int64, to int64
///  …  CRC-32C of all before
/// ```
final class SparseIndex {
  private static final long MAGIC = 0x5452_4942_4944_5831L; // "TRIBIDX1"
  private static final int FILE_HEADER_BYTES = 32;
  private static final int ENTRY = 3;
  private static final int INITIAL_ENTRIES = 16;

  /// An index's file is never larger; a flipped count must not fill the memory.
  private static final long FILE_BYTES_MOST = 64L * 1024 * 1024;

  private final int intervalBytes;

  /// Three numbers an entry. Replaced when it is full; the size is published after what it counts.
  private volatile long[] entries = new long[INITIAL_ENTRIES * ENTRY];

  private volatile int size;

  /// From and to of each range; replaced, never changed in place.
  private volatile long[] damages = {};

  private volatile long maxTimestampMs = SegmentHeader.NONE_MS;

  SparseIndex(int intervalBytes) {
    this.intervalBytes = intervalBytes;
  }

  /// Tells of a batch; makes an entry of it when the last one is far enough behind.
  synchronized void add(long offset, long position, long batchMaxTimestampMs) {
    int count = size;
    long[] all = entries;
    if (count == 0 || position - all[(count - 1) * ENTRY + 1] >= intervalBytes) {
      if ((count + 1) * ENTRY > all.length) {
        all = Arrays.copyOf(all, all.length * 2);
        entries = all;
      }
      all[count * ENTRY] = offset;
      all[count * ENTRY + 1] = position;
      all[count * ENTRY + 2] = maxTimestampMs;
      size = count + 1;
    }
    if (batchMaxTimestampMs > maxTimestampMs) {
      maxTimestampMs = batchMaxTimestampMs;
    }
  }

  /// Tells of bytes that are no batch. What is known already does not change.
  ///
  /// @return whether it was news
  synchronized boolean addDamage(long from, long to) {
    long[] known = damages;
    int at = 0;
    while (at < known.length && known[at] < from) {
      at += 2;
    }
    if (at < known.length && known[at] == from) {
      return false;
    }
    long[] all = new long[known.length + 2];
    System.arraycopy(known, 0, all, 0, at);
    all[at] = from;
    all[at + 1] = to;
    System.arraycopy(known, at, all, at + 2, known.length - at);
    damages = all;
    return true;
  }

  /// A damaged range is whole again, so that records behind it may be earlier than some in it.
  synchronized void healed(long from, long to, long batchMaxTimestampMs) {
    long[] all = entries;
    for (int i = 0; i < size; i++) {
      int latest = i * ENTRY + 2;
      if (all[i * ENTRY + 1] > from && all[latest] < batchMaxTimestampMs) {
        all[latest] = batchMaxTimestampMs;
      }
    }
    maxTimestampMs = Math.max(maxTimestampMs, batchMaxTimestampMs);
    long[] known = damages;
    long[] kept = new long[2 * known.length];
    int count = 0;
    for (int i = 0; i < known.length; i += 2) {
      if (known[i] < Math.min(known[i + 1], from)) {
        kept[count++] = known[i];
        kept[count++] = Math.min(known[i + 1], from);
      }
      if (Math.max(known[i], to) < known[i + 1]) {
        kept[count++] = Math.max(known[i], to);
        kept[count++] = known[i + 1];
      }
    }
    damages = Arrays.copyOf(kept, count);
  }

  /// From and to of each damaged range.
  long[] damages() {
    return damages.clone();
  }

  long maxTimestampMs() {
    return maxTimestampMs;
  }

  /// A batch that begins at a position with an offset.
  record Entry(long offset, long position) {}

  /// The last entry whose offset is at or before the given one, or `otherwise`.
  Entry ofOffset(long offset, Entry otherwise) {
    return floor(0, offset, otherwise);
  }

  /// The last entry before which every record is earlier than the time, or `otherwise`.
  Entry ofTime(long timestampMs, Entry otherwise) {
    return floor(2, timestampMs - 1, otherwise);
  }

  /// The last entry whose number `field` is at most `value`.
  private Entry floor(int field, long value, Entry otherwise) {
    int low = 0;
    int high = size - 1;
    long[] all = entries;
    int found = -1;
    while (low <= high) {
      int middle = (low + high) >>> 1;
      if (all[middle * ENTRY + field] <= value) {
        found = middle * ENTRY;
        low = middle + 1;
      } else {
        high = middle - 1;
      }
    }
    return found < 0 ? otherwise : new Entry(all[found], all[found + 1]);
  }

  /// Where the damage ends that begins at a position, with whatever follows on it directly; or the position itself.
  long behindDamage(long position) {
    long[] all = damages;
    long behind = position;
    for (int i = 0; i < all.length; i += 2) {
      if (all[i] == behind) {
        behind = all[i + 1];
      }
    }
    return behind;
  }

  ByteBuffer encode(long segmentEnd) {
    int count = size;
    long[] ranges = damages;
    ByteBuffer bytes =
        ByteBuffer.allocate(
            FILE_HEADER_BYTES + (count * ENTRY + ranges.length) * Long.BYTES + Integer.BYTES);
    bytes.putLong(MAGIC).putLong(segmentEnd).putLong(maxTimestampMs);
    bytes.putInt(count).putInt(ranges.length / 2);
    for (int i = 0; i < count * ENTRY; i++) {
      bytes.putLong(entries[i]);
    }
    for (long bound : ranges) {
      bytes.putLong(bound);
    }
    return bytes.putInt(Crc32C.of(bytes, 0, bytes.position())).flip();
  }

  /// Reads an index from its file.
  ///
  /// @return null when the file is not the index of a segment of this size
  static @Nullable SparseIndex read(DiskFile file, long segmentEnd, int intervalBytes)
      throws IOException {
    long fileBytes = file.size();
    if (fileBytes < FILE_HEADER_BYTES + Integer.BYTES || fileBytes > FILE_BYTES_MOST) {
      return null;
    }
    ByteBuffer bytes = ByteBuffer.allocate((int) fileBytes);
    boolean isWhole = file.readFully(bytes, 0);
    int crcAt = bytes.capacity() - Integer.BYTES;
    if (!isWhole
        || bytes.getInt(crcAt) != Crc32C.of(bytes, 0, crcAt)
        || bytes.getLong(0) != MAGIC
        || bytes.getLong(8) != segmentEnd) {
      return null;
    }
    long entryCount = bytes.getInt(24);
    long damageCount = bytes.getInt(28);
    if (entryCount < 0
        || damageCount < 0
        || FILE_HEADER_BYTES + (entryCount * ENTRY + damageCount * 2) * Long.BYTES != crcAt) {
      return null;
    }
    SparseIndex index = new SparseIndex(intervalBytes);
    int numbers = (int) entryCount * ENTRY;
    long[] ranges = new long[(int) damageCount * 2];
    long[] all = new long[Math.max(numbers, ENTRY)];
    bytes.position(FILE_HEADER_BYTES);
    for (int i = 0; i < numbers; i++) {
      all[i] = bytes.getLong();
    }
    for (int i = 0; i < ranges.length; i++) {
      ranges[i] = bytes.getLong();
    }
    if (!isWithin(all, numbers, ranges, segmentEnd)) {
      return null;
    }
    index.entries = all;
    index.damages = ranges;
    index.maxTimestampMs = bytes.getLong(16);
    index.size = numbers / ENTRY;
    return index;
  }

  /// Whether everything lies in the segment, and goes on: a right checksum is no proof of that, and a look-up that begins
  /// elsewhere would walk for ever.
  private static boolean isWithin(long[] all, int numbers, long[] ranges, long segmentEnd) {
    long offset = 0;
    long position = 0;
    for (int i = 0; i < numbers; i += ENTRY) {
      boolean goesOn = all[i] >= offset && (i == 0 ? all[1] >= 0 : all[i + 1] > position);
      if (!goesOn || all[i + 1] >= segmentEnd) {
        return false;
      }
      offset = all[i];
      position = all[i + 1];
    }
    for (int i = 0; i < ranges.length; i += 2) {
      if (ranges[i] < 0 || ranges[i + 1] <= ranges[i] || ranges[i + 1] > segmentEnd) {
        return false;
      }
    }
    return true;
  }
}
