package io.tributary.sim.world;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tributary.log.Compaction;
import io.tributary.log.CompactionConfig;
import io.tributary.log.Content;
import io.tributary.log.LogSlice;
import io.tributary.log.PartitionLog;
import io.tributary.log.PartitionLogConfig;
import io.tributary.log.Scrub;
import io.tributary.record.BatchBuilder;
import io.tributary.record.BatchView;
import io.tributary.record.Compression;
import io.tributary.record.EncodedHeaders;
import io.tributary.record.Limits;
import io.tributary.record.RecordCursor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// A compaction on a disk that fails at each of its operations in turn: what was kept is there, nothing is reported as
/// damaged, and the next compaction ends as if nothing had been.
class CompactionCrashTest {
  private static final UUID LOG_ID = new UUID(7, 9);
  private static final String DIRECTORY = "partition";
  private static final long HOUR_MS = 60L * 60 * 1000;
  private static final int SEEDS = Integer.getInteger("tributary.seeds", 12);

  /// That of an index may fail, and the compaction goes on.
  private static final int FORCES = 12;

  private static final int ALL = 1 << 24;

  private enum Fault {
    POWER_CUT,
    FAILED_FORCE,
    FULL_DISK
  }

  /// A record that was produced.
  private record Produced(long offset, String key, @Nullable String value) {}

  @Test
  void aPowerCutAtAnyOperationLosesNothingAndDamagesNothing() throws Exception {
    assertTrue(failAtEachOperation(Fault.POWER_CUT) > 12 * SEEDS, "operations of all compactions");
  }

  @Test
  void aForceThatFailsLosesNothingAndDamagesNothing() throws Exception {
    assertTrue(failAtEachOperation(Fault.FAILED_FORCE) > SEEDS, "forces of all compactions");
  }

  @Test
  void aFullDiskLosesNothingAndTheNextCompactionGoesOn() throws Exception {
    assertTrue(failAtEachOperation(Fault.FULL_DISK) > SEEDS, "sizes of the disk");
  }

  /// @return how often it failed
  private static int failAtEachOperation(Fault fault) throws Exception {
    int failed = 0;
    for (int seed = 0; seed < SEEDS; seed++) {
      boolean hasFailed = true;
      for (int at = 1; hasFailed || (fault == Fault.FAILED_FORCE && at <= FORCES); at++) {
        try {
          hasFailed = new Run(seed).failAt(fault, at);
        } catch (AssertionError | Exception e) {
          throw new AssertionError("seed " + seed + ", " + fault + " at " + at, e);
        }
        failed += hasFailed ? 1 : 0;
      }
    }
    return failed;
  }

  /// One log, the same for each place of the fault.
  private static final class Run {
    private final SplittableRandom random;
    private final SimDisk disk;
    private final List<Produced> produced = new ArrayList<>();
    private PartitionLog log;
    private long nowMs = 1_000;

    Run(long seed) throws IOException {
      random = new SplittableRandom(seed);
      disk = new SimDisk(random.split());
      log = open();
    }

    private PartitionLog open() throws IOException {
      CompactionConfig compaction = new CompactionConfig(HOUR_MS, 0, HOUR_MS, 1024);
      PartitionLogConfig config =
          new PartitionLogConfig(
              LOG_ID, 4 * 1024, 0, 0, Limits.FROM_EDGE, 256, Content.PRODUCED, compaction);
      return PartitionLog.open(disk, DIRECTORY, config, nowMs);
    }

    /// @return whether the fault came before the compaction had ended
    boolean failAt(Fault fault, int at) throws Exception {
      fill(20 + random.nextInt(60));
      if (random.nextBoolean()) {
        compact();
        fill(10 + random.nextInt(40));
      }
      List<Produced> before = read();
      arm(fault, at);
      boolean hasFailed = false;
      try {
        compact();
      } catch (PowerCut | IOException e) {
        hasFailed = true;
      }
      disarm(fault);
      if (!hasFailed) {
        check(before);
        return false;
      }
      if (fault == Fault.FULL_DISK) {
        compaction().close();
        check(before); // as it is, before a start clears anything away
      } else if (fault == Fault.FAILED_FORCE && random.nextBoolean()) {
        disk.killProcess();
        reopen();
      } else {
        disk.cutPower();
        reopen();
      }
      check(before);
      compact();
      check(before);
      fill(5);
      compact();
      check(produced);
      log.close();
      reopen();
      check(produced);
      assertEquals(
          List.of(),
          disk.list(DIRECTORY).stream().filter(name -> name.endsWith(".compacted")).toList());
      return true;
    }

