package io.tributary.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tributary.log.KeyedRecords.Keyed;
import io.tributary.record.BatchBytes;
import io.tributary.record.BatchView;
import io.tributary.record.Compression;
import io.tributary.record.Limits;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The rules of compaction, each in the smallest log that shows it.
class CompactionTest {
  private static final UUID LOG_ID = new UUID(3, 4);
  private static final int SEGMENT_BYTES = 4_096;
  private static final int LARGE = 1 << 20;
  private static final long DAY_MS = 24L * 60 * 60 * 1000;
  private static final long HOUR_MS = 60L * 60 * 1000;

  @TempDir private Path root;
  private Disk disk;
  private PartitionLog log;
  private long nowMs = DAY_MS;

  /// All that was produced.
  private final List<Keyed> produced = new ArrayList<>();

  @BeforeEach
  void open() throws IOException {
    disk = new FileDisk(root);
    log = open(config(SEGMENT_BYTES, 0, 0.5, CompactionConfig.KEYS_BYTES));
  }

  private static PartitionLogConfig config(
      int segmentBytes, long retentionMs, double ratio, int keysBytes) {
    return config(
        segmentBytes, retentionMs, new CompactionConfig(HOUR_MS, ratio, DAY_MS, keysBytes));
  }

  private static PartitionLogConfig config(
      int segmentBytes, long retentionMs, CompactionConfig compaction) {
    return new PartitionLogConfig(
        LOG_ID, segmentBytes, retentionMs, 0, Limits.FROM_EDGE, 512, Content.PRODUCED, compaction);
  }

  /// Each time that it is looked after, what was written is closed.
  private static PartitionLogConfig closingAtOnce() {
    return config(
        SEGMENT_BYTES, 0, new CompactionConfig(HOUR_MS, 0.5, 1, CompactionConfig.KEYS_BYTES));
  }

  private PartitionLog open(PartitionLogConfig config) throws IOException {
    return PartitionLog.open(disk, "p", config, nowMs);
  }

  private void reopen(PartitionLogConfig config) throws IOException {
    log.close();
    log = open(config);
  }

  private void produceWith(Compression compression, @Nullable String... keysAndValues)
      throws Exception {
    List<Keyed> records = new ArrayList<>();
    for (int i = 0; i < keysAndValues.length; i += 2) {
      long offset = log.endOffset() + i / 2;
      records.add(new Keyed(offset, nowMs + i, keysAndValues[i], keysAndValues[i + 1]));
    }
    assertEquals(log.endOffset(), log.produce(KeyedRecords.batch(compression, records), nowMs));
    log.force();
    produced.addAll(records);
  }

  private void produce(@Nullable String... keysAndValues) throws Exception {
    produceWith(Compression.none(), keysAndValues);
  }

  /// Whatever comes next lies in another segment.
  private void roll() throws Exception {
    nowMs += 2 * DAY_MS;
    log.retain(nowMs);
  }

  private Compaction compaction() {
    return Objects.requireNonNull(log.compaction());
  }

  private void compact() throws IOException {
    Compaction compaction = compaction();
    while (!compaction.step(LARGE, nowMs)) {
      nowMs++;
    }
  }

  /// What was produced with these offsets.
  private List<Keyed> at(int... offsets) {
    List<Keyed> records = new ArrayList<>();
    for (int offset : offsets) {
      records.add(produced.get(offset));
    }
    return records;
  }

  private List<String> files(String suffix) throws IOException {
    return PartitionReading.files(root, suffix).stream()
        .map(file -> file.getFileName().toString())
        .toList();
  }

  private void assertSound() throws Exception {
    try (Scrub scrub = log.scrub()) {
      assertTrue(scrub.step(LARGE));
      assertEquals(List.of(), scrub.findings());
    }
    Inspection inspection = Objects.requireNonNull(new Inspector(disk, "p").inspect());
    assertEquals(List.of(), inspection.findings());
    assertEquals(List.of(), inspection.mendable());
    assertEquals(0, log.status().damagedBytes());
  }

