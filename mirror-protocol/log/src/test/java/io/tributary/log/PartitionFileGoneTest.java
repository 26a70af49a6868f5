package io.tributary.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tributary.record.Digest;
import io.tributary.record.Limits;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// A file of a partition is gone; what was in it comes back from the other end, behind the file before it.
class PartitionFileGoneTest {
  private static final UUID LOG_ID = new UUID(1, 2);
  private static final long A = 7_001;
  private static final long B = 7_002;
  private static final int SEGMENT_BYTES = 6_000;
  private static final int LARGE = 1 << 20;
  private static final int TIMES = 100;

  @TempDir private Path root;
  private FileDisk disk;

  /// What the other end holds of A.
  private final List<ByteBuffer> otherEnd = new ArrayList<>();

  @BeforeEach
  void openDisk() {
    disk = new FileDisk(root);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void allOfItComesBackWithItsOffsets(boolean isPerEdge) throws Exception {
    List<Long> whole = fill(isPerEdge);
    long digest;
    List<Path> files = segments();
    assertTrue(files.size() > 5);
    Files.delete(files.get(2));
    Files.delete(files.get(3));
    try (PartitionLog log = open(isPerEdge);
        Scrub scrub = log.scrub()) {
      assertTrue(scrub.step(LARGE));
      Finding gone = only(scrub);
      assertEquals(Finding.Kind.ABSENT, gone.kind());
      assertTrue(gone.isHealable());
      assertTrue(PartitionReading.offsets(log).size() < whole.size());
      assertEquals(Healing.HEALED, log.heal(gone, lacking(gone)));
      assertEquals(whole, PartitionReading.offsets(log));
      assertEquals(List.of(), scrub.findings());
      assertTrue(scrub.step(LARGE));
      assertEquals(List.of(), scrub.findings());
      digest = log.digestAt(A, gone.from());
      append(log, 2L * TIMES);
      log.force();
    }
    assertTrue(digest != Digest.UNKNOWN && digest != Digest.INSIDE);
    try (PartitionLog log = open(isPerEdge);
        Scrub scrub = log.scrub()) {
      whole.add(2L * TIMES);
      assertEquals(whole, PartitionReading.offsets(log));
      assertTrue(scrub.step(LARGE));
      assertEquals(List.of(), scrub.findings());
    }
  }

  @Test
  void itComesBackInPiecesAndTwice() throws Exception {
    List<Long> whole = fill(false);
    Files.delete(segments().get(2));
    try (PartitionLog log = open(false);
        Scrub scrub = log.scrub()) {
      assertTrue(scrub.step(LARGE));
      Finding gone = only(scrub);
      List<ByteBuffer> lacking = lacking(gone);
      int half = lacking.size() / 2;
      assertEquals(Healing.HEALED, log.heal(gone, lacking.subList(0, half)));
      assertFalse(scrub.findings().isEmpty());
      assertEquals(Healing.HEALED, log.heal(gone, lacking.subList(0, half + 1)));
      assertEquals(Healing.HEALED, log.heal(gone, lacking.subList(half, lacking.size())));
      assertEquals(whole, PartitionReading.offsets(log));
      assertEquals(List.of(), scrub.findings());
    }
  }

  /// A power cut may leave any part of what was put behind.
  @Test
  void whereverAPowerCutTearsItTheRestComesBack() throws Exception {
    List<Long> whole = fill(false);
    List<Path> files = segments();
    Path before = files.get(1);
    long end = Files.size(before);
    byte[] old = Files.readAllBytes(before);
    Files.delete(files.get(2));
    byte[] grown;
    try (PartitionLog log = open(false);
        Scrub scrub = log.scrub()) {
      assertTrue(scrub.step(LARGE));
      Finding gone = only(scrub);
      assertEquals(Healing.HEALED, log.heal(gone, lacking(gone)));
      grown = Files.readAllBytes(before);
    }
    assertTrue(grown.length > old.length);
    for (long cut = end + 1; cut < grown.length; cut += 97) {
      Files.write(before, grown);
      try (FileChannel file = FileChannel.open(before, StandardOpenOption.WRITE)) {
        file.truncate(cut);
      }
      Files.deleteIfExists(Path.of(before.toString().replace(".segment", ".index")));
      try (PartitionLog log = open(false);
          Scrub scrub = log.scrub()) {
        assertTrue(scrub.step(LARGE));
        Finding rest = only(scrub);
        assertEquals(Healing.HEALED, log.heal(rest, lacking(rest)), "cut at " + cut);
        assertEquals(whole, PartitionReading.offsets(log), "cut at " + cut);
        assertTrue(scrub.step(LARGE));
        assertEquals(List.of(), scrub.findings(), "cut at " + cut);
      }
      assertEquals(grown.length, Files.size(before));
    }
  }

  @Test
  void whereTwoStreamsLackSomethingNobodyKnowsTheOrder() throws Exception {
    try (PartitionLog log = open(false)) {
      for (int i = 0; i < TIMES; i++) {
        append(log, i * 2L);
        log.append(Batches.of(B, i, 1), B, 1);
        log.force();
      }
    }
    Files.delete(segments().get(2));
    try (PartitionLog log = open(false);
        Scrub scrub = log.scrub()) {
      assertTrue(scrub.step(LARGE));
      List<Long> before = PartitionReading.offsets(log);
      assertEquals(2, scrub.findings().size());
      for (Finding finding : scrub.findings()) {
        if (finding.streamId() == A) {
          assertEquals(Healing.UNFIT, log.heal(finding, lacking(finding)));
        }
      }
      assertEquals(before, PartitionReading.offsets(log));
    }
  }

  /// Other records than lay in the middle of a file do not come behind it, and are not taken for it.
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void whatDoesNotFitInTheMiddleIsNotPutBehind(boolean isFileGone) throws Exception {
    fill(false);
    Path file = segments().get(1);
    byte[] bytes = Files.readAllBytes(file);
    int at = ByteBuffer.wrap(bytes).getInt(12);
    at += 12 + ByteBuffer.wrap(bytes).getInt(at + 8);
    bytes[at + 70] ^= 1;
    Files.write(file, bytes);
    if (isFileGone) {
      Files.delete(segments().get(2));
    }
    try (PartitionLog log = open(false);
        Scrub scrub = log.scrub()) {
      assertTrue(scrub.step(LARGE));
      List<Long> before = PartitionReading.offsets(log);
      Finding damaged = scrub.findings().getFirst();
      assertEquals(Finding.Kind.DAMAGED, damaged.kind());
      List<ByteBuffer> others =
          List.of(Batches.of(A, damaged.from(), 1), Batches.of(A, damaged.from() + 1, 1));
      assertEquals(Healing.UNFIT, log.heal(damaged, others));
      assertEquals(before, PartitionReading.offsets(log));
      assertTrue(scrub.findings().contains(damaged));
    }
  }

  @Test
  void batchesThatAreNotOfTheHoleAreRefused() throws Exception {
    fill(false);
    Files.delete(segments().get(2));
    try (PartitionLog log = open(false);
        Scrub scrub = log.scrub()) {
      assertTrue(scrub.step(LARGE));
      Finding gone = only(scrub);
      List<Long> before = PartitionReading.offsets(log);
      assertEquals(Healing.UNFIT, log.heal(gone, List.of(Batches.of(B, gone.from(), 2))));
      assertEquals(Healing.UNFIT, log.heal(gone, List.of(Batches.of(A, gone.from() - 2, 2))));
      assertEquals(before, PartitionReading.offsets(log));
    }
  }

  private static Finding only(Scrub scrub) {
    assertEquals(1, scrub.findings().size(), () -> scrub.findings().toString());
    return scrub.findings().getFirst();
  }

  private List<Long> fill(boolean isPerEdge) throws Exception {
    try (PartitionLog log = open(isPerEdge)) {
      for (int i = 0; i < TIMES; i++) {
        append(log, i * 2L);
        log.force();
      }
      return PartitionReading.offsets(log);
    }
  }

  private void append(PartitionLog log, long from) throws IOException {
    ByteBuffer batch = Batches.of(A, from, 2);
    ByteBuffer copy = ByteBuffer.allocate(batch.remaining()).put(batch.duplicate()).flip();
    otherEnd.add(copy);
    log.append(batch, A, 1);
  }

  private List<ByteBuffer> lacking(Finding finding) {
    return otherEnd.subList((int) finding.from() / 2, (int) finding.to() / 2).stream()
        .map(ByteBuffer::duplicate)
        .toList();
  }

  private PartitionLog open(boolean isPerEdge) throws IOException {
    PartitionLogConfig config =
        new PartitionLogConfig(
            LOG_ID,
            SEGMENT_BYTES,
            0,
            0,
            Limits.FROM_EDGE,
            512,
            isPerEdge ? Content.STREAM : Content.STREAMS);
    return PartitionLog.open(disk, "p", config, 1);
  }

  private List<Path> segments() throws IOException {
    return PartitionReading.files(root, ".segment");
  }
}
