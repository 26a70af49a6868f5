package io.tributary.core.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tributary.smartmodule.ChainPlan;
import io.tributary.smartmodule.ErrorPolicy;
import io.tributary.smartmodule.StartAt;
import io.tributary.store.TopicLimits;
import io.tributary.store.conformance.StoreProbe;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// The hub is killed at every write, force, creation and rename that a pipeline's work comes to, and goes on: what it has written
/// then is, record by record and offset by offset, what an undisturbed one writes.
class PipelineKillTest {
  private static final int STEP_RECORDS = 7;

  /// Two states are saved on the way.
  private static final int MANY = 25_000;

  private static final int SMALL_BATCH_BYTES = 20_000;
  private static final int SAMPLES = 12;

  private static final int NARROW_BYTES = 2_000;
  private static final String WIDE = "1".repeat(NARROW_BYTES);

  private static final class Story {
    private final ChainPlan plan;
    private final List<String[]> batches = new ArrayList<>();

    private final int openMost;

    /// @param openMost 1: the guests of one partition make way for those of the other, whose state is saved then
    Story(String guest, int count, int openMost, Random random) {
      this.openMost = openMost;
      plan =
          guest.equals("map")
              ? World.chain(
                  ErrorPolicy.DEAD_LETTER,
                  World.narrow("map", NARROW_BYTES),
                  World.transform("aggregate", Map.of()))
              : World.chain(
                  ErrorPolicy.DEAD_LETTER,
                  World.transform("filter", Map.of("key", "1")),
                  World.narrow("map", NARROW_BYTES),
                  World.transform("aggregate", Map.of()));
      for (int i = 0; i < count; i++) {
        String[] values = new String[1 + random.nextInt(12)];
        for (int j = 0; j < values.length; j++) {
          values[j] = random.nextInt(9) == 0 ? WIDE : String.valueOf(random.nextInt(1000));
        }
        batches.add(values);
      }
    }

    World begin() throws Exception {
      World world = new World();
      world.create("source", 2);
      world.configure(
          PipelineLimits.DEFAULT.withStepRecords(STEP_RECORDS).withOpenMost(openMost),
          World.pipeline("sums", "source", new StartAt.Earliest(), plan));
      for (int i = 0; i < batches.size(); i++) {
        world.produce("source", i % 2, batches.get(i));
      }
      return world;
    }
  }

  private record Outcome(List<StoreProbe.Placed> outputs, List<StoreProbe.Placed> dead) {
    static Outcome of(World world) throws Exception {
      List<StoreProbe.Placed> outputs = new ArrayList<>(world.probe().read("sums", 0));
      outputs.addAll(world.probe().read("sums", 1));
      List<StoreProbe.Placed> dead = new ArrayList<>(world.probe().read("sums.dead-letters", 0));
      dead.addAll(world.probe().read("sums.dead-letters", 1));
      return new Outcome(outputs, dead);
    }
  }

  @ParameterizedTest
  @CsvSource({"map, false, 64", "map, true, 64", "all, false, 1", "all, true, 1"})
  void whatWasWrittenIsWhatAnUndisturbedRunWrites(String guest, boolean withoutPower, int openMost)
      throws Exception {
    Story story = new Story(guest, 16, openMost, new Random(7));
    Outcome undisturbed;
    long operations;
    try (World world = story.begin()) {
      long before = world.disk().operations();
      world.settle();
      operations = world.disk().operations() - before;
      undisturbed = Outcome.of(world);
      assertEquals(0, world.status("sums").lag());
    }
    assertTrue(undisturbed.outputs().size() > 10 && undisturbed.dead().size() > 2);
    for (long at = 1; at <= operations; at++) {
      try (World world = story.begin()) {
        world.disk().dieIn(at);
        kill(world, withoutPower);
        // Once more, soon: what goes on from a death may die as well.
        world.disk().dieIn(1 + at % 5);
        kill(world, withoutPower);
        world.settle();
        assertEquals(undisturbed, Outcome.of(world), "killed at " + at);
        PipelineStatus status = world.status("sums");
        assertEquals(0, status.lag(), () -> status.toString());
        assertEquals(undisturbed.outputs().size(), status.counts().out());
        assertEquals(undisturbed.dead().size(), status.counts().dead());
      }
    }
  }

  private static void kill(World world, boolean withoutPower) throws Exception {
    try {
      world.settle();
    } catch (MortalDisk.Death dead) {
      // as wanted
    }
    world.disk().revive(withoutPower);
    world.restart();
  }

  /// More than one state is saved, in the middle of steps that are cut into several portions.
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aStateIsSavedBetweenPortions(boolean withoutPower) throws Exception {
    long operations;
    try (World world = many()) {
      long before = world.disk().operations();
      world.settle();
      operations = world.disk().operations() - before;
      assertCounted(world);
    }
    for (long at = 3; at <= operations; at += operations / SAMPLES) {
      try (World world = many()) {
        world.disk().dieIn(at);
        kill(world, withoutPower);
        world.settle();
        assertCounted(world);
      }
    }
  }

  private static World many() throws Exception {
    World world = new World();
    world.create("source", 1);
    TopicLimits small = new TopicLimits(-1, -1, 1 << 20, SMALL_BATCH_BYTES);
    world.configure(
        new PipelineSpec(
            "sums",
            "source",
            "sums",
            new StartAt.Earliest(),
            World.chain(ErrorPolicy.SKIP, World.transform("aggregate", Map.of())),
            null,
            small));
    String[] values = new String[MANY / 10];
    Arrays.fill(values, "x");
    for (int i = 0; i < 10; i++) {
      world.produce("source", 0, values);
    }
    return world;
  }

  private static void assertCounted(World world) throws Exception {
    List<String> counted = world.values("sums", 0);
    assertEquals(IntStream.rangeClosed(1, MANY).mapToObj(String::valueOf).toList(), counted);
    assertEquals(0, world.status("sums").lag());
  }
}