  @Test
  void ofEachKeyTheLatestStaysAtItsOffsetWithItsTime() throws Exception {
    produce("a", "1", "b", "1", "a", "2");
    produce("c", "1");
    roll();
    produce("b", "2", "d", "1");
    roll();
    produce("c", "2");
    assertTrue(compaction().isDue());
    compact();
    assertEquals(at(2, 3, 4, 5, 6), KeyedRecords.read(log));
    assertEquals(7, log.endOffset());
    assertEquals(0, log.startOffset());
    assertFalse(compaction().isDue());
    assertSound();
    reopen(config(SEGMENT_BYTES, 0, 0.5, CompactionConfig.KEYS_BYTES));
    assertEquals(at(2, 3, 4, 5, 6), KeyedRecords.read(log));
    assertFalse(compaction().isDue(), "a start knows what is compacted");
  }

  @Test
  void whatIsWrittenToIsNotCompacted() throws Exception {
    produce("a", "1", "a", "2");
    produce("a", "3");
    assertFalse(compaction().isDue());
    compact();
    assertEquals(at(0, 1, 2), KeyedRecords.read(log));
  }

  @Test
  void aTombstoneRemovesItsKeyAndStaysItsTimeItself() throws Exception {
    produce("a", "1", "b", "1");
    produce("a", null);
    roll();
    compact();
    assertEquals(at(1, 2), KeyedRecords.read(log));
    nowMs += HOUR_MS / 2;
    produce("c", "1");
    roll();
    nowMs -= 2 * DAY_MS; // an hour begins with the pass that first kept it
    compact();
    assertEquals(at(1, 2, 3), KeyedRecords.read(log));
    nowMs += HOUR_MS;
    compact();
    assertEquals(at(1, 3), KeyedRecords.read(log));
    assertSound();
  }

  /// Other records that are kept later must not put off the end of a tombstone.
  @Test
  void aTombstonesTimeGoesOnWhateverComesBehindIt() throws Exception {
    reopen(closingAtOnce());
    for (int i = 0; i < 8; i++) {
      produce("k" + i, null);
      nowMs += HOUR_MS / 4;
      log.retain(nowMs);
      compact();
    }
    assertEquals(at(4, 5, 6, 7), KeyedRecords.read(log), "of the passes of less than an hour");
    assertSound();
  }

  @Test
  void whatHasNoKeyStays() throws Exception {
    produce(null, "1", null, "2");
    produce("a", "1", "a", "2");
    roll();
    compact();
    assertEquals(at(0, 1, 3), KeyedRecords.read(log));
  }

  @Test
  void aSegmentOfWhichNothingIsKeptStandsForItsOffsets() throws Exception {
    produce("a", "1", "b", "1");
    roll();
    produce("x".repeat(SEGMENT_BYTES), "fills a segment", "a", "2");
    roll();
    produce("b", "2");
    roll();
    compact();
    assertEquals(at(2, 3, 4), KeyedRecords.read(log));
    ByteBuffer first = KeyedRecords.batches(log).get(0);
    assertEquals(0, new BatchView().wrap(first, 0).count());
    assertEquals(1, new BatchView().wrap(first, 0).lastOffset());
    assertSound();
  }

  @Test
  void smallBatchesAndSmallSegmentsArePutTogether() throws Exception {
    reopen(config(4 * SEGMENT_BYTES, 0, 0.5, CompactionConfig.KEYS_BYTES));
    for (int i = 0; i < 40; i++) {
      produce("k" + i, "v");
      if (i % 4 == 3) {
        roll();
      }
    }
    assertEquals(11, log.status().segments());
    compact();
    assertEquals(2, log.status().segments());
    assertEquals(1, KeyedRecords.batches(log).size());
    assertEquals(produced, KeyedRecords.read(log));
    assertEquals(
        List.of("00000000000000000001.segment", "00000000000000000011.segment"), files(".segment"));
    assertEquals(List.of("00000000000000000001.index"), files(".index"));
    assertSound();
  }

