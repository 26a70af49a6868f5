package io.tributary.log;

import io.tributary.record.BatchBuilder;
import io.tributary.record.BatchIdentity;
import io.tributary.record.BatchRefused;
import io.tributary.record.BatchView;
import io.tributary.record.Compression;
import io.tributary.record.EncodedHeaders;
import io.tributary.record.Gap;
import io.tributary.record.GapReason;
import io.tributary.record.Limits;
import io.tributary.sim.fuzz.Crc;
import io.tributary.sim.fuzz.FuzzInput;
import io.tributary.sim.fuzz.FuzzTarget;
import io.tributary.sim.fuzz.MemoryDisk;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/// A log whose files hold anything: edits of valid files, with checksums mended or not.
///
/// It opens, never refuses because of what it finds, can be read to its end and written to; and
/// opened again it holds the same.
public final class SegmentFuzz implements FuzzTarget {
  private static final UUID LOG_ID = new UUID(1, 2);
  private static final long STREAM = 42;
  private static final int READ_BYTES = 1 << 20;
  private static final int EDITS_MOST = 40;

  private final boolean isJournal;
  private final Map<String, byte[]> valid;

  public SegmentFuzz(boolean isJournal) {
    this.isJournal = isJournal;
    try {
      MemoryDisk disk = new MemoryDisk();
      if (isJournal) {
        writeJournal(disk);
      } else {
        writePartition(disk);
      }
      this.valid = disk.contents();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  static byte[] journal() {
    return new SegmentFuzz(true)
        .valid.entrySet().stream()
            .filter(file -> file.getKey().endsWith(".segment"))
            .findFirst()
            .orElseThrow()
            .getValue();
  }

  @Override
  public void run(byte[] input) throws Exception {
    MemoryDisk disk = damaged(new FuzzInput(input));
    if (isJournal) {
      journalHolds(disk);
    } else {
      partitionHolds(disk);
    }
  }

  private MemoryDisk damaged(FuzzInput in) {
    MemoryDisk disk = new MemoryDisk();
    List<String> paths = List.copyOf(valid.keySet());
    List<byte[]> files = new ArrayList<>();
    valid.values().forEach(file -> files.add(file.clone()));
    for (int i = 0; i < EDITS_MOST && in.hasMore(); i++) {
      int which = in.u8() % files.size();
      byte[] file = files.get(which);
      int at = file.length == 0 ? 0 : in.u24() % file.length;
      switch (in.u8() % 7) {
        case 0 -> put(file, at, in.take(1 + in.u8() % 16));
        case 1 -> file = java.util.Arrays.copyOf(file, at);
        case 2 -> java.util.Arrays.fill(file, at, Math.min(file.length, at + in.u16()), (byte) 0);
        case 3 -> put(file, at, java.util.Arrays.copyOfRange(file, 0, Math.min(file.length, 512)));
        case 4 -> file = java.util.Arrays.copyOf(file, file.length + in.u16());
        case 5 -> mend(paths.get(which), file);
        default -> put(file, at, new byte[] {(byte) 0xFF, (byte) 0xFF, (byte) 0xFF, (byte) 0xFF});
      }
      files.set(which, file);
    }
    for (int i = 0; i < paths.size(); i++) {
      disk.put(paths.get(i), files.get(i));
    }
    return disk;
  }

  private static void put(byte[] file, int at, byte[] bytes) {
    System.arraycopy(bytes, 0, file, at, Math.min(bytes.length, file.length - at));
  }

  /// Makes the checksums right again, of an index, or of every batch that still has its length and its
  /// magic: a flaw that a bug wrote.
  private static void mend(String path, byte[] file) {
    if (path.endsWith(".index")) {
      int crcAt = file.length - Integer.BYTES;
      if (crcAt > 0) {
        ByteBuffer.wrap(file).putInt(crcAt, Crc.of(file, 0, crcAt));
      }
      return;
    }
    ByteBuffer all = ByteBuffer.wrap(file);
    BatchView view = new BatchView();
    for (int at = SegmentHeader.BYTES_LEAST; at + BatchView.HEADER_BYTES < file.length; ) {
      view.wrap(all, at);
      int size = view.batchLength() + 12;
      if (view.magic() == 2 && size >= BatchView.HEADER_BYTES && size <= file.length - at) {
        Crc.mendBatch(file, at, at + size);
        at += size;
      } else {
        at++;
      }
    }
  }

  // ---- a journal

  private static Journal openJournal(MemoryDisk disk) throws Exception {
    JournalConfig config =
        new JournalConfig(
            LOG_ID,
            "normal",
            64 * 1024,
            16 * 1024,
            4096,
            JournalConfig.QUOTA_BYTES_LEAST,
            FullPolicy.BLOCK,
            Compression.none(),
            0,
            Limits.edge(4096));
    return Journal.open(disk, "log", config, 1_000);
  }

  private static void writeJournal(MemoryDisk disk) throws Exception {
    try (Journal journal = openJournal(disk)) {
      journal.createStream(STREAM, "t");
      for (int group = 0; group < 4; group++) {
        for (int i = 0; i < 3; i++) {
          journal.add(STREAM, 1_000 + i, new byte[] {5}, new byte[] {6, 7}, EncodedHeaders.NONE);
        }
        journal.changeState("key" + group, new byte[] {1, 2});
        journal.commit(2_000);
      }
      journal.acked(STREAM, 3);
      journal.jump(STREAM, 12, 20, 77, 3_000);
      journal.add(STREAM, 1_100, null, new byte[] {9}, EncodedHeaders.NONE);
      journal.commit(3_000);
    }
  }

  private static void journalHolds(MemoryDisk disk) throws Exception {
    List<String> first;
    try (Journal journal = openJournal(disk)) {
      first = readAll(journal);
      JournalStream stream = journal.stream(STREAM);
      boolean isFree =
          journal.streams().values().stream()
              .noneMatch(each -> each.id() == STREAM || each.topic().equals("t"));
      if (isFree && journal.createStream(STREAM, "t") != Admission.ADMITTED) {
        throw new AssertionError("no room in an empty journal");
      }
      // An end below what was acknowledged is a lost tail, of which the hub tells the edge.
      if (stream != null && stream.start() > stream.end()) {
        throw new AssertionError("no range: " + stream);
      }
    }
    try (Journal journal = openJournal(disk)) {
      List<String> again = readAll(journal);
      if (!again.equals(first)) {
        throw new AssertionError("first " + first + ", then " + again);
      }
    }
  }

  private static List<String> readAll(Journal journal) throws Exception {
    List<String> all = new ArrayList<>();
    try (JournalCursor cursor = journal.cursor()) {
      for (JournalStream stream : journal.streams().values()) {
        cursor.resume(stream.id(), stream.start());
      }
      for (JournalCursor.Piece piece = cursor.next(); piece != null; piece = cursor.next()) {
        all.add(
            switch (piece) {
              case JournalCursor.BatchPiece batch -> {
                BatchView view = new BatchView().wrap(batch.bytes(), batch.bytes().position());
                if (!view.crcMatches()) {
                  throw new AssertionError("handed out with a wrong CRC: " + view);
                }
                yield "batch " + batch.streamId() + " " + batch.from() + "-" + batch.to();
              }
              case JournalCursor.GapPiece gap -> "gap " + gap.streamId() + " " + gap.gap();
            });
      }
    }
    return all;
  }

  // ---- a partition

  private static PartitionLog openPartition(MemoryDisk disk) throws Exception {
    PartitionLogConfig config =
        new PartitionLogConfig(LOG_ID, 4096, 0, 0, Limits.FROM_EDGE, 256, Content.STREAMS);
    return PartitionLog.open(disk, "log", config, 1_000);
  }

  private static void writePartition(MemoryDisk disk) throws Exception {
    try (PartitionLog log = openPartition(disk)) {
      for (int i = 0; i < 30; i++) {
        log.append(batch(i * 2L), STREAM, 2_000);
        log.force();
      }
      log.appendGap(STREAM, new Gap(60, 69, GapReason.DROP_OLDEST), 78, 2_000);
      log.force();
    }
  }

  private static ByteBuffer batch(long from) throws Exception {
    BatchBuilder builder = new BatchBuilder(Compression.none(), Limits.FROM_EDGE);
    builder.tryAppend(1_000 + from, new byte[] {1}, new byte[50], EncodedHeaders.NONE);
    builder.tryAppend(1_001 + from, null, new byte[] {2}, EncodedHeaders.NONE);
    ByteBuffer built = builder.build(new BatchIdentity(STREAM, from));
    return ByteBuffer.allocate(built.remaining()).put(built.duplicate()).flip();
  }

  private static void partitionHolds(MemoryDisk disk) throws Exception {
    long end;
    long next;
    List<Long> first;
    try (PartitionLog log = openPartition(disk)) {
      first = readAll(log);
      next = Math.max(0, log.position(STREAM).next());
      long at = log.append(batch(next), STREAM, 9_000);
      if (at != log.endOffset()) {
        throw new AssertionError("appended at " + at + ", the end is " + log.endOffset());
      }
      log.force();
      end = log.endOffset();
    }
    try (PartitionLog log = openPartition(disk)) {
      List<Long> again = readAll(log);
      if (log.endOffset() != end || log.position(STREAM).next() != next + 2) {
        throw new AssertionError("the end was " + end + ", is " + log.endOffset());
      }
      if (!again.subList(0, Math.min(first.size(), again.size())).equals(first)) {
        throw new AssertionError("first " + first + ", then " + again);
      }
    }
  }

  /// The base offset of every batch up to the first damage, each above the one before.
  private static List<Long> readAll(PartitionLog log) throws Exception {
    List<Long> offsets = new ArrayList<>();
    long offset = log.startOffset();
    while (offset < log.endOffset()) {
      LogSlice slice;
      try {
        slice = log.read(offset, READ_BYTES);
      } catch (IOException unreadable) {
        return offsets; // told to the reader, by type: an index that lies under a right checksum
      }
      if (slice == null) {
        break; // nothing but damage up to the end
      }
      try (slice) {
        if (slice.length() == 0) {
          break; // a reader waits for what may come back
        }
        ByteBuffer bytes = ByteBuffer.allocate(slice.length());
        slice.readInto(bytes, 0);
        bytes.flip();
        BatchView view = new BatchView();
        for (int at = 0; at < bytes.limit(); at += view.sizeBytes()) {
          view.wrap(bytes, at);
          try {
            view.check(Limits.FROM_EDGE);
          } catch (BatchRefused damage) {
            if (damage.reason() == BatchRefused.Reason.CRC) {
              throw new AssertionError("served at " + offset, damage);
            }
            return offsets; // a right CRC over anything: found by whoever reads it, and by the
            // scrub
          }
          boolean follows = offsets.isEmpty() || view.baseOffset() == offset;
          if (!follows || view.nextOffset() <= offset) {
            return offsets; // a base offset lies outside the CRC: the scrub finds it
          }
          offset = view.nextOffset();
          offsets.add(view.baseOffset());
        }
      }
    }
    log.offsetForTime(1_010);
    return offsets;
  }

  @Override
  public List<byte[]> seeds() {
    return List.of(
        new byte[] {0},
        new byte[] {0, 0, 8, 60, 0, 1, 77},
        new byte[] {0, 0, 9, 0, 1},
        new byte[] {0, 0, 8, 100, 0, 3, 1, 2, 3, 4, 0, 0, 0, 0, 5},
        new byte[] {1, 0, 0, 0, 2, 2, 0},
        new byte[] {1, 0, 9, 7, 6, 0, 0, 0, 0, 5});
  }
}
