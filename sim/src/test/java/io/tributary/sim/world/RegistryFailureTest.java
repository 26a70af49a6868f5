package io.tributary.sim.world;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import io.tributary.store.Layout;
import io.tributary.store.StoreRefused;
import io.tributary.store.StreamOpened;
import io.tributary.store.StreamSpec;
import io.tributary.store.StreamStatus;
import io.tributary.store.TopicLimits;
import io.tributary.store.TopicSpec;
import io.tributary.store.log.LogStore;
import io.tributary.store.log.LogStoreConfig;
import java.time.Instant;
import java.util.HashSet;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/// The registry is kept twice, and a force of either copy may fail.
class RegistryFailureTest {
  private static final UUID HUB = new UUID(1, 1);
  private static final int FORCES = 12;
  private static final int EDGES = 3;
  private static final TopicSpec TOPIC =
      new TopicSpec("topic", new Layout.PerEdge(1), true, TopicLimits.DEFAULT);

  private final SplittableRandom ids = new SplittableRandom(1);

  @Test
  void noPartitionOfAnEdgeIsGivenToTwo() throws Exception {
    for (int force = 1; force <= FORCES; force++) {
      SimDisk disk = new SimDisk(new SplittableRandom(force));
      LogStore store = open(disk);
      disk.harmAt(DiskUse.FORCE, DiskHarm.ERROR, force);
      openStreams(store);
      disk.killProcess();

      store = open(disk);
      openStreams(store);
      Set<Integer> partitions = new HashSet<>();
      for (StreamStatus stream : store.streams()) {
        partitions.add(stream.partition());
      }
      assertEquals(EDGES, store.streams().size(), "force " + force);
      assertEquals(EDGES, partitions.size(), "force " + force);
    }
  }

  private LogStore open(SimDisk disk) throws Exception {
    return LogStore.open(
        disk,
        LogStoreConfig.of(HUB),
        () -> Instant.ofEpochMilli(World.START_MS),
        () -> new UUID(ids.nextLong(), ids.nextLong()));
  }

  private static void openStreams(LogStore store) throws Exception {
    for (int edge = 0; edge < EDGES; edge++) {
      StreamSpec spec = new StreamSpec(edge, "edge-" + edge, new UUID(7, edge), "topic", "normal");
      boolean[] isAnswered = new boolean[1];
      store.openStream(
          spec,
          0,
          TOPIC,
          new StreamOpened() {
            @Override
            public void opened(long next, long digestAtNext, long digestAtEdgeEnd) {
              isAnswered[0] = true;
            }

            @Override
            public void refused(StoreRefused why) {
              assertNotNull(why.getMessage());
              isAnswered[0] = true;
            }
          });
      for (int turn = 0; turn < 10 && !isAnswered[0]; turn++) {
        store.agent().doWork(0);
      }
    }
  }
}
