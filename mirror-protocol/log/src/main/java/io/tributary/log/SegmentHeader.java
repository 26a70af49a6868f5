package io.tributary.log;

import io.tributary.record.Crc32C;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// What stands before the batches of a segment: where the log stood when the segment began. Never served to clients.
///
/// ```
///     0  fixed part      512 B   see below
///   512  stamp slot 0    512 B   a partition's proof of what is durable; a journal's stands in its groups
///  1024  stamp slot 1    512 B
///  1536  fixed part      512 B   the same bytes again
///  2048  table           tableBytes, filled up with zeros to a multiple of 512
///     …  table           the same bytes again
///     …  batches         from headerBytes
/// ```
///
/// Everything is there twice, a sector's damage never takes both. The fixed part:
///
/// ```
///    0  magic "TRIBSEG1"     8      48  arrivalMs                        8
///    8  version              2      56  previousMaxTimestampMs           8
///   10  kind                 1      64  previousLastArrivalMs            8
///   11  zero                 1      72  tableBytes                       4
///   12  headerBytes          4      76  CRC-32C of the table             4
///   16  log id              16      80  compactedTo                      8
///   32  ordinal              8      88  zeros
///   40  baseOffset           8     508  CRC-32C of bytes 0 to 508        4
/// ```
///
/// @param ordinal the segment's number in its log, from 1; its file is named by it
/// @param baseOffset the offset of a partition's first record here; 0 in a journal
/// @param arrivalMs when the segment was begun, by the wall clock of this machine
/// @param previousMaxTimestampMs the latest timestamp of a record in the segment before, -1 when there is none
/// @param previousLastArrivalMs when the last batch of the segment before arrived, -1 when there is none
/// @param compactedTo the offset where a segment ends that was compacted: what is left of the segments in whose place it stands
///     lies before it; 0: it was not compacted
/// @param headerBytes where the batches begin; a header that was made anew may leave room behind its tables
/// @param table the positions of all streams and, in a journal, the state: see {@link PositionTable} and
///     {@link JournalTable}
@SuppressWarnings("ArrayRecordComponent") // headers are not compared
record SegmentHeader(
    Kind kind,
    UUID logId,
    long ordinal,
    long baseOffset,
    long arrivalMs,
    long previousMaxTimestampMs,
    long previousLastArrivalMs,
    long compactedTo,
    int headerBytes,
    byte[] table) {

  /// Which of the two views wrote the log.
  enum Kind {
    JOURNAL(1),
    PARTITION(2);

    private final byte id;

    Kind(int id) {
      this.id = (byte) id;
    }
  }

  static final int SECTOR_BYTES = 512;
  static final long NONE_MS = -1;

  /// The segment was not compacted.
  static final long NOT_COMPACTED = 0;

  /// No header is shorter.
  static final int BYTES_LEAST = 2048;

  private static final long MAGIC = 0x5452_4942_5345_4731L; // "TRIBSEG1"
  private static final short VERSION = 1;
  private static final int COPY = 1536;
  private static final int TABLE = BYTES_LEAST;
  private static final int FIXED_CRC = 508;
  private static final int STAMP_SLOTS = 2;

  /// The header of the next segment of a journal.
  static SegmentHeader ofJournal(SegmentedLog log, long nowMs, long lastArrivalMs, byte[] table) {
    return new SegmentHeader(
        Kind.JOURNAL,
        log.logId(),
        log.nextOrdinal(),
        0,
        nowMs,
        NONE_MS,
        lastArrivalMs,
        NOT_COMPACTED,
        headerBytes(table.length),
        table);
  }

  /// The header of the next segment of a partition.
  static SegmentHeader ofPartition(
      SegmentedLog log,
      long baseOffset,
      long nowMs,
      long maxTimestampMs,
      long lastArrivalMs,
      byte[] table) {
    return new SegmentHeader(
        Kind.PARTITION,
        log.logId(),
        log.nextOrdinal(),
        baseOffset,
        nowMs,
        maxTimestampMs,
        lastArrivalMs,
        NOT_COMPACTED,
        headerBytes(table.length),
        table);
  }

  /// The header of the segment that takes the place of this one and of those behind it.
  ///
  /// @param endOffset where it ends, or {@link #NOT_COMPACTED} while it is compacted in part
  SegmentHeader compacted(long endOffset) {
    return new SegmentHeader(
        kind,
        logId,
        ordinal,
        baseOffset,
        arrivalMs,
        previousMaxTimestampMs,
        previousLastArrivalMs,
        endOffset,
        leastBytes(),
        table);
  }

  /// Whether the tables end before the batches begin.
  boolean fits() {
    return headerBytes >= leastBytes();
  }

  /// Where the tables end.
  int leastBytes() {
    return headerBytes(table.length);
  }

  /// The least bytes before the first batch.
  private static int headerBytes(int tableBytes) {
    return TABLE + 2 * padded(tableBytes);
  }

  private static int padded(int bytes) {
    return (bytes + SECTOR_BYTES - 1) / SECTOR_BYTES * SECTOR_BYTES;
  }

  /// Writes everything but the stamps, what lies behind them piece by piece: a table may be large.
  void write(DiskFile file) throws IOException {
    byte[] fixed = encodeFixed().array();
    file.write(ByteBuffer.wrap(fixed), 0);
    for (int at = COPY; at < headerBytes; at += LogLimits.CHUNK_BYTES) {
      ByteBuffer piece = ByteBuffer.allocate(Math.min(headerBytes - at, LogLimits.CHUNK_BYTES));
      lay(fixed, COPY, piece, at);
      lay(table, TABLE, piece, at);
      lay(table, TABLE + padded(table.length), piece, at);
      file.write(piece, at);
    }
  }

  /// Puts what of a part falls into a piece of the file.
  private static void lay(byte[] part, int partAt, ByteBuffer piece, int pieceAt) {
    int from = Math.max(partAt, pieceAt);
    int to = Math.min(partAt + part.length, pieceAt + piece.capacity());
    if (from < to) {
      piece.put(from - pieceAt, part, from - partAt, to - from);
    }
  }

  /// Whether both copies of everything but the stamps lie in the file as they were written.
  boolean isWhole(DiskFile file) throws IOException {
    byte[] fixed = encodeFixed().array();
    int tableCopy = TABLE + padded(table.length);
    return Arrays.equals(fixed, read(file, 0, SECTOR_BYTES))
        && Arrays.equals(fixed, read(file, COPY, SECTOR_BYTES))
        && Arrays.equals(table, read(file, TABLE, table.length))
        && Arrays.equals(table, read(file, tableCopy, table.length));
  }

  /// Writes everything but the stamps once more over what is there.
  List<SegmentedLog.Patch> patches() {
    List<SegmentedLog.Patch> patches = new ArrayList<>();
    for (int at : new int[] {0, COPY}) {
      patches.add(new SegmentedLog.Patch(encodeFixed(), at));
    }
    for (int at : new int[] {TABLE, TABLE + padded(table.length)}) {
      patches.add(new SegmentedLog.Patch(ByteBuffer.wrap(table), at));
    }
    return patches;
  }

  private ByteBuffer encodeFixed() {
    ByteBuffer fixed = ByteBuffer.allocate(SECTOR_BYTES);
    fixed.putLong(MAGIC).putShort(VERSION).put(kind.id).put((byte) 0).putInt(headerBytes);
    fixed.putLong(logId.getMostSignificantBits()).putLong(logId.getLeastSignificantBits());
    fixed.putLong(ordinal).putLong(baseOffset).putLong(arrivalMs);
    fixed.putLong(previousMaxTimestampMs).putLong(previousLastArrivalMs);
    fixed.putInt(table.length).putInt(Crc32C.of(ByteBuffer.wrap(table), 0, table.length));
    fixed.putLong(compactedTo);
    fixed.putInt(FIXED_CRC, Crc32C.of(fixed, 0, FIXED_CRC));
    return fixed.clear();
  }

  /// Reads a header, from its copy where the first one is damaged.
  ///
  /// @return null when neither can be believed
  static @Nullable SegmentHeader read(DiskFile file, Kind kind, UUID logId) throws IOException {
    for (int position : new int[] {0, COPY}) {
      byte[] sector = read(file, position, SECTOR_BYTES);
      ByteBuffer fixed = sector == null ? null : ByteBuffer.wrap(sector);
      if (fixed == null || !isFixedPart(fixed, kind, logId)) {
        continue;
      }
      int tableBytes = fixed.getInt(72);
      for (int tableAt : new int[] {TABLE, TABLE + padded(tableBytes)}) {
        byte[] table = read(file, tableAt, tableBytes);
        if (table != null && Crc32C.of(ByteBuffer.wrap(table), 0, tableBytes) == fixed.getInt(76)) {
          return decode(fixed, kind, logId, table);
        }
      }
    }
    return null;
  }

  /// Reads the header of a file of which nothing is known.
  static @Nullable SegmentHeader readAny(DiskFile file) throws IOException {
    for (int position : new int[] {0, COPY}) {
      byte[] sector = read(file, position, SECTOR_BYTES);
      if (sector == null) {
        continue;
      }
      ByteBuffer fixed = ByteBuffer.wrap(sector);
      UUID logId = new UUID(fixed.getLong(16), fixed.getLong(24));
      for (Kind kind : Kind.values()) {
        if (kind.id == fixed.get(10) && isFixedPart(fixed, kind, logId)) {
          return read(file, kind, logId);
        }
      }
    }
    return null;
  }

  private static boolean isFixedPart(ByteBuffer fixed, Kind kind, UUID logId) {
    int tableBytes = fixed.getInt(72);
    return fixed.getLong(0) == MAGIC
        && fixed.getInt(FIXED_CRC) == Crc32C.of(fixed, 0, FIXED_CRC)
        && fixed.getShort(8) == VERSION
        && fixed.get(10) == kind.id
        && fixed.getLong(16) == logId.getMostSignificantBits()
        && fixed.getLong(24) == logId.getLeastSignificantBits()
        && tableBytes >= 0
        && tableBytes <= LogLimits.TABLE_BYTES
        && fixed.getInt(12) >= headerBytes(tableBytes);
  }

  private static SegmentHeader decode(ByteBuffer fixed, Kind kind, UUID logId, byte[] table) {
    return new SegmentHeader(
        kind,
        logId,
        fixed.getLong(32),
        fixed.getLong(40),
        fixed.getLong(48),
        fixed.getLong(56),
        fixed.getLong(64),
        fixed.getLong(80),
        fixed.getInt(12),
        table);
  }

  /// A partition's proof: below this all was durable before the force that wrote the stamp.
  ///
  /// ```
  ///  0  sequence   8   the higher one counts
  ///  8  position   8   of the file
  /// 16  offset     8   the end of the log there
  /// 24  ordinal    8   of the segment
  /// 32  zeros
  /// 508 CRC-32C of bytes 0 to 508
  /// ```
  record Stamp(long sequence, long position, long offset) {
    /// A segment without a stamp proves where it begins.
    static Stamp ofStart(SegmentHeader header) {
      return new Stamp(0, header.headerBytes, header.baseOffset);
    }

    ByteBuffer encode(long ordinal) {
      ByteBuffer slot = ByteBuffer.allocate(SECTOR_BYTES);
      slot.putLong(sequence).putLong(position).putLong(offset).putLong(ordinal);
      slot.putInt(FIXED_CRC, Crc32C.of(slot, 0, FIXED_CRC));
      return slot.clear();
    }

    /// Consecutive stamps take different slots, so that a torn one leaves the one before.
    long slotPosition() {
      return SECTOR_BYTES + (sequence % STAMP_SLOTS) * SECTOR_BYTES;
    }

    /// The newest stamp of a segment, or null when it has none that can be believed.
    static @Nullable Stamp read(DiskFile file, long ordinal) throws IOException {
      Stamp newest = null;
      for (int i = 0; i < STAMP_SLOTS; i++) {
        byte[] sector = SegmentHeader.read(file, SECTOR_BYTES * (1L + i), SECTOR_BYTES);
        ByteBuffer slot = sector == null ? ByteBuffer.allocate(0) : ByteBuffer.wrap(sector);
        if (slot.hasRemaining()
            && slot.getInt(FIXED_CRC) == Crc32C.of(slot, 0, FIXED_CRC)
            && slot.getLong(24) == ordinal
            && (newest == null || slot.getLong(0) > newest.sequence)) {
          newest = new Stamp(slot.getLong(0), slot.getLong(8), slot.getLong(16));
        }
      }
      return newest;
    }
  }

  private static byte @Nullable [] read(DiskFile file, long position, int count)
      throws IOException {
    if (position + count > file.size()) {
      return null;
    }
    byte[] bytes = new byte[count];
    try {
      return file.readFully(ByteBuffer.wrap(bytes), position) ? bytes : null;
    } catch (IOException unreadable) {
      return null; // as good as damaged: the copy may be read
    }
  }
}