  @Test
  void noSegmentBecomesLargerThanASegment() throws Exception {
    for (int i = 0; i < 60; i++) {
      produce("k" + i, "v".repeat(300));
    }
    compact();
    for (Path file : PartitionReading.files(root, ".segment")) {
      assertTrue(Files.size(file) <= SEGMENT_BYTES, file.toString());
    }
    assertEquals(produced, KeyedRecords.read(log));
    assertSound();
  }

  @Test
  void whatWasCompressedStaysSo() throws Exception {
    produceWith(Compression.gzip(), "a", "1".repeat(1_000), "b", "2".repeat(1_000), "a", "3");
    produce("c", "1");
    roll();
    compact();
    assertEquals(at(1, 2, 3), KeyedRecords.read(log));
    List<ByteBuffer> batches = KeyedRecords.batches(log);
    assertEquals(2, batches.size());
    assertEquals(Compression.gzip().id(), new BatchView().wrap(batches.get(0), 0).compressionId());
    assertEquals(0, new BatchView().wrap(batches.get(1), 0).compressionId());
    assertTrue(batches.get(0).limit() < 300, "it is small");
  }

  @Test
  void aPassBeginsWhenEnoughIsNotCompacted() throws Exception {
    reopen(config(SEGMENT_BYTES, 0, 0.5, CompactionConfig.KEYS_BYTES));
    produce("a", "1".repeat(1_000));
    roll();
    compact();
    produce("b", "1".repeat(400));
    roll();
    assertFalse(compaction().isDue(), "a third");
    produce("c", "1".repeat(800));
    roll();
    assertTrue(compaction().isDue(), "more than a half");
  }

  @Test
  void whatIsSeldomWrittenIsClosedAfterATime() throws Exception {
    produce("a", "1", "a", "2");
    nowMs += DAY_MS - 1;
    log.retain(nowMs);
    assertEquals(1, log.status().segments());
    nowMs += 2;
    log.retain(nowMs);
    assertEquals(2, log.status().segments());
    assertTrue(compaction().isDue());
  }

  @Test
  void timesAreFoundAmongWhatIsKept() throws Exception {
    long startMs = nowMs;
    for (int i = 0; i < 20; i++) {
      nowMs = startMs + 10 * i;
      produce("k" + i % 7, "v".repeat(200));
    }
    nowMs += DAY_MS;
    roll();
    compact();
    for (int i = 0; i < 20; i++) {
      int due = Math.max(i, 13);
      TimeAndOffset found = log.offsetForTime(startMs + 10 * i);
      assertEquals(new TimeAndOffset(startMs + 10L * due, due), found);
    }
  }

  @Test
  void producersGoOnWhereTheyWere() throws Exception {
    for (int i = 0; i < 10; i++) {
      ByteBuffer batch =
          KeyedRecords.batch(Compression.none(), List.of(new Keyed(i, nowMs, "a", "v")));
      batch.putLong(43, 77).putShort(51, (short) 0).putInt(53, i);
      BatchBytes.setMaxTimestamp(batch, nowMs);
      log.produce(batch, nowMs);
      log.force();
    }
    nowMs += ProducerTable.EXPIRE_MS / 2;
    reopen(closingAtOnce());
    log.retain(nowMs + 2);
    compact();
    assertEquals(1, KeyedRecords.read(log).size());
    for (int start = 0; start < 2; start++) {
      ByteBuffer again =
          KeyedRecords.batch(Compression.none(), List.of(new Keyed(7, nowMs, "a", "v")));
      again.putLong(43, 77).putShort(51, (short) 0).putInt(53, 7);
      BatchBytes.setMaxTimestamp(again, nowMs);
      assertEquals(7, log.produce(again, nowMs), "written once, whatever became of it");
      again.putInt(53, 11);
      BatchBytes.setMaxTimestamp(again, nowMs);
      assertThrows(SequenceRefused.class, () -> log.produce(again, nowMs));
      reopen(config(SEGMENT_BYTES, 0, 0.5, CompactionConfig.KEYS_BYTES));
    }
  }

