package io.tributary.sim.world;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
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
import io.tributary.log.LogFailedException;
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
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/// A journal on a disk that fails as chance will have it: what was committed is there, once and in order; what was not
/// is there as a whole group, or not at all.
class JournalCrashTest {
  private static final int SEEDS = Integer.getInteger("tributary.seeds", 500);
  private static final UUID LOG_ID = new UUID(5, 6);
  private static final String DIRECTORY = "journal";

  /// What a reader of the ledger would say: each stream's values by offset, and the state.
  private record Ledger(Map<Long, List<Long>> streams, Map<String, byte[]> state) {
    static Ledger empty() {
      return new Ledger(new HashMap<>(), new HashMap<>());
    }

    List<Long> of(long streamId) {
      List<Long> values = streams.get(streamId);
      assertNotNull(values);
      return values;
    }

    Ledger copy() {
      Ledger copy = empty();
      streams.forEach((id, values) -> copy.streams.put(id, new ArrayList<>(values)));
      copy.state.putAll(state);
      return copy;
    }
  }

  @Test
  void losesNothingCommittedAndKeepsGroupsWhole() throws Exception {
    SimDisk.Faults[] faults = new SimDisk.Faults[SEEDS];
    for (int seed = 0; seed < SEEDS; seed++) {
      try {
        Run run = new Run(seed);
        faults[seed] = run.disk.faults();
        run.go();
      } catch (AssertionError | Exception e) {
        throw new AssertionError("seed " + seed, e);
      }
    }
    long cuts = 0;
    long torn = 0;
    long failed = 0;
    long refused = 0;
    for (SimDisk.Faults fault : faults) {
      cuts += fault.powerCuts();
      torn += fault.tornWrites();
      failed += fault.failedForces();
      refused += fault.refusedWrites();
    }
    assertTrue(cuts > 0 && torn > 0 && failed > 0 && refused > 0, "every fault has happened");
  }

  @Test
  void flippedBitsCostOnlyTheBatchesHit() throws Exception {
    for (int seed = 0; seed < SEEDS; seed++) {
      try {
        new Run(seed).flip();
      } catch (AssertionError | Exception e) {
        throw new AssertionError("seed " + seed, e);
      }
    }
  }

  private static final class Run {
    private final SplittableRandom random;
    private final SimDisk disk;
    private Journal journal;
    private long nowMs = 1_000;

    /// What is committed, what the open group would make of it.
    private Ledger committed = Ledger.empty();

    private Ledger pending = Ledger.empty();

    Run(long seed) throws IOException {
      random = new SplittableRandom(seed);
      disk = new SimDisk(random.split());
      journal = open();
    }

    private Journal open() throws IOException {
      JournalConfig config =
          new JournalConfig(
              LOG_ID,
              "normal",
              8 * 1024,
              8 * 1024,
              2 * 1024,
              64L * 1024 * 1024,
              FullPolicy.BLOCK,
              Compression.none(),
              0,
              Limits.EDGE);
      return Journal.open(disk, DIRECTORY, config, nowMs);
    }

    void go() throws Exception {
      int steps = 10 + random.nextInt(60);
      for (int i = 0; i < steps; i++) {
        nowMs += random.nextInt(400);
        switch (random.nextInt(12)) {
          case 0 -> createStream();
          case 1, 2, 3, 4 -> add();
          case 5 -> changeState();
          case 6, 7 -> commit();
          case 8 -> commitInAPowerCut();
          case 9 -> commitInAFault();
          case 10 -> commitOnAFullDisk();
          default -> restart();
        }
      }
      restart();
      check();
    }

    void flip() throws Exception {
      for (int i = 0; i < 30; i++) {
        createStream();
        add();
        add();
        commit();
      }
      journal.close();
      int flips = 1 + random.nextInt(3);
      for (int i = 0; i < flips; i++) {
        List<String> segments =
            disk.list(DIRECTORY).stream()
                .filter(name -> name.endsWith(".segment"))
                .sorted()
                .toList();
        String path = DIRECTORY + "/" + segments.get(random.nextInt(segments.size()));
        long size;
        try (var file = disk.open(path)) {
          size = file.size();
        }
        int header = 4 * 1024; // the header's own damage is another story
        if (size - 200 > header) {
          disk.flipBit(path, random.nextLong(header, size - 200), random.nextInt(8));
        }
      }
      journal = open();
      long lost = checkPieces(true);
      // A flip costs one batch; a batch holds at most 2 KiB of records of 40 B or more.
      assertTrue(lost <= flips * 52L, lost + " records lost by " + flips + " flipped bits");
    }

    private void createStream() {
      long id = 100L + pending.streams.size();
      if (pending.streams.size() < 4 && journal.createStream(id, "t" + id) == Admission.ADMITTED) {
        pending.streams.put(id, new ArrayList<>());
      }
    }

    private void add() throws Exception {
      if (pending.streams.isEmpty()) {
        return;
      }
      long id = 100L + random.nextInt(pending.streams.size());
      for (int left = random.nextInt(40); left > 0; left--) {
        long value = random.nextLong();
        byte[] bytes = new byte[24 + random.nextInt(random.nextInt(10) == 0 ? 1_000 : 40)];
        ByteBuffer.wrap(bytes).putLong(id).putLong(pending.of(id).size()).putLong(value);
        switch (journal.add(id, nowMs, null, bytes, EncodedHeaders.NONE)) {
          case ADMITTED -> {
            assertEquals(pending.of(id).size(), journal.lastOffset());
            pending.of(id).add(value);
          }
          case GROUP_FULL -> commit();
          case FULL -> {
            disk.setUnlimited();
            commit();
          }
          case DROPPED -> throw new AssertionError("the policy is to block");
        }
      }
    }

