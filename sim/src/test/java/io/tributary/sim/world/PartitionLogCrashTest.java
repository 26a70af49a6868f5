package io.tributary.sim.world;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tributary.log.Content;
import io.tributary.log.LogFailedException;
import io.tributary.log.LogFullException;
import io.tributary.log.LogSlice;
import io.tributary.log.PartitionLog;
import io.tributary.log.PartitionLogConfig;
import io.tributary.log.StreamPosition;
import io.tributary.record.BatchBuilder;
import io.tributary.record.BatchCursor;
import io.tributary.record.BatchIdentity;
import io.tributary.record.BatchView;
import io.tributary.record.Compression;
import io.tributary.record.ControlBatch;
import io.tributary.record.Digest;
import io.tributary.record.EncodedHeaders;
import io.tributary.record.Gap;
import io.tributary.record.GapReason;
import io.tributary.record.Limits;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/// A partition's log on a disk that fails as chance will have it: what was forced is there, once and in order; of what
/// was not, a first part may be.
class PartitionLogCrashTest {
  private static final int SEEDS = Integer.getInteger("tributary.seeds", 500);
  private static final UUID LOG_ID = new UUID(7, 8);
  private static final String DIRECTORY = "partition";

  /// A batch or a Gap as it was appended.
  private record Appended(long streamId, long streamOffset, int crc, boolean isGap) {}

  @Test
  void losesNothingForcedAndKeepsAPrefixOfTheRest() throws Exception {
    for (int seed = 0; seed < SEEDS; seed++) {
      try {
        new Run(seed).go();
      } catch (AssertionError | Exception e) {
        throw new AssertionError("seed " + seed, e);
      }
    }
  }

  private static final class Run {
    private final SplittableRandom random;
    private final SimDisk disk;
    private final boolean isPerEdge;
    private PartitionLog log;
    private long nowMs = 1_000;

    /// All that was appended, in order, and how much of it is durable for certain.
    private final List<Appended> appended = new ArrayList<>();

    private int forced;

    Run(long seed) throws IOException {
      random = new SplittableRandom(seed);
      disk = new SimDisk(random.split());
      isPerEdge = random.nextInt(3) == 0;
      log = open();
    }

    private PartitionLog open() throws IOException {
      PartitionLogConfig config =
          new PartitionLogConfig(
              LOG_ID,
              8 * 1024,
              0,
              0,
              Limits.FROM_EDGE,
              512,
              isPerEdge ? Content.STREAM : Content.STREAMS);
      return PartitionLog.open(disk, DIRECTORY, config, nowMs);
    }

    void go() throws Exception {
      int steps = 10 + random.nextInt(60);
      for (int i = 0; i < steps; i++) {
        nowMs += random.nextInt(400);
        switch (random.nextInt(10)) {
          case 0, 1, 2, 3 -> append();
          case 4, 5 -> force();
          case 6 -> forceInAPowerCut();
          case 7 -> forceInAFault();
          case 8 -> forceOnAFullDisk();
          default -> restart();
        }
      }
      restart();
    }

    private void append() throws Exception {
      for (int left = 1 + random.nextInt(6); left > 0; left--) {
        long id = isPerEdge ? 50 : 50 + random.nextInt(3);
        long next = Math.max(0, log.position(id).next());
        if (random.nextInt(8) == 0) {
          Gap gap = new Gap(next, next + 1 + random.nextInt(9), GapReason.CORRUPT);
          log.appendGap(id, gap, 1 + random.nextInt(1_000), nowMs);
          appended.add(new Appended(id, next, 0, true));
        } else {
          ByteBuffer batch = batch(id, next);
          appended.add(new Appended(id, next, new BatchView().wrap(batch, 0).crc(), false));
          log.append(batch, id, nowMs);
        }
      }
    }

