package io.tributary.sim.world;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tributary.log.Admission;
import io.tributary.log.FullPolicy;
import io.tributary.log.Journal;
import io.tributary.log.JournalConfig;
import io.tributary.log.JournalCursor;
import io.tributary.log.JournalCursor.BatchPiece;
import io.tributary.log.JournalCursor.GapPiece;
import io.tributary.log.JournalCursor.Piece;
import io.tributary.log.JournalStream;
import io.tributary.log.LogFullException;
import io.tributary.record.BatchView;
import io.tributary.record.Compression;
import io.tributary.record.Digest;
import io.tributary.record.EncodedHeaders;
import io.tributary.record.GapReason;
import io.tributary.record.Limits;
import io.tributary.record.RecordCursor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/// Journals whose quota and whose disk are too small, with a hub that reads, acknowledges, and is away for long. Every
/// offset reaches the hub once: as the reading that was committed, or within a Gap that the policy allows.
class JournalPolicyCrashTest {
  private static final int SEEDS = Integer.getInteger("tributary.seeds", 500) / 5;
  private static final UUID LOG_ID = new UUID(9, 10);

  @Test
  void dropOldestAccountsForEveryReading() throws Exception {
    run(FullPolicy.DROP_OLDEST);
  }

  @Test
  void dropNewestAccountsForEveryReading() throws Exception {
    run(FullPolicy.DROP_NEWEST);
  }

  @Test
  void blockLosesNothing() throws Exception {
    run(FullPolicy.BLOCK);
  }

  private static void run(FullPolicy policy) throws Exception {
    long gaps = 0;
    for (int seed = 0; seed < SEEDS; seed++) {
      try {
        gaps += new Run(seed, policy).go();
      } catch (AssertionError | Exception e) {
        throw new AssertionError("seed " + seed, e);
      }
    }
    assertEquals(policy == FullPolicy.BLOCK, gaps == 0, "records in Gaps: " + gaps);
  }

  /// What the hub has of a stream.
  private static final class HubStream {
    private long next;
    private long digest = Digest.START;
  }

  private static final class Run {
    private static final long DROPPED = -1;

    private final SplittableRandom random;
    private final SimDisk disk;
    private final FullPolicy policy;
    private final Map<Long, HubStream> hub = new HashMap<>();

    /// The value at each offset, or that it was refused; what is behind the durable end is of the open group.
    private final Map<Long, List<Long>> ledger = new HashMap<>();

    /// The durable ends before the group that is open.
    private final Map<Long, Long> durableBefore = new HashMap<>();

    private Journal journal;
    private JournalCursor cursor;
    private long nowMs = 1_000;
    private long gapRecords;

    Run(long seed, FullPolicy policy) throws Exception {
      this.random = new SplittableRandom(seed);
      this.disk = new SimDisk(random.split());
      this.policy = policy;
      journal = open();
      for (long id = 200; id < 202; id++) {
        journal.createStream(id, "t" + id);
        ledger.put(id, new ArrayList<>());
        hub.put(id, new HubStream());
      }
      journal.commit(nowMs);
      cursor = connect();
    }

    private List<Long> values(long streamId) {
      List<Long> values = ledger.get(streamId);
      assertNotNull(values);
      return values;
    }

    private HubStream hub(long streamId) {
      HubStream stream = hub.get(streamId);
      assertNotNull(stream);
      return stream;
    }

    private Journal open() throws IOException {
      JournalConfig config =
          new JournalConfig(
              LOG_ID,
              "normal",
              64 * 1024,
              64 * 1024,
              16 * 1024,
              JournalConfig.QUOTA_BYTES_LEAST,
              policy,
              Compression.none(),
              0,
              Limits.EDGE);
      return Journal.open(disk, "j", config, nowMs);
    }

    private JournalCursor connect() throws IOException {
      JournalCursor connected = journal.cursor();
      for (Map.Entry<Long, HubStream> stream : hub.entrySet()) {
        connected.resume(stream.getKey(), stream.getValue().next);
      }
      return connected;
    }

    long go() throws Exception {
      for (int i = 0; i < 150; i++) {
        nowMs += random.nextInt(400);
        switch (random.nextInt(16)) {
          case 0, 1, 2, 3, 4, 5, 6, 7, 8 -> add();
          case 9 -> commit();
          case 10 -> read(random.nextInt(20));
          case 11 -> acknowledge();
          case 12 -> journal.retain(nowMs);
          case 13 -> fillDisk();
          case 14 -> restart(random.nextBoolean());
          default -> reconnect();
        }
      }
      disk.setUnlimited();
      commit();
      restart(false);
      read(Integer.MAX_VALUE);
      for (JournalStream stream : journal.streams().values()) {
        HubStream there = hub(stream.id());
        assertEquals(stream.end(), there.next);
        assertEquals(stream.digestAtEnd(), there.digest);
        assertNotEquals(Digest.UNKNOWN, there.digest);
        assertEquals(values(stream.id()).size(), stream.end());
      }
      return gapRecords;
    }