  /// Nothing is removed for the sake of a record that may be gone, and no tombstone before its key's older values are.
  @Test
  void aDamagedSegmentIsLeftAsItIs() throws Exception {
    reopen(config(SEGMENT_BYTES, 0, 0.01, CompactionConfig.KEYS_BYTES));
    produce("a", "1", "b", "1");
    roll();
    produce("a", "2", "c", "1");
    roll();
    produce("a", null);
    produce("c", "2");
    roll();
    Path damaged = PartitionReading.files(root, ".segment").get(1);
    Disks.flip(damaged, 8L * (Files.size(damaged) - 3));
    byte[] before = Files.readAllBytes(damaged);
    compact();
    nowMs += 2 * HOUR_MS;
    compact();
    assertEquals(List.of(before.length), List.of(Files.readAllBytes(damaged).length));
    assertEquals(-1, Arrays.mismatch(before, Files.readAllBytes(damaged)));
    assertFalse(compaction().isDue(), "it does not help to try again");
    List<Keyed> served = new ArrayList<>();
    for (long offset = 0; offset < log.endOffset(); ) {
      try (LogSlice slice = log.readPresent(offset, 1)) {
        ByteBuffer bytes = ByteBuffer.allocate(assertNotNullSlice(slice).length());
        slice.readInto(bytes, 0);
        served.addAll(KeyedRecords.of(bytes.flip()));
        offset = new BatchView().wrap(bytes, 0).nextOffset();
      }
    }
    assertEquals(at(1, 4, 5), served);
    Disks.flip(damaged, 8L * (Files.size(damaged) - 3));
    reopen(config(SEGMENT_BYTES, 0, 0.01, CompactionConfig.KEYS_BYTES));
    assertTrue(compaction().isDue());
    compact();
    assertEquals(at(1, 5), KeyedRecords.read(log), "and when it is whole again, it is compacted");
  }

  private static LogSlice assertNotNullSlice(@Nullable LogSlice slice) {
    assertNotNull(slice);
    return slice;
  }

  /// A base offset lies outside the CRC: a wrong one must not make older records of others.
  @Test
  void aWrongOffsetRemovesNothing() throws Exception {
    produce("a", "1");
    produce("b", "1");
    roll();
    produce("a", "2");
    roll();
    Path file = PartitionReading.files(root, ".segment").get(0);
    int second = PartitionReading.batches(Files.readAllBytes(file)).get(1);
    Disks.flip(file, 8L * (second + 5));
    Disks.flip(file, 8L * (second + 5) + 1);
    compact();
    Disks.flip(file, 8L * (second + 5));
    Disks.flip(file, 8L * (second + 5) + 1);
    reopen(config(SEGMENT_BYTES, 0, 0.5, CompactionConfig.KEYS_BYTES));
    assertEquals(produced, KeyedRecords.read(log));
  }

  /// Also when a single segment has more keys than one pass may know.
  @Test
  void manyKeysTakeSeveralPasses() throws Exception {
    reopen(config(16 * SEGMENT_BYTES, 0, 0.01, 1024)); // 31 keys
    for (int i = 0; i < 300; i++) {
      produce("k" + i % 150, "v" + i);
    }
    roll();
    for (int i = 300; i < 350; i++) {
      produce("k" + i % 40, "v" + i);
    }
    roll();
    int passes = 0;
    while (compaction().isDue()) {
      compact();
      assertTrue(passes++ < 50);
    }
    assertTrue(passes > 3, passes + " passes");
    List<Keyed> latest =
        produced.stream()
            .filter(one ->
                produced.stream()
                    .noneMatch(
                        o -> o.offset() > one.offset() && Objects.equals(o.key(), one.key())))
            .toList();
    assertEquals(latest, KeyedRecords.read(log));
    assertSound();
  }

