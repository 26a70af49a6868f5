package io.tributary.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tributary.log.SequenceRefused.Reason;
import io.tributary.record.BatchBytes;
import io.tributary.record.BatchView;
import io.tributary.record.Limits;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.stream.LongStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What idempotent producers write is written once and in order, whatever comes between.
class ProducedPartitionTest {
  private static final UUID LOG_ID = new UUID(1, 2);
  private static final long A = 7_001;
  private static final long B = 7_002;
  private static final long NONE = -1;
  private static final int LARGE = 1 << 20;

  @TempDir private Path root;
  private FileDisk disk;

  @BeforeEach
  void openDisk() {
    disk = new FileDisk(root);
  }

  private PartitionLog open(long segmentBytes) throws IOException {
    return PartitionLog.open(
        disk,
        "p",
        new PartitionLogConfig(LOG_ID, segmentBytes, 0, 0, Limits.FROM_EDGE, 512, Content.PRODUCED),
        1);
  }

  private static ByteBuffer batch(long producerId, int epoch, int sequence, int count) {
    ByteBuffer batch = Batches.of(0, 0, count);
    batch.putLong(43, producerId).putShort(51, (short) epoch).putInt(53, sequence);
    BatchBytes.setMaxTimestamp(batch, new BatchView().wrap(batch, 0).maxTimestampMs());
    return batch;
  }

  private static long produce(PartitionLog log, long producerId, int epoch, int sequence, int count)
      throws IOException, SequenceRefused {
    long offset = log.produce(batch(producerId, epoch, sequence, count), 1);
    log.force();
    return offset;
  }

  private static Reason refusal(PartitionLog log, long producerId, int epoch, int sequence) {
    return assertThrows(
            SequenceRefused.class, () -> log.produce(batch(producerId, epoch, sequence, 1), 1))
        .reason();
  }

  /// By a doctor, of files that no log has open.
  private int found() throws IOException {
    return Objects.requireNonNull(new Inspector(disk, "p").inspect()).findings().size();
  }

  @Test
  void aBatchThatComesAgainIsAnsweredAsItWasAndNotWritten() throws Exception {
    try (PartitionLog log = open(LARGE)) {
      for (int i = 0; i < 10; i++) {
        assertEquals(6 * i, produce(log, A, 0, 3 * i, 3));
        assertEquals(6 * i + 3, produce(log, B, 0, 3 * i, 3));
      }
      for (int i = 5; i < 10; i++) {
        assertEquals(6 * i, produce(log, A, 0, 3 * i, 3));
      }
      assertEquals(60, log.endOffset());
      assertEquals(Reason.OUT_OF_ORDER, refusal(log, A, 0, 12), "older than the last five");
      assertEquals(Reason.OUT_OF_ORDER, refusal(log, A, 0, 27), "not the batch that began there");
      assertEquals(60, produce(log, A, 0, 30, 1));
    }
  }

  @Test
  void oneThatComesAgainInTheSameGroupIsWrittenOnce() throws Exception {
    try (PartitionLog log = open(LARGE)) {
      assertEquals(0, log.produce(batch(A, 0, 0, 2), 1));
      assertEquals(2, log.produce(batch(A, 0, 2, 2), 1));
      assertEquals(0, log.produce(batch(A, 0, 0, 2), 1));
      log.force();
      assertEquals(4, log.endOffset());
      assertEquals(List.of(0L, 2L), PartitionReading.offsets(log));
    }
  }

  @Test
  void batchesWithoutAProducerAreWrittenEachTime() throws Exception {
    try (PartitionLog log = open(LARGE)) {
      assertEquals(0, produce(log, NONE, -1, -1, 2));
      assertEquals(2, produce(log, NONE, -1, -1, 2));
    }
  }

  @Test
  void whatComesTooEarlyOrFromAnEpochThatIsOverIsRefused() throws Exception {
    try (PartitionLog log = open(LARGE)) {
      produce(log, A, 3, 0, 2);
      assertEquals(Reason.OUT_OF_ORDER, refusal(log, A, 3, 4));
      assertEquals(Reason.OUT_OF_ORDER, refusal(log, A, 4, 2), "a new epoch begins at 0");
      assertEquals(Reason.FENCED, refusal(log, A, 2, 2));
      assertEquals(2, produce(log, A, 4, 0, 1));
      assertEquals(Reason.FENCED, refusal(log, A, 3, 2));
      assertEquals(3, log.endOffset());
    }
  }

  @Test
  void behindTheGreatestSequenceComesZero() throws Exception {
    try (PartitionLog log = open(LARGE)) {
      produce(log, A, 0, Integer.MAX_VALUE - 1, 1);
      assertEquals(1, produce(log, A, 0, Integer.MAX_VALUE, 3)); // the greatest, 0 and 1
      assertEquals(Reason.OUT_OF_ORDER, refusal(log, A, 0, 0));
      assertEquals(4, produce(log, A, 0, 2, 1));
    }
  }

  /// Also when the last five lie in segments that the start does not read.
  @Test
  void aStartRemembersTheLastFive() throws Exception {
    for (long segmentBytes : List.of(LARGE, 5_000)) {
      root = root.resolve("s" + segmentBytes);
      openDisk();
      try (PartitionLog log = open(segmentBytes)) {
        for (int i = 0; i < 10; i++) {
          produce(log, A, 0, i, 1);
        }
        for (int i = 0; i < 100; i++) {
          produce(log, B, 5, 2 * i, 2);
        }
      }
      for (int start = 0; start < 2; start++) {
        try (PartitionLog log = open(segmentBytes)) {
          assertEquals(210, log.endOffset());
          for (int i = 5; i < 10; i++) {
            assertEquals(i, produce(log, A, 0, i, 1));
          }
          for (int i = 95; i < 100; i++) {
            assertEquals(10 + 2 * i, produce(log, B, 5, 2 * i, 2));
          }
          assertEquals(Reason.OUT_OF_ORDER, refusal(log, A, 0, 11));
          assertEquals(Reason.FENCED, refusal(log, B, 4, 200));
          assertEquals(210, log.endOffset());
        }
      }
    }
  }

