package io.tributary.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tributary.log.KeyedRecords.Keyed;
import io.tributary.record.Compression;
import io.tributary.record.Limits;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A compacted log beside a list of all that was produced and a map of what each key was last, over thousands of steps
/// that chance chooses.
class CompactionModelTest {
  private static final UUID LOG_ID = new UUID(5, 6);
  private static final int SEEDS = Integer.getInteger("tributary.seeds", 10);
  private static final int STEPS = 300;
  private static final long HOUR_MS = 60L * 60 * 1000;

  @TempDir private Path root;

  @Test
  void servesTheLatestOfEachKeyAndNothingThatWasNotProduced() throws Exception {
    for (int seed = 0; seed < SEEDS; seed++) {
      try {
        new Run(seed, root.resolve("s" + seed)).go();
      } catch (AssertionError | Exception e) {
        throw new AssertionError("seed " + seed, e);
      }
    }
  }

  private static final class Run {
    private final SplittableRandom random;
    private final Disk disk;
    private final PartitionLogConfig config;
    private final int keyCount;
    private final List<Keyed> produced = new ArrayList<>();
    private final Map<String, Keyed> latest = new HashMap<>();
    private PartitionLog log;
    private long nowMs = HOUR_MS;

    Run(long seed, Path root) throws IOException {
      random = new SplittableRandom(seed);
      disk = new UnforcedDisk(new FileDisk(root)); // no power is cut here
      keyCount = 1 + random.nextInt(80);
      config =
          new PartitionLogConfig(
              LOG_ID,
              2_500 + random.nextInt(6_000),
              0,
              0,
              Limits.FROM_EDGE,
              256,
              Content.PRODUCED,
              new CompactionConfig(
                  random.nextInt((int) HOUR_MS), 0, 3 * HOUR_MS, 1024 << random.nextInt(4)));
      log = open();
    }

    private PartitionLog open() throws IOException {
      return PartitionLog.open(disk, "p", config, nowMs);
    }

    void go() throws Exception {
      for (int i = 0; i < STEPS; i++) {
        nowMs += random.nextInt(20 * 60 * 1000);
        switch (random.nextInt(12)) {
          case 0, 1 -> compaction().step(1 + random.nextInt(8_000), nowMs);
          case 2 -> pass();
          case 3 -> log.retain(nowMs);
          case 4 -> restart();
          case 5 -> check();
          default -> produce();
        }
      }
      while (compaction().isDue()) {
        pass();
      }
      check();
      checkEachKeyOnce();
      log.close();
      Inspection inspection = Objects.requireNonNull(new Inspector(disk, "p").inspect());
      assertEquals(List.of(), inspection.findings());
      assertEquals(List.of(), inspection.mendable());
    }

    private Compaction compaction() {
      return Objects.requireNonNull(log.compaction());
    }

    private void pass() throws IOException {
      while (!compaction().step(1 << 20, nowMs)) {
        nowMs++;
      }
    }

    private void produce() throws Exception {
      List<Keyed> records = new ArrayList<>();
      for (int left = 1 + random.nextInt(random.nextBoolean() ? 1 : 12); left > 0; left--) {
        String key = random.nextInt(200) == 0 ? null : "key-" + random.nextInt(keyCount);
        String value =
            random.nextInt(6) == 0 ? null : "v".repeat(random.nextInt(90)) + random.nextInt();
        long offset = log.endOffset() + records.size();
        records.add(new Keyed(offset, nowMs - random.nextInt(1_000_000), key, value));
      }
      Compression codec = random.nextInt(3) == 0 ? Compression.gzip() : Compression.none();
      log.produce(KeyedRecords.batch(codec, records), nowMs);
      log.force();
      for (Keyed record : records) {
        produced.add(record);
        if (record.key() != null) {
          latest.put(record.key(), record);
        }
      }
    }

    private void restart() throws Exception {
      if (random.nextBoolean()) {
        compaction().close();
      }
      log.close();
      log = open();
    }

    private void check() throws Exception {
      assertEquals(produced.size(), log.endOffset());
      List<Keyed> read = KeyedRecords.read(log);
      Map<String, Keyed> last = new HashMap<>();
      Set<Keyed> keyless = new HashSet<>();
      for (Keyed record : read) {
        assertEquals(produced.get((int) record.offset()), record);
        if (record.key() == null) {
          keyless.add(record);
        } else {
          last.put(record.key(), record);
        }
      }
      latest.forEach((key, record) -> {
        boolean isGoneRightly = record.value() == null && !last.containsKey(key);
        assertTrue(isGoneRightly || record.equals(last.get(key)), () -> key + ": " + record);
      });
      assertEquals(produced.stream().filter(r -> r.key() == null).count(), keyless.size());
      checkTimes(read);
      try (Scrub scrub = log.scrub()) {
        assertTrue(scrub.step(1 << 24));
        assertEquals(List.of(), scrub.findings());
      }
      assertEquals(0, log.status().damagedBytes());
    }

    private void checkTimes(List<Keyed> read) throws IOException {
      long timestampMs = nowMs - random.nextLong(3_000_000);
      Keyed due =
          read.stream().filter(r -> r.timestampMs() >= timestampMs).findFirst().orElse(null);
      TimeAndOffset found = log.offsetForTime(timestampMs);
      assertEquals(due == null ? null : new TimeAndOffset(due.timestampMs(), due.offset()), found);
    }

    /// In what is closed.
    private void checkEachKeyOnce() throws Exception {
      log.retain(nowMs + 4 * HOUR_MS);
      while (compaction().isDue()) {
        pass();
      }
      Set<String> keys = new HashSet<>();
      for (Keyed record : KeyedRecords.read(log)) {
        assertTrue(record.key() == null || keys.add(record.key()), record::toString);
      }
    }
  }
}
