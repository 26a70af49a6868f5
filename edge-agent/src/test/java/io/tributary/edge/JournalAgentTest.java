package io.tributary.edge;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tributary.adapter.Completion;
import io.tributary.adapter.Reading;
import io.tributary.adapter.Refused;
import io.tributary.adapter.StateChange;
import io.tributary.adapter.StateEntry;
import io.tributary.agent.Vital;
import io.tributary.log.FileDisk;
import io.tributary.log.FullPolicy;
import io.tributary.log.Journal;
import io.tributary.log.JournalConfig;
import io.tributary.record.Compression;
import io.tributary.record.Limits;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The agent's turns are taken by hand, with a time of our own.
final class JournalAgentTest {
  private static final long LINGER_NANOS = 2_000_000;
  private static final UUID LOG_ID = new UUID(1, 2);

  @TempDir private Path directory;

  private final List<String> told = new ArrayList<>();
  private int groupsTold;

  @Test
  void acknowledgesOnlyAfterTheGroupIsDurable() throws IOException {
    try (Journal journal = open(FullPolicy.BLOCK, 8 << 20)) {
      JournalAgent agent = agent(journal, 100);
      SourceEmitter emitter = emitter(agent);
      long start = System.nanoTime();
      assertTrue(emit(emitter, "a"));
      agent.doWork(start);
      assertEquals(List.of(), told);
      assertTrue(agent.idleNanos(start) <= LINGER_NANOS);
      agent.doWork(start + LINGER_NANOS);
      assertEquals(List.of("a durable 0"), told);
      assertEquals(1, groupsTold);
      assertEquals(1, journal.streams().get("t").end());
    }
  }

  @Test
  void doesNotLingerWhenEverySourceWaits() throws IOException {
    try (Journal journal = open(FullPolicy.BLOCK, 8 << 20)) {
      JournalAgent agent = agent(journal, 100);
      SourceEmitter emitter = emitter(agent);
      assertTrue(emit(emitter, "a"));
      assertTrue(emit(emitter, "b"));
      emitter.waiting(2, 1);
      long now = System.nanoTime();
      agent.doWork(now);
      assertEquals(List.of(), told);
      emitter.waiting(2, 2);
      agent.doWork(now);
      assertEquals(List.of("a durable 0", "b durable 1"), told);
    }
  }

  @Test
  void lingersThoughEverySourceWaitsWhereItSparesTheFlash() throws IOException {
    try (Journal journal = open(FullPolicy.BLOCK, 8 << 20)) {
      JournalAgent agent = agent(journal, 100, false);
      SourceEmitter emitter = emitter(agent);
      assertTrue(emit(emitter, "a"));
      emitter.waiting(1, 1);
      long now = System.nanoTime();
      agent.doWork(now);
      assertTrue(emit(emitter, "b"));
      emitter.waiting(2, 2);
      agent.doWork(now + LINGER_NANOS - 1);
      assertEquals(List.of(), told);
      agent.doWork(now + LINGER_NANOS);
      assertEquals(List.of("a durable 0", "b durable 1"), told);
      assertEquals(1, groupsTold);
    }
  }

  @Test
  void turnsSourcesAwayWhenItsQueueIsFullAndCallsThemBack() throws IOException {
    try (Journal journal = open(FullPolicy.BLOCK, 8 << 20)) {
      JournalAgent agent = agent(journal, 2);
      SourceEmitter emitter = emitter(agent);
      assertTrue(emit(emitter, "a"));
      assertTrue(emit(emitter, "b"));
      assertFalse(emit(emitter, "c"));
      long now = System.nanoTime();
      agent.doWork(now);
      agent.doWork(now + LINGER_NANOS);
      assertEquals(List.of("a durable 0", "b durable 1"), told);
      assertEquals(1, groupsTold);
      assertTrue(emit(emitter, "c"));
    }
  }

  @Test
  void stateIsCommittedWithItsReadingAndFoundAgain() throws IOException {
    try (Journal journal = open(FullPolicy.BLOCK, 8 << 20)) {
      JournalAgent agent = agent(journal, 100);
      SourceEmitter emitter = emitter(agent);
      StateChange packet = new StateChange("client/7", new byte[] {7});
      StateChange set = new StateChange("client/8", new byte[] {8});
      StateChange also = new StateChange("client/9", new byte[] {9});
      Reading reading = new Reading("t", 1, null, new byte[] {1}, List.of(), List.of(packet));
      assertTrue(emitter.emit(reading, completion("r")));
      assertTrue(emitter.changeState("normal", List.of(set, also), completion("s")));
      assertTrue(
          emitter.changeState(
              "normal", List.of(StateChange.remove("client/8")), completion("gone")));
      long now = System.nanoTime();
      agent.doWork(now);
      agent.doWork(now + LINGER_NANOS);
      assertEquals(3, told.size());
    }
    try (Journal journal = open(FullPolicy.BLOCK, 8 << 20)) {
      var restored = agent(journal, 100).stateOf(AdapterOutlet.statePrefix("mqtt"));
      assertEquals(
          List.of("client/7", "client/9"),
          restored.stream().map(StateEntry::key).sorted().toList());
      assertEquals("normal", restored.get(0).className());
    }
  }