    private void add() throws Exception {
      for (int left = 5 + random.nextInt(20); left > 0; left--) {
        long id = 200L + random.nextInt(2);
        List<Long> values = values(id);
        long value = random.nextLong(1L << 60);
        byte[] bytes = new byte[16 + random.nextInt(6_000)];
        ByteBuffer.wrap(bytes).putLong(value);
        switch (journal.add(id, nowMs, null, bytes, EncodedHeaders.NONE)) {
          case ADMITTED -> {
            assertEquals(values.size(), journal.lastOffset());
            values.add(value);
          }
          case DROPPED -> {
            assertEquals(FullPolicy.DROP_NEWEST, policy);
            assertEquals(values.size(), journal.lastOffset());
            values.add(DROPPED);
          }
          case GROUP_FULL -> commit();
          case FULL -> {
            commit();
            read(40);
            acknowledge();
            return;
          }
        }
      }
    }

    private void commit() throws Exception {
      try {
        if (!journal.commit(nowMs)) {
          assertEquals(FullPolicy.DROP_NEWEST, policy);
          refusedGroup();
        }
      } catch (LogFullException e) {
        assertTrue(journal.status().isFull());
        disk.setUnlimited();
        if (!journal.commit(nowMs)) {
          refusedGroup();
        }
      }
      assertFalse(journal.status().isFull());
    }

    /// The whole group became a Gap.
    private void refusedGroup() {
      for (JournalStream stream : journal.streams().values()) {
        List<Long> values = values(stream.id());
        for (int i = durableBefore.getOrDefault(stream.id(), 0L).intValue();
            i < values.size();
            i++) {
          values.set(i, DROPPED);
        }
      }
    }

    private void noteDurable() {
      journal.streams().values().forEach(stream -> durableBefore.put(stream.id(), stream.end()));
    }

    private void fillDisk() throws Exception {
      noteDurable();
      disk.setCapacityBytes(disk.usedBytes() + random.nextInt(80_000));
      for (int i = 0; i < 3; i++) {
        noteDurable();
        addUntilGroupIsFull();
        noteDurable();
        commit();
      }
      disk.setUnlimited();
      noteDurable();
      commit();
      journal.retain(nowMs);
    }

    private void addUntilGroupIsFull() throws Exception {
      for (int i = 0; i < 20; i++) {
        long id = 200L + random.nextInt(2);
        byte[] bytes = new byte[1_000];
        long value = random.nextLong(1L << 60);
        ByteBuffer.wrap(bytes).putLong(value);
        Admission admission = journal.add(id, nowMs, null, bytes, EncodedHeaders.NONE);
        if (admission == Admission.ADMITTED) {
          values(id).add(value);
        } else if (admission == Admission.DROPPED) {
          values(id).add(DROPPED);
        } else {
          return;
        }
      }
    }

    private void acknowledge() {
      for (Map.Entry<Long, HubStream> stream : hub.entrySet()) {
        journal.acked(stream.getKey(), stream.getValue().next);
      }
    }

    private void restart(boolean isClean) throws Exception {
      if (isClean) {
        noteDurable();
        commit();
        journal.close();
      } else {
        disk.cutPower();
      }
      journal = open();
      for (JournalStream stream : journal.streams().values()) {
        List<Long> values = values(stream.id());
        assertTrue(stream.end() >= hub(stream.id()).next, "the hub knows more than the edge");
        while (values.size() > stream.end()) {
          values.remove(values.size() - 1);
        }
      }
      cursor = connect();
    }

    private void reconnect() throws Exception {
      cursor.close();
      cursor = connect();
    }

    private void read(int most) throws Exception {
      for (int i = 0; i < most; i++) {
        Piece piece = cursor.next();
        if (piece == null) {
          return;
        }
        HubStream stream = hub(piece.streamId());
        List<Long> values = values(piece.streamId());
        switch (piece) {
          case BatchPiece batch -> {
            assertEquals(stream.next, batch.from());
            BatchView view = new BatchView().wrap(batch.bytes(), 0);
            view.checkFromEdge(Limits.EDGE);
            RecordCursor records = view.records(Limits.EDGE);
            for (long offset = batch.from(); offset < batch.to(); offset++) {
              assertTrue(records.next());
              ByteBuffer value = records.value();
              assertNotNull(value);
              assertEquals(values.get((int) offset), value.getLong());
            }
            stream.next = batch.to();
            stream.digest = Digest.extend(stream.digest, view);
          }
          case GapPiece gap -> {
            assertEquals(stream.next, gap.gap().from());
            boolean isRefused = gap.gap().reason() == GapReason.DROP_NEWEST;
            assertEquals(
                isRefused ? FullPolicy.DROP_NEWEST : FullPolicy.DROP_OLDEST, policy, gap::toString);
            for (long offset = gap.gap().from(); isRefused && offset < gap.gap().to(); offset++) {
              assertEquals(DROPPED, values.get((int) offset));
            }
            gapRecords += gap.gap().count();
            stream.next = gap.gap().to();
            stream.digest = gap.digestAtTo();
          }
        }
      }
    }
  }
}