  @Test
  void whoWasSilentForADayIsForgottenAndGoesOnAsItLikes() throws Exception {
    try (PartitionLog log = open(LARGE)) {
      produce(log, A, 0, 0, 1);
      log.retain(ProducerTable.EXPIRE_MS);
      assertEquals(Reason.OUT_OF_ORDER, refusal(log, A, 0, 5));
      log.retain(2 + ProducerTable.EXPIRE_MS);
      assertEquals(1, produce(log, A, 0, 5, 1));
    }
  }

  @Test
  void aGroupThatIsGivenUpLeavesEveryProducerWhereItWas() throws Exception {
    ProducerTable table = new ProducerTable();
    BatchView first = new BatchView().wrap(batch(A, 0, 0, 1), 0);
    BatchView second = new BatchView().wrap(batch(A, 0, 1, 1), 0);
    BatchView other = new BatchView().wrap(batch(B, 0, 0, 1), 0);
    table.add(first, 1);
    table.commit();
    byte[] durable = table.encode(new byte[Integer.BYTES]);
    table.add(second, 2);
    table.add(other, 2);
    assertEquals(durable.length, table.encode(new byte[Integer.BYTES]).length, "what is durable");
    table.rollBack();
    assertEquals(ProducerTable.NEW, table.find(second));
    assertEquals(0, table.find(first));
    assertEquals(0, ProducerTable.decode(durable).find(first));
    assertEquals(ProducerTable.NEW, ProducerTable.decode(durable).find(second));
  }

  @Test
  void aProducerThatIsNewInAGroupThatIsGivenUpIsUnknownAgain() throws Exception {
    ProducerTable table = new ProducerTable();
    BatchView first = new BatchView().wrap(batch(A, 0, 0, 1), 0);
    BatchView second = new BatchView().wrap(batch(A, 0, 1, 1), 0);
    byte[] durable = table.encode(new byte[Integer.BYTES]);
    table.add(first, 1);
    table.add(second, 1);
    assertEquals(durable.length, table.encode(new byte[Integer.BYTES]).length, "what is durable");
    table.rollBack();
    assertEquals(ProducerTable.NEW, table.find(first));
  }

  /// What was on its way behind the group comes first otherwise, and what was given up never again.
  @Test
  void aProducerWhoseFirstGroupIsGivenUpBeginsWhereItBegan() throws Exception {
    ProducerTable table = new ProducerTable();
    BatchView first = new BatchView().wrap(batch(A, 0, 7, 1), 0);
    BatchView second = new BatchView().wrap(batch(A, 0, 8, 1), 0);
    BatchView ofNextEpoch = new BatchView().wrap(batch(A, 1, 9, 1), 0);
    table.add(first, 1);
    table.rollBack();
    SequenceRefused why = assertThrows(SequenceRefused.class, () -> table.find(second));
    assertEquals(SequenceRefused.Reason.OUT_OF_ORDER, why.reason());
    assertEquals(ProducerTable.NEW, table.find(ofNextEpoch), "it has given up what it sent");
    assertEquals(ProducerTable.NEW, table.find(first));
    table.add(first, 2);
    table.commit();
    assertEquals(ProducerTable.NEW, table.find(second));
  }

  /// A base offset lies outside the CRC.
  @Test
  void aBatchWhoseOffsetIsDamagedIsAnsweredAsItWas() throws Exception {
    try (PartitionLog log = open(LARGE)) {
      for (int i = 0; i < 4; i++) {
        produce(log, A, 0, 3 * i, 3);
      }
    }
    Path file = PartitionReading.files(root, ".segment").get(0);
    int headerBytes = ByteBuffer.wrap(Files.readAllBytes(file)).getInt(12);
    int batchBytes = batch(A, 0, 0, 3).remaining();
    Disks.flip(file, 8L * (headerBytes + batchBytes + 3));
    try (PartitionLog log = open(LARGE)) {
      assertEquals(3, produce(log, A, 0, 3, 3));
      assertEquals(List.of(0L, 3L, 6L, 9L), PartitionReading.offsets(log));
    }
  }

  /// Producers' sequences are no stream's offsets: nothing of them is taken for a hole or a change.
  @Test
  void aScrubAndADoctorFindWhatIsDamagedAndNothingElse() throws Exception {
    try (PartitionLog log = open(5_000)) {
      for (int i = 0; i < 100; i++) {
        produce(log, A, 0, 3 * i, 3);
        produce(log, NONE, -1, -1, 1);
      }
      try (Scrub scrub = log.scrub()) {
        assertTrue(scrub.step(LARGE));
        assertEquals(List.of(), scrub.findings());
      }
      assertEquals(
          LongStream.range(0, 100).flatMap(i -> LongStream.of(4 * i, 4 * i + 3)).boxed().toList(),
          PartitionReading.offsets(log));
    }
    assertEquals(0, found());
    Path file = PartitionReading.files(root, ".segment").get(1);
    Disks.flip(file, 8L * (Files.size(file) - 20));
    assertEquals(1, found());
    try (PartitionLog log = open(5_000)) {
      try (Scrub scrub = log.scrub()) {
        assertTrue(scrub.step(LARGE));
        assertEquals(1, scrub.findings().size());
        assertFalse(scrub.findings().get(0).isHealable(), "no edge has it");
      }
      assertEquals(199, PartitionReading.offsets(log).size());
    }
  }
}