  @Test
  void aFullStateRefusesWhatMakesItGrowAndLetsTheRestPass() throws IOException {
    try (Journal journal = open(FullPolicy.BLOCK, 200 << 20)) {
      JournalAgent agent = agent(journal, 100);
      SourceEmitter emitter = emitter(agent);
      long now = System.nanoTime();
      int entries = 0;
      while (!told.contains("grow FAILED") && entries < 100) {
        StateChange large = new StateChange("large/" + entries++, new byte[1_000_000]);
        assertTrue(emitter.changeState("normal", List.of(large), completion("grow")));
        now += LINGER_NANOS;
        agent.doWork(now);
        agent.doWork(now + LINGER_NANOS);
      }
      told.clear();
      assertTrue(String.valueOf(agent.trouble()).contains("state is full"), agent.trouble());
      Reading reading =
          new Reading("t", 1, null, new byte[] {1}, List.of(), List.of(entry(1_000_000)));
      assertTrue(emitter.emit(reading, completion("reading")));
      assertTrue(emit(emitter, "plain"));
      assertTrue(
          emitter.changeState(
              "normal", List.of(StateChange.remove("large/0")), completion("gone")));
      agent.doWork(now);
      agent.doWork(now + LINGER_NANOS);
      assertEquals("reading FAILED", told.get(0));
      assertEquals("plain durable 0", told.get(1));
      assertTrue(told.get(2).startsWith("gone durable"), told.toString());
      assertTrue(emitter.emit(reading, completion("again")));
      agent.doWork(now);
      agent.doWork(now + LINGER_NANOS);
      assertEquals("again durable 1", told.get(3));
    }
  }

  private static StateChange entry(int bytes) {
    return new StateChange("entry", new byte[bytes]);
  }

  @Test
  void blocksWithoutLosingAnythingUntilTheHubMakesRoom() throws IOException {
    try (Journal journal = open(FullPolicy.BLOCK, 4 << 20)) {
      JournalAgent agent = agent(journal, 64);
      SourceEmitter emitter = emitter(agent);
      long now = System.nanoTime();
      byte[] large = new byte[32 * 1024];
      int taken = 0;
      int turnedAway = 0;
      while (turnedAway < 10) {
        if (emitter.emit(new Reading("t", 1, null, large, List.of(), List.of()), completion("x"))) {
          taken++;
        } else {
          turnedAway++;
        }
        now += LINGER_NANOS;
        agent.doWork(now);
      }
      assertTrue(String.valueOf(agent.trouble()).contains("full"), agent.trouble());
      int before = told.size();
      assertTrue(before < taken);
      long streamId = journal.streams().get("t").id();
      for (int i = 0; i < 200 && told.size() < taken; i++) {
        journal.acked(streamId, journal.streams().get("t").end());
        now += 100_000_000;
        agent.doWork(now);
      }
      assertEquals(taken, told.size());
      assertEquals("x durable " + (taken - 1), told.get(taken - 1));
    }
  }

  @Test
  void aFullJournalIsSickWhileReadingsWaitAndWellAgainWhenThereIsRoom() throws IOException {
    try (Journal journal = open(FullPolicy.BLOCK, 4 << 20)) {
      JournalAgent agent = agent(journal, 1000);
      SourceEmitter emitter = emitter(agent);
      byte[] large = new byte[32 * 1024];
      long now = System.nanoTime();
      int taken = 0;
      for (int turnedAway = 0; turnedAway < 10; now += LINGER_NANOS) {
        assertTrue(taken < 1000, "it is never full");
        if (emitter.emit(new Reading("t", 1, null, large, List.of(), List.of()), completion("x"))) {
          taken++;
        } else {
          turnedAway++;
        }
        agent.doWork(now);
        assertNull(agent.standstill(now));
      }
      long blockedNanos = now;
      now += Vital.STANDSTILL_NANOS;
      agent.doWork(now);
      String sick = String.valueOf(agent.standstill(now));
      assertTrue(
          sick.contains("'normal' stands still for") && sick.contains("the hub has acknowledged"),
          sick);
      assertNull(agent.standstill(blockedNanos));
      long streamId = journal.streams().get("t").id();
      for (int i = 0; i < 200 && told.size() < taken; i++) {
        journal.acked(streamId, journal.streams().get("t").end());
        now += 100_000_000;
        agent.doWork(now);
      }
      assertNull(agent.standstill(now));
      assertNull(agent.standstill(now + 10 * Vital.STANDSTILL_NANOS), "nothing waits");
    }
  }

