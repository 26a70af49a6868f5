package io.tributary.log;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tributary.record.BatchBytes;
import io.tributary.record.BatchView;
import io.tributary.record.Compression;
import io.tributary.record.EncodedHeaders;
import io.tributary.record.Limits;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// One flaw after the other: what the first one leaves without a copy, a journal tells in a new segment before the
/// second one comes.
class JournalDamageTest {
  private static final UUID LOG_ID = new UUID(5, 6);
  private static final long RARE = 9_001;
  private static final long OFTEN = 9_002;
  private static final int LARGE = 1 << 24;
  private static final int RECORDS = 4;

  @TempDir private Path root;
  private FileDisk disk;

  @BeforeEach
  void openDisk() {
    disk = new FileDisk(root);
  }

  @Test
  void aGroupHeaderAndThenTheOnlyBatchOfItsStreamLeaveTheStreamsEnd() throws Exception {
    try (Journal journal = open()) {
      fill(journal);
    }
    Path first = segments().get(0);
    flip(first, GroupHeader.NO_STREAM);
    try (Journal journal = open()) {
      assertEquals(2, journal.status().segments());
      assertEquals(RECORDS, endOf(journal, RARE));
    }
    flip(first, RARE);
    flip(first, OFTEN);
    try (Journal journal = open();
        Scrub scrub = journal.scrub()) {
      assertEquals(RECORDS, endOf(journal, RARE));
      assertEquals(3 * RECORDS, endOf(journal, OFTEN));
      assertEquals(2, journal.status().segments(), "the newest segment is whole");
      assertTrue(scrub.step(LARGE));
      assertTrue(
          scrub.findings().stream()
              .anyMatch(
                  found -> found.streamId() == RARE && found.from() == 0 && found.to() == RECORDS),
          scrub.findings().toString());
    }
  }

  @Test
  void aRunningJournalGoesOnInANewSegmentWhenItsScrubHasFoundDamage() throws Exception {
    try (Journal journal = open();
        Scrub scrub = journal.scrub()) {
      fill(journal);
      assertTrue(scrub.step(LARGE));
      add(journal, OFTEN);
      journal.commit(1);
      assertEquals(1, journal.status().segments());
      Path first = segments().get(0);
      flip(first, GroupHeader.NO_STREAM);
      assertTrue(scrub.step(LARGE));
      add(journal, OFTEN);
      journal.commit(1);
      assertEquals(2, journal.status().segments());
      flip(first, RARE);
      assertTrue(scrub.step(LARGE));
      add(journal, OFTEN);
      journal.commit(1);
      assertEquals(2, journal.status().segments(), "the newest segment is whole");
    }
    try (Journal journal = open()) {
      assertEquals(RECORDS, endOf(journal, RARE));
      assertEquals(6 * RECORDS, endOf(journal, OFTEN));
    }
  }

  @Test
  void damageIsNoReasonToGoOverTheQuota() throws Exception {
    try (Journal journal = open()) {
      fill(journal);
      byte[] large = new byte[3_000];
      while (journal.add(OFTEN, 1, null, large, EncodedHeaders.NONE) == Admission.ADMITTED) {
        journal.commit(1);
      }
    }
    for (int i = 0; i < 5; i++) {
      List<Path> files = segments();
      Path newest = files.get(files.size() - 1);
      ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(newest));
      Disks.flip(newest, (bytes.getInt(12) + 66) * 8L);
      try (Journal journal = open()) {
        assertTrue(journal.status().sizeBytes() <= journal.status().quotaBytes());
        assertEquals(RECORDS, endOf(journal, RARE));
      }
    }
  }

  /// The header is written in pieces; each copy is whole.
  @Test
  void aStateOfManyPiecesIsInTheHeaderTwice() throws Exception {
    int keys = 5_000;
    try (Journal journal = open()) {
      fill(journal);
      for (int i = 0; i < keys; i++) {
        assertEquals(Admission.ADMITTED, journal.changeState("key " + i, value(i)));
        if (i % 1_000 == 999) {
          journal.commit(1);
        }
      }
    }
    flip(segments().get(0), GroupHeader.NO_STREAM);
    try (Journal journal = open()) {
      assertEquals(2, journal.status().segments());
    }
    Path second = segments().get(1);
    int tableBytes = ByteBuffer.wrap(Files.readAllBytes(second)).getInt(72);
    assertTrue(tableBytes > LogLimits.CHUNK_BYTES);
    for (int copy : new int[] {0, 1}) {
      for (int at = 0; at < tableBytes; at += LogLimits.CHUNK_BYTES) {
        byte[] whole = Files.readAllBytes(second);
        int padded = (tableBytes + 511) / 512 * 512;
        Disks.flip(second, (2_048 + copy * padded + at) * 8L);
        try (Journal journal = open()) {
          assertEquals(keys, journal.state().size());
          for (int i = 0; i < keys; i++) {
            assertArrayEquals(value(i), journal.state().get("key " + i));
          }
        }
        Files.write(second, whole);
      }
    }
  }

  private static byte[] value(int i) {
    return ("the value of " + i + " ").repeat(6).getBytes(StandardCharsets.UTF_8);
  }

  /// The stream that has one batch only is born in the same group.
  private static void fill(Journal journal) throws Exception {
    assertEquals(Admission.ADMITTED, journal.createStream(RARE, "rare"));
    assertEquals(Admission.ADMITTED, journal.createStream(OFTEN, "often"));
    add(journal, RARE);
    for (int group = 0; group < 3; group++) {
      add(journal, OFTEN);
      journal.commit(1);
    }
  }

  private static void add(Journal journal, long streamId) throws Exception {
    for (int i = 0; i < RECORDS; i++) {
      byte[] value = Batches.value(streamId, i);
      assertEquals(
          Admission.ADMITTED, journal.add(streamId, 1_000, null, value, EncodedHeaders.NONE));
    }
  }

  private Journal open() throws IOException {
    JournalConfig config =
        new JournalConfig(
            LOG_ID,
            "normal",
            JournalConfig.SEGMENT_BYTES,
            JournalConfig.GROUP_BYTES,
            JournalConfig.BATCH_BYTES,
            JournalConfig.QUOTA_BYTES_LEAST,
            FullPolicy.BLOCK,
            Compression.none(),
            0,
            Limits.EDGE);
    return Journal.open(disk, "j", config, 1);
  }

  private static long endOf(Journal journal, long streamId) {
    JournalStream stream = journal.stream(streamId);
    assertNotNull(stream, "the stream is not known any more");
    return stream.end();
  }

  private List<Path> segments() throws IOException {
    return PartitionReading.files(root, ".segment");
  }

  /// The first batch of a stream.
  private static void flip(Path segment, long streamId) throws Exception {
    ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(segment));
    int at = bytes.getInt(12);
    BatchView view = new BatchView();
    while (view.wrap(bytes, at).producerId() != streamId) {
      at += BatchBytes.sizeAt(bytes, at);
    }
    Disks.flip(segment, (at + 66) * 8L);
  }
}