  /// A segment of old records that is put together with new ones would never be too old.
  @Test
  void whatIsDeletedByAgeIsPutTogetherWithinATime() throws Exception {
    long retentionMs = 80 * HOUR_MS;
    reopen(config(SEGMENT_BYTES, retentionMs, 0.01, CompactionConfig.KEYS_BYTES));
    for (int i = 0; i < 40; i++) {
      produce("k" + i, "v");
      nowMs += 4 * HOUR_MS;
      log.retain(nowMs);
      compact();
    }
    List<Keyed> read = KeyedRecords.read(log);
    assertTrue(read.size() >= 20 && read.size() <= 30, read.size() + " records of 20 due");
    assertEquals(produced.subList(40 - read.size(), 40), read);
    assertTrue(log.status().segments() < 16, log.status().segments() + " segments");
  }

  @Test
  void aPieceThatIsReadStaysAsItWas() throws Exception {
    produce("a", "1", "a", "2");
    produce("b", "1");
    roll();
    produce("b", "2");
    roll();
    try (LogSlice first = assertNotNullSlice(log.read(0, LARGE));
        LogSlice second = assertNotNullSlice(log.read(3, LARGE))) {
      compact();
      ByteBuffer bytes = ByteBuffer.allocate(first.length());
      first.readInto(bytes, 0);
      assertEquals(at(0, 1), KeyedRecords.of(bytes.flip()));
      bytes = ByteBuffer.allocate(second.length());
      second.readInto(bytes, 0);
      assertEquals(at(3), KeyedRecords.of(bytes.flip()));
    }
    assertEquals(at(1, 3), KeyedRecords.read(log));
  }

  /// Retention, a close or the deletion of the topic may come in the middle of a pass.
  @Test
  void aPassIsGivenUpWhenTheLogIsClosed() throws Exception {
    produce("a", "1".repeat(1_000));
    produce("a", "2".repeat(1_000));
    roll();
    Compaction under = compaction();
    assertFalse(under.step(1, nowMs));
    assertFalse(under.step(1, nowMs));
    for (int i = 0; i < 4; i++) {
      under.step(1, nowMs);
    }
    reopen(config(SEGMENT_BYTES, 0, 0.5, CompactionConfig.KEYS_BYTES));
    assertThrows(LogFailedException.class, () -> under.step(1, nowMs));
    under.close();
    assertEquals(List.of(), files(CompactedSegment.SUFFIX));
    compact();
    assertEquals(at(1), KeyedRecords.read(log));
    Compaction retired = compaction();
    produce("a", "3");
    roll();
    retired.step(1, nowMs);
    log.retire();
    assertThrows(LogFailedException.class, () -> retired.step(LARGE, nowMs));
    retired.close();
  }

  /// Whoever reads from the start to an end finds of each key a record that is at least as new as the latest before that end.
  @Test
  void readersMissNothingWhileItIsCompacted() throws Exception {
    reopen(config(SEGMENT_BYTES, 0, 0.01, CompactionConfig.KEYS_BYTES));
    AtomicBoolean isEnded = new AtomicBoolean();
    AtomicReference<@Nullable Throwable> failed = new AtomicReference<>();
    List<Keyed> durable = Collections.synchronizedList(new ArrayList<>());
    Thread reading =
        new Thread(() -> {
          try {
            while (!isEnded.get()) {
              List<Keyed> before = List.copyOf(durable);
              List<Keyed> found = KeyedRecords.readMeanwhile(log);
              for (Keyed one : before) {
                assertTrue(
                    found.stream()
                        .anyMatch(
                            f -> f.offset() >= one.offset() && Objects.equals(f.key(), one.key())),
                    () -> one + " is gone, and nothing newer is there");
              }
            }
          } catch (Throwable e) {
            failed.set(e);
          }
        });
    reading.start();
    for (int i = 0; i < 400 && failed.get() == null; i++) {
      produce("k" + i % 13, "v" + "x".repeat(i % 200));
      durable.add(produced.get(produced.size() - 1));
      if (i % 20 == 19) {
        roll();
      }
      compaction().step(700, nowMs);
    }
    isEnded.set(true);
    reading.join();
    if (failed.get() != null) {
      throw new AssertionError(failed.get());
    }
    assertSound();
  }
}