    private void arm(Fault fault, int at) {
      switch (fault) {
        case POWER_CUT -> disk.cutPowerAt(at);
        case FAILED_FORCE -> disk.failForceAt(at);
        case FULL_DISK -> disk.setCapacityBytes(disk.usedBytes() + 600L * at);
      }
    }

    private void disarm(Fault fault) {
      switch (fault) {
        case POWER_CUT -> disk.heal();
        case FAILED_FORCE -> disk.failForces(0);
        case FULL_DISK -> disk.setUnlimited();
      }
    }

    private void reopen() throws IOException {
      log = open();
    }

    private Compaction compaction() {
      return Objects.requireNonNull(log.compaction());
    }

    private void compact() throws IOException {
      while (compaction().isDue()) {
        while (!compaction().step(ALL, nowMs)) {
          nowMs++;
        }
      }
    }

    private void fill(int count) throws Exception {
      for (int i = 0; i < count; i++) {
        String key = "key-" + random.nextInt(20);
        String value = random.nextInt(5) == 0 ? null : "v".repeat(random.nextInt(300)) + i;
        BatchBuilder builder = new BatchBuilder(Compression.none(), Limits.FROM_EDGE);
        builder.tryAppend(nowMs, bytes(key), bytes(value), EncodedHeaders.NONE);
        ByteBuffer built = builder.build(0, -1, (short) -1, -1);
        log.produce(ByteBuffer.allocate(built.remaining()).put(built).flip(), nowMs);
        log.force();
        produced.add(new Produced(produced.size(), key, value));
      }
    }

    private static byte @Nullable [] bytes(@Nullable String text) {
      return text == null ? null : text.getBytes(StandardCharsets.UTF_8);
    }

    /// Each record that is served was produced, and each key's latest of `durable` is served or, a tombstone, gone.
    private void check(List<Produced> durable) throws Exception {
      List<Produced> served = read();
      TreeMap<String, Produced> last = new TreeMap<>();
      for (Produced record : served) {
        assertEquals(produced.get((int) record.offset()), record);
        last.put(record.key(), record);
      }
      TreeMap<String, Produced> latest = new TreeMap<>();
      durable.forEach(record -> latest.put(record.key(), record));
      latest.forEach((key, record) -> {
        Produced found = last.get(key);
        boolean isGoneRightly = found == null && record.value() == null;
        assertTrue(isGoneRightly || record.equals(found), () -> record + " became " + found);
      });
      assertEquals(produced.size(), log.endOffset());
      assertEquals(0, log.status().damagedBytes());
      try (Scrub scrub = log.scrub()) {
        assertTrue(scrub.step(ALL));
        assertEquals(List.of(), scrub.findings());
      }
    }

    private List<Produced> read() throws Exception {
      List<Produced> records = new ArrayList<>();
      long offset = log.startOffset();
      while (offset < log.endOffset()) {
        try (LogSlice slice = log.read(offset, 1)) {
          assertNotNull(slice, "nothing at " + offset);
          ByteBuffer bytes = ByteBuffer.allocate(slice.length());
          slice.readInto(bytes, 0);
          BatchView batch = new BatchView().wrap(bytes.flip(), 0);
          batch.check(Limits.FROM_EDGE);
          assertEquals(offset, batch.baseOffset());
          RecordCursor cursor = batch.records(Limits.FROM_EDGE);
          while (cursor.next()) {
            records.add(
                new Produced(
                    cursor.offset(),
                    Objects.requireNonNull(text(cursor.key())),
                    text(cursor.value())));
          }
          offset = batch.nextOffset();
        }
      }
      return records;
    }

    private static @Nullable String text(@Nullable ByteBuffer bytes) {
      return bytes == null ? null : StandardCharsets.UTF_8.decode(bytes).toString();
    }
  }
}