  @Test
  void whatIsTooLargeIsRefusedInItsTurn() throws IOException {
    try (Journal journal = open(FullPolicy.BLOCK, 8 << 20)) {
      JournalAgent agent = agent(journal, 100);
      SourceEmitter emitter = emitter(agent);
      assertTrue(emit(emitter, "a"));
      byte[] huge = new byte[Limits.EDGE_BATCH_BYTES + 1];
      assertTrue(
          emitter.emit(new Reading("t", 1, null, huge, List.of(), List.of()), completion("huge")));
      assertTrue(emit(emitter, "b"));
      long now = System.nanoTime();
      agent.doWork(now);
      agent.doWork(now + LINGER_NANOS);
      assertEquals(List.of("a durable 0", "huge TOO_LARGE", "b durable 1"), told);
    }
  }

  @Test
  void aCompletionThatThrowsLeavesTheOthersTheirs() throws IOException {
    try (Journal journal = open(FullPolicy.BLOCK, 8 << 20)) {
      JournalAgent agent = agent(journal, 100);
      SourceEmitter emitter = emitter(agent);
      Completion throwing =
          new Completion() {
            @Override
            public void durable(long offset) {
              throw new IllegalStateException("at " + offset);
            }

            @Override
            public void refused(Refused reason) {}
          };
      assertTrue(emit(emitter, "a"));
      assertTrue(emitter.emit(new Reading("t", 1, null, null, List.of(), List.of()), throwing));
      assertTrue(emit(emitter, "b"));
      long now = System.nanoTime();
      agent.doWork(now);
      agent.doWork(now + LINGER_NANOS);
      agent.doWork(now + 2 * LINGER_NANOS);
      assertEquals(List.of("a durable 0", "bug at 1", "b durable 2"), told);
      assertEquals(1, groupsTold);
    }
  }

  @Test
  void whatIsEmittedTogetherIsDurableWithItsChanges() throws IOException {
    try (Journal journal = open(FullPolicy.BLOCK, 8 << 20)) {
      JournalAgent agent = agent(journal, 100);
      SourceEmitter emitter = emitter(agent);
      long start = System.nanoTime();
      assertTrue(
          emitter.emitTogether(
              List.of(reading("a"), reading("b"), reading("c")),
              List.of(new StateChange("place", new byte[] {7})),
              completion("all")));
      assertTrue(
          emitter.emitTogether(
              List.of(
                  reading("d".repeat(60_000)),
                  reading("e".repeat(60_000)),
                  reading("f".repeat(60_000)),
                  reading("g".repeat(60_000)),
                  reading("h".repeat(60_000))),
              List.of(new StateChange("place", new byte[] {8})),
              completion("too much")));
      agent.doWork(start);
      agent.doWork(start + LINGER_NANOS);
      assertEquals(List.of("all durable 2", "too much TOO_LARGE"), told);
      assertEquals(3, journal.streams().get("t").end());
      assertArrayEquals(new byte[] {7}, journal.state().get("adapter/mqtt/place"));
    }
  }

  private static Reading reading(String value) {
    return new Reading("t", 1, null, value.getBytes(StandardCharsets.UTF_8), List.of(), List.of());
  }

  @Test
  void whatWaitsAtTheEndIsCommittedOrRefused() throws IOException {
    try (Journal journal = open(FullPolicy.BLOCK, 8 << 20)) {
      JournalAgent agent = agent(journal, 100);
      SourceEmitter emitter = emitter(agent);
      assertTrue(emit(emitter, "a"));
      agent.onClose();
      assertEquals(List.of("a durable 0"), told);
    }
  }

  private boolean emit(SourceEmitter emitter, String name) {
    byte[] value = name.getBytes(StandardCharsets.UTF_8);
    return emitter.emit(new Reading("t", 1, null, value, List.of(), List.of()), completion(name));
  }

  private Completion completion(String name) {
    return new Completion() {
      @Override
      public void durable(long offset) {
        told.add(name + " durable " + offset);
      }

      @Override
      public void refused(Refused reason) {
        told.add(name + " " + reason);
      }
    };
  }

  private SourceEmitter emitter(JournalAgent agent) {
    Journals journals =
        new Journals(Map.of("normal", agent), Map.of("t", "normal"), new LocalTopics(Set.of()));
    return new SourceEmitter(
        journals, "edge-1", "mqtt", () -> groupsTold++, bug -> told.add("bug " + bug.getMessage()));
  }

  private static JournalAgent agent(Journal journal, int queued) {
    return agent(journal, queued, true);
  }

  private static JournalAgent agent(Journal journal, int queued, boolean isEager) {
    return new JournalAgent(
        "normal",
        journal,
        FullPolicy.BLOCK,
        new Streams(journal, new SplittableRandom(1)),
        new OutletLimits(queued, 1 << 20, 1_000_000_000L, 10_000_000L),
        LINGER_NANOS,
        isEager,
        () -> 1_700_000_000_000L);
  }

  private Journal open(FullPolicy policy, long quotaBytes) throws IOException {
    FileDisk disk = new FileDisk(directory);
    disk.createDirectories("journal");
    return Journal.open(
        disk,
        "journal",
        new JournalConfig(
            LOG_ID,
            "normal",
            1 << 20,
            256 * 1024,
            Limits.EDGE_BATCH_BYTES,
            quotaBytes,
            policy,
            Compression.none(),
            0,
            Limits.EDGE),
        1_700_000_000_000L);
  }
}
