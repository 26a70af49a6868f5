package io.tributary.sim.world;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tributary.record.Record;
import io.tributary.store.Layout;
import io.tributary.store.StoreRefused;
import io.tributary.store.StreamOpened;
import io.tributary.store.TopicLimits;
import io.tributary.store.TopicSpec;
import io.tributary.store.TopicStatus;
import io.tributary.store.conformance.PretendStream;
import io.tributary.store.conformance.StoreProbe;
import io.tributary.store.log.LogStore;
import io.tributary.store.log.LogStoreConfig;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// A topic is deleted, its files are removed, and it is created again and written to, again and again, with harm at each
/// use of the disk in turn. Whatever happens: what was acknowledged is there unless it was deleted, what was deleted never
/// comes back, and in the end no file of it is left.
class TopicDeletionCrashTest {
  private static final UUID HUB = new UUID(1, 1);
  private static final int CHANCES = 3;
  private static final TopicSpec TOPIC =
      new TopicSpec("topic", new Layout.Partitions(2), true, TopicLimits.DEFAULT);
  private static final TopicSpec NEIGHBOUR =
      new TopicSpec("neighbour", new Layout.PerEdge(1), true, TopicLimits.DEFAULT);

  @Test
  void aPowerCutAtEveryUse() throws Exception {
    everyUse(DiskHarm.POWER_CUT);
  }

  @Test
  void aKillAtEveryUse() throws Exception {
    everyUse(DiskHarm.KILL);
  }

  @Test
  void anErrorAtEveryUse() throws Exception {
    everyUse(DiskHarm.ERROR);
  }

  @Test
  void noSpaceAtEveryUse() throws Exception {
    everyUse(DiskHarm.NO_SPACE);
  }

  private static void everyUse(DiskHarm harm) throws Exception {
    boolean hasStruck = true;
    int uses = 0;
    while (hasStruck) {
      uses++;
      for (int chance = 0; chance < CHANCES; chance++) {
        Life life = new Life(uses * (long) CHANCES + chance);
        hasStruck = life.live(harm, uses);
        life.check();
      }
    }
    assertTrue(uses > 20, "uses of the disk: " + uses);
  }

  private static final class Life {
    private final SplittableRandom random;
    private final SimDisk disk;
    private LogStore store;
    private long nowMs = World.START_MS;
    private final PretendStream neighbour = new PretendStream("edge-1", NEIGHBOUR.name(), 2);
    private final PretendStream first = new PretendStream("edge-1", TOPIC.name(), 1);
    private final PretendStream second = new PretendStream("edge-1", TOPIC.name(), 1);
    private final UUID firstId;
    private boolean isDeleted;
    private List<Record> ackedOfFirst = List.of();
    private List<Record> ackedOfSecond = List.of();

    Life(long seed) throws Exception {
      random = new SplittableRandom(seed);
      disk = new SimDisk(random.split());
      store = open();
      assertTrue(openStream(neighbour, NEIGHBOUR));
      assertTrue(append(neighbour, 4));
      assertTrue(openStream(first, TOPIC));
      assertTrue(append(first, 5));
      ackedOfFirst = first.records();
      firstId = topic().topicId();
    }

    private TopicStatus topic() {
      return Objects.requireNonNull(store.topic(TOPIC.name()));
    }

    private LogStore open() throws IOException {
      return LogStore.open(
          disk,
          LogStoreConfig.of(HUB),
          () -> Instant.ofEpochMilli(nowMs),
          () -> new UUID(random.nextLong(), random.nextLong()));
    }

    private void turn() {
      try {
        store.agent().doWork(0);
      } catch (PowerCut cut) {
        throw cut;
      } catch (Exception e) {
        throw new AssertionError(e);
      }
    }