    private ByteBuffer batch(long streamId, long from) throws Exception {
      BatchBuilder builder = new BatchBuilder(Compression.none(), Limits.EDGE);
      for (int left = 1 + random.nextInt(8); left > 0; left--) {
        byte[] value = new byte[random.nextInt(120)];
        builder.tryAppend(nowMs, (byte[]) null, value, EncodedHeaders.NONE);
      }
      ByteBuffer built = builder.build(new BatchIdentity(streamId, from));
      return ByteBuffer.allocate(built.remaining()).put(built).flip();
    }

    private void force() throws Exception {
      log.force();
      forced = appended.size();
    }

    private void forceInAPowerCut() throws Exception {
      disk.cutPowerAt(1 + random.nextInt(8));
      try {
        force();
      } catch (PowerCut cut) {
        // A first part of its batches may be there.
      }
      disk.cutPower();
      reopen();
    }

    private void forceInAFault() throws Exception {
      disk.failForces(1);
      try {
        force();
      } catch (LogFailedException e) {
        if (random.nextBoolean()) {
          disk.killProcess();
        } else {
          disk.cutPower();
        }
        reopen();
      }
      disk.failForces(0);
    }

    private void forceOnAFullDisk() throws Exception {
      disk.setCapacityBytes(disk.usedBytes() + random.nextInt(3_000));
      try {
        force();
      } catch (LogFullException e) {
        while (appended.size() > forced) {
          appended.remove(appended.size() - 1);
        }
        check(forced);
      }
      disk.setUnlimited();
    }

    private void restart() throws Exception {
      switch (random.nextInt(3)) {
        case 0 -> log.close();
        case 1 -> disk.killProcess();
        default -> disk.cutPower();
      }
      reopen();
    }

    private void reopen() throws Exception {
      log = open();
      int found = read().size();
      assertTrue(found >= forced, () -> found + " batches, " + forced + " were forced");
      while (appended.size() > found) {
        appended.remove(appended.size() - 1);
      }
      forced = found;
      check(found);
      assertEquals(0, log.status().damagedBytes());
    }

    private void check(int count) throws Exception {
      assertEquals(appended.subList(0, count), read());
      Map<Long, Long> nexts = new HashMap<>();
      for (StreamPosition position : log.positions()) {
        nexts.put(position.streamId(), position.next());
        assertEquals(position.digest(), log.digestAt(position.streamId(), position.next()));
      }
      for (Appended last : appended) {
        assertTrue(last.streamOffset() < nexts.getOrDefault(last.streamId(), 0L));
      }
    }

    /// Everything, by slices of a random size; the offsets must be dense and the digests those of the positions.
    private List<Appended> read() throws Exception {
      List<Appended> found = new ArrayList<>();
      Map<Long, Long> digests = new HashMap<>();
      long offset = log.startOffset();
      while (offset < log.endOffset()) {
        try (LogSlice slice = log.read(offset, 1 + random.nextInt(5_000))) {
          assertNotNull(slice);
          ByteBuffer bytes = ByteBuffer.allocate(slice.length());
          slice.readInto(bytes, 0);
          BatchCursor batches = new BatchCursor().wrap(bytes.flip());
          while (batches.next()) {
            BatchView batch = batches.batch();
            batch.check(Limits.FROM_EDGE);
            assertEquals(offset, batch.baseOffset());
            offset = batch.nextOffset();
            boolean isGap = ControlBatch.isGap(batch);
            long id = batch.streamId();
            if (isGap) {
              digests.put(id, ControlBatch.readGap(batch).digestAtTo());
            } else {
              digests.put(id, Digest.extend(digests.getOrDefault(id, Digest.START), batch));
            }
            found.add(new Appended(id, batch.streamOffset(), isGap ? 0 : batch.crc(), isGap));
          }
          assertEquals(slice.length(), batches.endPosition());
        }
      }
      for (StreamPosition position : log.positions()) {
        if (log.groupSizeBytes() == 0) {
          assertEquals(digests.get(position.streamId()), position.digest());
        }
      }
      return found;
    }
  }
}
