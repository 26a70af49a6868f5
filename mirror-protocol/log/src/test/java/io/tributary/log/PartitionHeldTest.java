package io.tributary.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tributary.record.BatchView;
import io.tributary.record.Limits;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Nothing is served that is not as it was written, and a reader does not pass over what may come back.
class PartitionHeldTest {
  private static final UUID LOG_ID = new UUID(1, 2);
  private static final long A = 7_001;
  private static final int SEGMENT_BYTES = 6_000;

  /// The third batch of the second segment is damaged.
  private static final int DAMAGED = 2;

  @TempDir private Path root;
  private FileDisk disk;

  /// What the other end holds, by offset.
  private final Map<Long, ByteBuffer> otherEnd = new HashMap<>();

  private final List<Finding> told = new ArrayList<>();

  @BeforeEach
  void openDisk() {
    disk = new FileDisk(root);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aReaderWaitsBeforeDamageUntilItIsHealed(boolean isPerEdge) throws Exception {
    try (PartitionLog log = filled(isPerEdge)) {
      long damaged = damage();
      assertServed(log, damaged - 1);
      assertEquals(List.of(), told, "nobody has read it yet");
      assertWaits(log, damaged);
      assertWaits(log, damaged + 2);
      assertEquals(1, told.size());
      assertTrue(log.isHeld(told.get(0)));
      assertServed(log, damaged + 3);
      assertEquals(Healing.HEALED, log.heal(told.get(0), lacking(told.get(0))));
      assertFalse(log.isHeld(told.get(0)));
      assertServed(log, damaged);
      assertEquals(log.endOffset(), PartitionReading.records(log));
    }
  }

  @Test
  void aReaderPassesOverWhatWasGivenUp() throws Exception {
    try (PartitionLog log = filled(false)) {
      long damaged = damage();
      assertWaits(log, damaged);
      log.passOver(told.get(0));
      assertFalse(log.isHeld(told.get(0)));
      try (LogSlice slice = there(log.read(damaged, 3_000))) {
        assertEquals(damaged + 3, slice.baseOffset());
      }
      try (Scrub scrub = log.scrub()) {
        assertTrue(scrub.step(1 << 20));
        assertEquals(told, scrub.findings());
      }
      assertEquals(1, told.size(), "found again, it is not held again");
      assertFalse(log.isHeld(told.get(0)));
    }
  }

  @Test
  void whatIsHealedAndDamagedAgainIsHeldAgain() throws Exception {
    try (PartitionLog log = filled(false)) {
      long damaged = damage();
      assertWaits(log, damaged);
      log.passOver(told.get(0));
      log.heal(told.get(0), lacking(told.get(0)));
      assertServed(log, damaged);
      damage();
      assertWaits(log, damaged);
      assertEquals(2, told.size());
    }
  }

  @Test
  void aReaderAfterAStartWaitsForWhatTheLifeBeforeHasFound() throws Exception {
    long damaged;
    try (PartitionLog log = filled(false)) {
      damaged = damage();
      try (Scrub scrub = log.scrub()) {
        assertTrue(scrub.step(1 << 20));
      }
      assertEquals(List.of(), told, "no reader waits");
    }
    try (PartitionLog log = open(false)) {
      assertWaits(log, damaged);
      assertEquals(1, told.size());
    }
  }

  @Test
  void aReaderWaitsForAFileThatIsGone() throws Exception {
    long gone;
    try (PartitionLog log = filled(false)) {
      assertEquals(180, log.endOffset());
      byte[] file = Files.readAllBytes(segments().get(1));
      gone = ByteBuffer.wrap(file).getLong(PartitionReading.batches(file).get(0));
    }
    Files.delete(segments().get(1));
    try (PartitionLog log = open(false)) {
      assertServed(log, gone - 1);
      assertWaits(log, gone);
      Finding finding = told.get(0);
      assertEquals(Finding.Kind.ABSENT, finding.kind());
      assertEquals(Healing.HEALED, log.heal(finding, lacking(finding)));
      assertEquals(log.endOffset(), PartitionReading.records(log));
    }
  }

  private PartitionLog filled(boolean isPerEdge) throws IOException {
    PartitionLog log = open(isPerEdge);
    fill(log, 60);
    return log;
  }

  private PartitionLog open(boolean isPerEdge) throws IOException {
    PartitionLog log =
        PartitionLog.open(
            disk,
            "p",
            new PartitionLogConfig(
                LOG_ID,
                SEGMENT_BYTES,
                0,
                0,
                Limits.FROM_EDGE,
                512,
                isPerEdge ? Content.STREAM : Content.STREAMS),
            1);
    log.onHeld(told::add);
    return log;
  }

  /// Flips a bit.
  ///
  /// @return the base offset of its batch
  private long damage() throws Exception {
    Path file = segments().get(1);
    byte[] bytes = Files.readAllBytes(file);
    int position = PartitionReading.batches(bytes).get(DAMAGED);
    Disks.flip(file, (position + 70) * 8L);
    assertTrue(segments().size() > 2, "an older segment is damaged");
    return ByteBuffer.wrap(bytes).getLong(position);
  }

  private static void assertWaits(PartitionLog log, long offset) throws Exception {
    try (LogSlice slice = there(log.read(offset, 3_000))) {
      assertEquals(0, slice.length());
    }
  }

  private static void assertServed(PartitionLog log, long offset) throws Exception {
    try (LogSlice slice = there(log.read(offset, 1))) {
      assertTrue(slice.length() > 0);
      assertTrue(slice.baseOffset() <= offset);
    }
  }

  private void fill(PartitionLog log, int times) throws IOException {
    for (int i = 0; i < times; i++) {
      append(log, i * 3L);
    }
  }

  /// Three records of the stream.
  private void append(PartitionLog log, long from) throws IOException {
    ByteBuffer batch = Batches.of(A, from, 3);
    otherEnd.put(from, ByteBuffer.allocate(batch.limit()).put(batch.duplicate()).flip());
    log.append(batch, A, 1);
    log.force();
  }

  private List<Path> segments() throws IOException {
    return PartitionReading.files(root, ".segment");
  }

  private List<ByteBuffer> lacking(Finding finding) {
    List<ByteBuffer> batches = new ArrayList<>();
    for (long at = finding.from(); at < finding.to(); ) {
      ByteBuffer batch = there(otherEnd.get(at));
      batches.add(batch.duplicate());
      at += new BatchView().wrap(batch, 0).count();
    }
    return batches;
  }

  private static <T> T there(@Nullable T found) {
    assertNotNull(found);
    return found;
  }
}