    /// @return whether the harm struck
    boolean live(DiskHarm harm, int use) throws Exception {
      disk.harmAt(null, harm, use);
      try {
        CompletableFuture<TopicStatus> deleted = new StoreProbe(store).beginDelete(TOPIC.name());
        turn();
        isDeleted = deleted.isDone() && !deleted.isCompletedExceptionally();
        assertTrue(deleted.isDone());
        if (!isDeleted && append(first, 1)) { // refused, and the topic goes on
          ackedOfFirst = first.records();
        }
        if (isDeleted && openStream(second, TOPIC) && append(second, 3)) {
          assertNotEquals(firstId, topic().topicId());
          ackedOfSecond = second.records();
        }
        turns(30);
        if (isDeleted && !ackedOfSecond.isEmpty() && append(second, 2)) {
          ackedOfSecond = second.records();
        }
        if (random.nextBoolean()) {
          store.close();
          disk.killProcess();
        } else {
          disk.cutPower();
        }
      } catch (PowerCut cut) {
        if (cut.isKill()) {
          disk.killProcess();
        } else {
          disk.cutPower();
        }
      }
      return disk.faults().struck(harm) > 0;
    }

    private void turns(int count) {
      for (int i = 0; i < count; i++) {
        nowMs += 200;
        turn();
      }
    }

    void check() throws Exception {
      store = open();
      assertEquals(neighbour.records(), records(neighbour));
      TopicStatus topic = store.topic(TOPIC.name());
      boolean isFirst = topic != null && topic.topicId().equals(firstId);
      assertFalse(isFirst && isDeleted, "a topic came back");
      if (isFirst) {
        checkHeld(first, ackedOfFirst);
      } else if (!ackedOfSecond.isEmpty()) {
        checkHeld(second, ackedOfSecond);
      } else {
        assertTrue(isDeleted || ackedOfFirst.size() == 5, "acknowledged, and gone");
      }
      turns(30);
      assertEquals(List.of(), store.status().troubles());
      checkFiles(topic != null);
      if (!isFirst && ackedOfSecond.isEmpty()) {
        PretendStream third = new PretendStream("edge-1", TOPIC.name(), 1);
        assertTrue(openStream(third, TOPIC));
        if (third.next() == 0 && records(third).isEmpty()) {
          assertTrue(append(third, 2));
          assertEquals(third.records(), records(third));
        }
      }
    }

    /// All that was acknowledged, and maybe what was on its way.
    private void checkHeld(PretendStream stream, List<Record> acked) throws Exception {
      List<Record> found = records(stream);
      assertTrue(found.size() >= acked.size(), () -> found.size() + " of " + acked.size());
      assertEquals(stream.records().subList(0, found.size()), found);
    }

    private void checkFiles(boolean isThere) {
      List<String> lives =
          disk.paths("topics/topic/", "").stream()
              .map(path -> path.split("/", -1)[2].replaceAll("^[0-9]+", ""))
              .distinct()
              .toList();
      assertTrue(lives.size() <= (isThere ? 1 : 0), lives::toString);
    }

    private List<Record> records(PretendStream stream) throws Exception {
      return new StoreProbe(store).records(stream.spec().topic());
    }

    private boolean append(PretendStream stream, int records) {
      PretendStream.Batch batch = stream.batch(records);
      CompletableFuture<Long> answer = new StoreProbe(store).begin(stream, batch);
      turn();
      return answer.isDone() && !answer.isCompletedExceptionally();
    }

    private boolean openStream(PretendStream stream, TopicSpec ifMissing) {
      @Nullable Boolean[] answer = new Boolean[1];
      store.openStream(
          stream.spec(),
          stream.next(),
          ifMissing,
          new StreamOpened() {
            @Override
            public void opened(long next, long digestAtNext, long digestAtEdgeEnd) {
              answer[0] = true;
            }

            @Override
            public void refused(StoreRefused why) {
              answer[0] = false;
            }
          });
      turn();
      return Boolean.TRUE.equals(answer[0]);
    }
  }
}