    private void changeState() {
      String key = "k" + random.nextInt(5);
      byte[] value = new byte[random.nextInt(100)];
      boolean isRemoved = random.nextInt(4) == 0;
      if (journal.changeState(key, isRemoved ? null : value) == Admission.ADMITTED) {
        if (isRemoved) {
          pending.state.remove(key);
        } else {
          pending.state.put(key, value);
        }
      }
    }

    private void commit() throws Exception {
      try {
        assertTrue(journal.commit(nowMs));
        committed = pending.copy();
      } catch (LogFullException e) {
        disk.setUnlimited();
        assertTrue(journal.commit(nowMs));
        committed = pending.copy();
      }
    }

    private void commitInAPowerCut() throws Exception {
      disk.cutPowerAt(1 + random.nextInt(6));
      try {
        commit();
      } catch (PowerCut cut) {
        // Its group is there as a whole or not at all.
      }
      disk.cutPower();
      disk.setUnlimited();
      reopen();
    }

    private void commitInAFault() throws Exception {
      disk.failForces(1);
      try {
        commit();
      } catch (LogFailedException e) {
        if (random.nextBoolean()) {
          disk.killProcess();
        } else {
          disk.cutPower();
        }
        reopen();
        return;
      }
      disk.failForces(0);
    }

    private void commitOnAFullDisk() throws Exception {
      disk.setCapacityBytes(disk.usedBytes() + random.nextInt(3_000));
      Ledger before = committed;
      try {
        assertTrue(journal.commit(nowMs));
        committed = pending.copy();
      } catch (LogFullException e) {
        committed = before;
        if (random.nextBoolean()) {
          disk.cutPower();
          reopen();
          return;
        }
      }
      disk.setUnlimited();
      commit();
    }

    private void restart() throws Exception {
      switch (random.nextInt(3)) {
        case 0 -> journal.close();
        case 1 -> disk.killProcess();
        default -> disk.cutPower();
      }
      reopen();
    }

    /// The open group is lost, or there as a whole when it was being committed.
    private void reopen() throws Exception {
      journal = open();
      long durable = 0;
      for (JournalStream stream : journal.streams().values()) {
        durable += stream.end();
      }
      long wanted = count(committed);
      if (durable != wanted || !journal.state().keySet().equals(committed.state.keySet())) {
        assertEquals(count(pending), durable, "neither the group's records nor what was before");
        committed = pending;
      } else if (journal.streams().size() == pending.streams.size()
          && count(pending) == wanted
          && sameState(pending)) {
        committed = pending;
      }
      pending = committed.copy();
      check();
    }

    private boolean sameState(Ledger ledger) {
      return journal.state().keySet().equals(ledger.state.keySet())
          && ledger.state.entrySet().stream()
              .allMatch(
                  entry -> Arrays.equals(entry.getValue(), journal.state().get(entry.getKey())));
    }

    private static long count(Ledger ledger) {
      return ledger.streams.values().stream().mapToLong(List::size).sum();
    }

    private void check() throws Exception {
      assertEquals(committed.streams.size(), journal.streams().size());
      assertEquals(committed.state.keySet(), journal.state().keySet());
      for (Map.Entry<String, byte[]> entry : committed.state.entrySet()) {
        assertArrayEquals(entry.getValue(), journal.state().get(entry.getKey()));
      }
      assertEquals(0, checkPieces(false));
      assertEquals(0, journal.status().damagedBytes());
    }

    /// Reads everything and compares it; returns how many records a Gap stands for.
    private long checkPieces(boolean mayBeDamaged) throws Exception {
      Map<Long, Long> due = new HashMap<>();
      Map<Long, Long> digests = new HashMap<>();
      long lost = 0;
      try (JournalCursor cursor = journal.cursor()) {
        for (long id : committed.streams.keySet()) {
          cursor.resume(id, 0);
          due.put(id, 0L);
          digests.put(id, Digest.START);
        }
        for (Piece piece = cursor.next(); piece != null; piece = cursor.next()) {
          switch (piece) {
            case BatchPiece batch -> {
              assertEquals(due.get(batch.streamId()), batch.from());
              BatchView view = new BatchView().wrap(batch.bytes(), 0);
              view.checkFromEdge(Limits.EDGE);
              checkRecords(batch, view);
              due.put(batch.streamId(), batch.to());
              digests.merge(batch.streamId(), 0L, (digest, none) -> Digest.extend(digest, view));
            }
            case GapPiece gap -> {
              assertTrue(mayBeDamaged, () -> "a hole: " + gap);
              assertEquals(due.get(gap.streamId()), gap.gap().from());
              assertEquals(GapReason.CORRUPT, gap.gap().reason());
              due.put(gap.streamId(), gap.gap().to());
              digests.put(gap.streamId(), Digest.UNKNOWN);
              lost += gap.gap().count();
            }
          }
        }
      }
      for (JournalStream stream : journal.streams().values()) {
        assertEquals(committed.of(stream.id()).size(), stream.end());
        assertEquals(stream.end(), due.get(stream.id()));
        if (!mayBeDamaged) {
          assertEquals(stream.digestAtEnd(), digests.get(stream.id()));
        }
      }
      return lost;
    }

    private void checkRecords(BatchPiece batch, BatchView view) throws Exception {
      RecordCursor records = view.records(Limits.EDGE);
      for (long offset = batch.from(); offset < batch.to(); offset++) {
        assertTrue(records.next());
        ByteBuffer value = records.value();
        assertNotNull(value);
        assertEquals(batch.streamId(), value.getLong());
        assertEquals(offset, value.getLong());
        assertEquals(committed.of(batch.streamId()).get((int) offset), value.getLong());
      }
    }
  }
}
