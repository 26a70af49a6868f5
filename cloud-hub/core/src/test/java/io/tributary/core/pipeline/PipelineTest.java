package io.tributary.core.pipeline;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tributary.record.Compression;
import io.tributary.record.GapReason;
import io.tributary.record.Header;
import io.tributary.record.Record;
import io.tributary.smartmodule.ChainPlan;
import io.tributary.smartmodule.ErrorPolicy;
import io.tributary.smartmodule.PipelineOrder;
import io.tributary.smartmodule.StartAt;
import io.tributary.store.CleanupPolicy;
import io.tributary.store.Layout;
import io.tributary.store.TopicLimits;
import io.tributary.store.TopicName;
import io.tributary.store.TopicSpec;
import io.tributary.store.conformance.PretendStream;
import io.tributary.store.conformance.StoreProbe;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// What a pipeline does that is not killed: a store and agents without threads, and the test's clock.
class PipelineTest {
  private static final StartAt EARLIEST = new StartAt.Earliest();
  private static final ChainPlan COUNT =
      World.chain(ErrorPolicy.DEAD_LETTER, World.transform("aggregate", Map.of()));
  private static final ChainPlan ONES =
      World.chain(ErrorPolicy.DEAD_LETTER, World.transform("filter", Map.of("key", "1")));

  private static final int ROUNDS = 200;

  private final World world = new World();

  PipelineTest() throws IOException {}

  @AfterEach
  void close() {
    world.close();
  }

  private PipelineStatus status() {
    return world.status("hot");
  }

  private void configure(StartAt start, ChainPlan plan) throws IOException {
    world.configure(World.pipeline("hot", "source", start, plan));
  }

  @Test
  void whatOnlyFiltersHaveSeenComesOutAsItWas() throws Exception {
    world.create("source", 1);
    world.produce("source", 0, Compression.gzip(), List.of("1", "2", "31", "4"));
    configure(EARLIEST, ONES);
    world.settle();
    List<StoreProbe.Placed> source = world.probe().read("source", 0);
    List<StoreProbe.Placed> derived = world.probe().read("hot", 0);
    assertEquals(
        List.of(source.get(0).record(), source.get(2).record()),
        derived.stream().map(StoreProbe.Placed::record).toList());
    assertEquals(new Counts(4, 2, 2, 0, 0, 0), status().counts());
    assertEquals(PipelineStatus.State.RUNNING, status().state());
    world.produce("source", 0, "1", "5");
    world.settle();
    assertEquals(List.of("1", "31", "1"), world.values("hot", 0));
    assertEquals(0, status().lag());
  }

  @Test
  void whatIsAllDroppedIsRememberedAfterAWhile() throws Exception {
    world.create("source", 1);
    world.produce("source", 0, "2", "3");
    configure(EARLIEST, ONES);
    world.settle();
    assertTrue(world.values("hot", 0).isEmpty());
    world.restart();
    assertEquals(0, status().lanes().size());
    world.turn();
    world.turn();
    assertEquals(2, status().lanes().get(0).position());
    assertEquals(2, status().counts().dropped());
  }

  @Test
  void itWaitsForItsSourceAndTakesAllOfWhatComesSince() throws Exception {
    configure(new StartAt.Latest(), ONES);
    world.settle();
    assertEquals(PipelineStatus.State.WAITING, status().state());
    assertTrue(status().why().contains("source"), status().why());
    world.create("source", 1);
    world.produce("source", 0, "1");
    world.settle();
    assertEquals(List.of("1"), world.values("hot", 0));
  }

  @Test
  void itBeginsAtTheEndOrAtATimeAlsoBehindARestart() throws Exception {
    world.create("source", 1);
    world.produce("source", 0, "11", "12", "13");
    world.configure(
        World.pipeline("late", "source", new StartAt.Latest(), ONES),
        World.pipeline("timed", "source", new StartAt.Time(1_700_000_000_002L), ONES));
    world.settle();
    world.restart();
    world.produce("source", 0, "14");
    world.settle();
    assertEquals(List.of("14"), world.values("late", 0));
    assertEquals(List.of("13", "14"), world.values("timed", 0));
  }

  @Test
  void aStateGoesOnBehindAnEndInOrderAndBehindAKill() throws Exception {
    world.create("source", 1);
    world.produce("source", 0, "a", "b");
    configure(EARLIEST, COUNT);
    world.settle();
    world.end();
    world.produce("source", 0, "c");
    world.settle();
    world.restart();
    world.produce("source", 0, "d");
    world.settle();
    assertEquals(List.of("1", "2", "3", "4"), world.values("hot", 0));
  }

  @Test
  void guestsThatRestArePutAwayAndComeBackWithTheirState() throws Exception {
    world.create("source", 3);
    world.configure(
        PipelineLimits.DEFAULT.withOpenMost(1), World.pipeline("hot", "source", EARLIEST, COUNT));
    for (int i = 0; i < 3; i++) {
      world.produce("source", i, "a", "b");
    }
    world.settle();
    for (int i = 0; i < 3; i++) {
      assertEquals(List.of("1", "2"), world.values("hot", i));
    }
    assertEquals(1, status().openLanes());
    world.advance(Duration.ofMinutes(5));
    world.settle();
    assertEquals(0, status().openLanes());
    assertEquals(0, status().memoryBytes());
    world.restart();
    for (int i = 0; i < 3; i++) {
      world.produce("source", i, "c");
    }
    world.settle();
    for (int i = 0; i < 3; i++) {
      assertEquals(List.of("1", "2", "3"), world.values("hot", i));
    }
  }

  @Test
  void aDeadLetterIsTheRecordWithTheReason() throws Exception {
    world.create("source", 2);
    configure(EARLIEST, World.chain(ErrorPolicy.DEAD_LETTER, World.narrow("map", 200)));
    world.produce("source", 1, "a", "x".repeat(300), "b");
    world.settle();
    assertEquals(List.of("> a", "> b"), world.values("hot", 1));
    Record source = world.probe().read("source", 1).get(1).record();
    StoreProbe.Placed dead = world.probe().read("hot.dead-letters", 1).get(0);
    assertEquals(
        new String(Objects.requireNonNull(source.value()), UTF_8),
        new String(Objects.requireNonNull(dead.record().value()), UTF_8));
    assertEquals(source.timestampMs(), dead.record().timestampMs());
    assertEquals("e1", header(dead, "edge"));
    assertEquals("hot", header(dead, "dead-letter.pipeline"));
    assertEquals("map", header(dead, "dead-letter.module"));
    assertEquals("output-size", header(dead, "dead-letter.reason"));
    assertTrue(header(dead, "dead-letter.text").contains("200"));
    assertEquals("source", header(dead, "dead-letter.topic"));
    assertEquals("1", header(dead, "dead-letter.partition"));
    assertEquals("1", header(dead, "dead-letter.offset"));
    assertEquals(new Counts(3, 2, 0, 1, 0, 0), status().counts());
  }

  private static String header(StoreProbe.Placed placed, String key) {
    for (Header header : placed.record().headers()) {
      if (header.key().equals(key)) {
        return new String(Objects.requireNonNull(header.value()), UTF_8);
      }
    }
    throw new AssertionError("no header " + key);
  }

  @Test
  void whatIsToBeSkippedIsCounted() throws Exception {
    world.create("source", 1);
    configure(EARLIEST, World.chain(ErrorPolicy.SKIP, World.narrow("map", 200)));
    world.produce("source", 0, "a", "x".repeat(300), "b");
    world.settle();
    assertEquals(List.of("> a", "> b"), world.values("hot", 0));
    assertEquals(1, status().counts().skipped());
    assertNull(world.store().topic("hot.dead-letters"));
  }

  @Test
  void itStopsBeforeTheRecordWhenItIsToStopAndGoesOnWhenReset() throws Exception {
    world.create("source", 1);
    configure(EARLIEST, World.chain(ErrorPolicy.STOP, World.narrow("map", 200)));
    world.produce("source", 0, "a", "b", "x".repeat(300), "c");
    world.settle();
    assertEquals(List.of("> a", "> b"), world.values("hot", 0));
    assertEquals(PipelineStatus.State.STOPPED, status().state());
    assertTrue(status().why().contains("offset 2"), status().why());
    world.order("hot", new PipelineOrder.Resume());
    assertEquals(PipelineStatus.State.STOPPED, status().state());
    world.advance(Duration.ofSeconds(30));
    world.settle();
    assertTrue(world.standstills().contains("offset 2"), world.standstills());
    world.order("hot", new PipelineOrder.Reset(new StartAt.Offset(3)));
    assertEquals("[]", world.standstills());
    assertEquals(List.of("> a", "> b", "> c"), world.values("hot", 0));
    assertEquals(PipelineStatus.State.RUNNING, status().state());
    assertEquals(2, status().generation());
  }

  @Test
  void manyOutputsAreCutIntoBatchesThatTheTopicTakes() throws Exception {
    world.create("source", 1);
    TopicLimits small = new TopicLimits(-1, -1, 1 << 20, 20_000);
    ChainPlan plan = World.chain(ErrorPolicy.DEAD_LETTER, World.transform("map", Map.of()));
    world.configure(
        new PipelineSpec("hot", "source", "hot", EARLIEST, plan, "hot.dead-letters", small));
    List<String> values = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      values.add(i + "x".repeat(i == 50 ? 25_000 : 3_000));
    }
    world.produce("source", 0, Compression.none(), values);
    world.settle();
    List<String> expected = new ArrayList<>(values);
    expected.remove(50);
    assertEquals(expected.stream().map(value -> "> " + value).toList(), world.values("hot", 0));
    List<StoreProbe.Placed> dead = world.probe().read("hot.dead-letters", 0);
    assertEquals("output-size", header(dead.get(0), "dead-letter.reason"));
    assertEquals("50", header(dead.get(0), "dead-letter.offset"));
    assertEquals(1, dead.size());
    assertEquals(0, status().lag());
  }

  @Test
  void aPauseOutlivesARestart() throws Exception {
    world.create("source", 1);
    configure(EARLIEST, COUNT);
    world.settle();
    assertEquals("the pipeline hot paused", world.order("hot", new PipelineOrder.Pause()));
    world.restart();
    world.produce("source", 0, "a");
    world.settle();
    assertEquals(PipelineStatus.State.PAUSED, status().state());
    assertEquals(1, status().lag());
    world.advance(Duration.ofSeconds(30));
    world.settle();
    assertEquals("[]", world.standstills());
    world.order("hot", new PipelineOrder.Resume());
    assertEquals(List.of("1"), world.values("hot", 0));
  }

  @Test
  void aResetBeginsAGenerationAndKeepsWhatWasWritten() throws Exception {
    world.create("source", 2);
    configure(EARLIEST, COUNT);
    world.produce("source", 0, "a", "b");
    world.settle();
    world.order("hot", new PipelineOrder.Reset(new StartAt.Offset(1)));
    assertEquals(List.of("1", "2", "1"), world.values("hot", 0));
    world.restart();
    world.settle();
    assertEquals(2, status().generation());
    world.produce("source", 0, "c");
    world.settle();
    assertEquals(List.of("1", "2", "1", "2"), world.values("hot", 0));
    world.order("hot", new PipelineOrder.Reset(new StartAt.Latest()));
    world.restart();
    world.produce("source", 0, "d");
    world.settle();
    assertEquals(List.of("1", "2", "1", "2", "1"), world.values("hot", 0));
    assertEquals(3, status().generation());
  }

  @Test
  void anotherChainIsAGenerationThatGoesOnWhereTheOldOneWas() throws Exception {
    world.create("source", 1);
    configure(EARLIEST, COUNT);
    world.produce("source", 0, "1", "2");
    world.settle();
    world.end();
    configure(EARLIEST, ONES);
    world.produce("source", 0, "3", "1");
    world.settle();
    assertEquals(List.of("1", "2", "1"), world.values("hot", 0));
    assertEquals(2, status().generation());
    assertTrue(status().lastError().contains("have changed"), status().lastError());
  }

  @Test
  void derivedPartitionsGrowWithTheSource() throws Exception {
    world.create("source", 1);
    configure(new StartAt.Latest(), ONES);
    world.settle();
    assertEquals(1, Objects.requireNonNull(world.store().topic("hot")).partitions());
    var grown = new java.util.concurrent.CompletableFuture<Integer>();
    world
        .store()
        .createPartitions(
            "source",
            3,
            new io.tributary.store.TopicChanged() {
              @Override
              public void changed(io.tributary.store.TopicStatus now) {
                grown.complete(now.partitions());
              }

              @Override
              public void refused(io.tributary.store.StoreRefused why) {
                grown.completeExceptionally(why);
              }
            });
    world.turn();
    world.produce("source", 2, "1"); // before the pipeline has looked
    world.settle();
    assertEquals(3, Objects.requireNonNull(world.store().topic("hot")).partitions());
    assertEquals(List.of("1"), world.values("hot", 2));
  }

  @Test
  void aTopicWithAPartitionForEachEdgeIsFollowedAndItsGapsArePassedOver() throws Exception {
    TopicSpec perEdge = new TopicSpec("source", new Layout.PerEdge(2), true, TopicLimits.DEFAULT);
    configure(EARLIEST, COUNT);
    PretendStream stream = new PretendStream("a", "source", 77);
    var opened = new java.util.concurrent.CompletableFuture<Long>();
    world
        .store()
        .openStream(
            stream.spec(),
            0,
            perEdge,
            new io.tributary.store.StreamOpened() {
              @Override
              public void opened(long next, long digestAtNext, long digestAtEdgeEnd) {
                opened.complete(next);
              }

              @Override
              public void refused(io.tributary.store.StoreRefused why) {
                opened.completeExceptionally(why);
              }
            });
    world.settle();
    assertEquals(0, opened.join());
    var first = world.probe().begin(stream, stream.batch(3));
    var hole = world.probe().begin(stream, stream.hole(5, GapReason.DROP_OLDEST));
    var last = world.probe().begin(stream, stream.batch(2));
    world.settle();
    assertTrue(first.isDone() && hole.isDone() && last.isDone());
    assertEquals(
        Objects.requireNonNull(world.store().topic("source")).partitions(),
        Objects.requireNonNull(world.store().topic("hot")).partitions());
    int partition = world.store().streams().iterator().next().partition();
    assertEquals(List.of("1", "2", "3", "4", "5"), world.values("hot", partition));
    assertEquals(0, status().lag());
  }

  @Test
  void whatRetentionTookIsToldAndItGoesOnAtTheStart() throws Exception {
    world.create("source", 1);
    configure(EARLIEST, ONES);
    world.produce("source", 0, "11");
    world.settle();
    world.order("hot", new PipelineOrder.Pause());
    world.produce("source", 0, "12", "13", "14");
    var deleted = world.probe().beginDeleteRecords("source", 0, 3);
    world.settle();
    assertEquals(3, deleted.join());
    world.order("hot", new PipelineOrder.Resume());
    assertEquals(List.of("11", "14"), world.values("hot", 0));
    assertEquals(2, status().counts().missed());
    assertTrue(status().lastError().contains("deleted"), status().lastError());
    world.restart();
    world.produce("source", 0, "15");
    world.settle();
    assertEquals(List.of("11", "14", "15"), world.values("hot", 0));
  }

  @Test
  void aSourceThatWasCreatedAnewIsReadFromItsStart() throws Exception {
    world.create("source", 1);
    configure(EARLIEST, COUNT);
    world.produce("source", 0, "a", "b");
    world.settle();
    var gone = world.probe().beginDelete("source");
    world.settle();
    assertTrue(gone.isDone());
    assertEquals(PipelineStatus.State.WAITING, status().state());
    world.create("source", 1);
    world.produce("source", 0, "c");
    world.settle();
    assertEquals(List.of("1", "2", "1"), world.values("hot", 0));
    assertEquals(2, status().generation());
    world.restart();
    world.produce("source", 0, "d");
    world.settle();
    assertEquals(List.of("1", "2", "1", "2"), world.values("hot", 0));
  }

  @Test
  void itStopsWhenSomebodyElseWrites() throws Exception {
    world.create("source", 1);
    configure(EARLIEST, ONES);
    world.produce("source", 0, "1");
    world.settle();
    world.produce("hot", 0, "foreign");
    world.produce("source", 0, "1");
    world.settle();
    assertEquals(PipelineStatus.State.STOPPED, status().state());
    assertTrue(status().why().contains("pipeline reset hot"), status().why());
    world.restart();
    world.settle();
    assertEquals(PipelineStatus.State.STOPPED, status().state());
    world.order("hot", new PipelineOrder.Reset(new StartAt.Offset(1)));
    assertEquals(List.of("1", "foreign", "1"), world.values("hot", 0));
  }

  @Test
  void itStopsWhenItsTopicHoldsWhatItDoesNotKnow() throws Exception {
    world.create("source", 1);
    world.create("hot", 1);
    world.produce("hot", 0, "older");
    configure(EARLIEST, ONES);
    world.produce("source", 0, "1");
    world.settle();
    assertEquals(PipelineStatus.State.STOPPED, status().state());
    world.order("hot", new PipelineOrder.Reset(EARLIEST));
    assertEquals(List.of("older", "1"), world.values("hot", 0));
  }

  @Test
  void itStopsWhenItsTopicWasDeleted() throws Exception {
    world.create("source", 1);
    configure(EARLIEST, ONES);
    world.produce("source", 0, "1");
    world.settle();
    var gone = world.probe().beginDelete("hot");
    world.settle();
    assertTrue(gone.isDone());
    world.produce("source", 0, "12");
    world.settle();
    assertEquals(PipelineStatus.State.STOPPED, status().state());
    assertTrue(status().why().contains("created anew"), status().why());
  }

  @Test
  void itNeverWritesAMirror() throws Exception {
    world.create("source", 1);
    world
        .store()
        .createTopic(new TopicSpec("hot", new Layout.Partitions(1), true, TopicLimits.DEFAULT));
    configure(EARLIEST, ONES);
    world.produce("source", 0, "1");
    world.settle();
    assertEquals(PipelineStatus.State.STOPPED, status().state());
    assertTrue(status().why().contains("mirror"), status().why());
  }

  @Test
  void aFullDiskIsWaitedFor() throws Exception {
    world.create("source", 1);
    configure(EARLIEST, COUNT);
    world.produce("source", 0, "a");
    world.settle();
    world.produce("source", 0, "b", "c");
    world.disk().fill("topics/hot");
    for (int i = 0; i < 100; i++) {
      world.turn();
      world.advance(Duration.ofMillis(500));
    }
    assertEquals(List.of("1"), world.values("hot", 0));
    assertNotNull(status().lanes().get(0).trouble());
    world.disk().fill("");
    world.advance(Duration.ofMinutes(2));
    world.settle();
    assertEquals(List.of("1", "2", "3"), world.values("hot", 0));
    assertNull(status().lanes().get(0).trouble());
  }

  @Test
  void whatItRemembersIsCompactedAndFoundAgain() throws Exception {
    TopicLimits small = new TopicLimits(-1, -1, 64 * 1024, 64 * 1024, CleanupPolicy.COMPACT);
    world.create(TopicName.PIPELINES, 1, small);
    world.create("source", 2);
    world.configure(
        PipelineLimits.DEFAULT.withOpenMost(1), World.pipeline("hot", "source", EARLIEST, COUNT));
    world.settle();
    long written = 0;
    for (int i = 0; i < ROUNDS; i++) {
      world.produce("source", i % 2, "a");
      world.settle();
      written = world.probe().partition(TopicName.PIPELINES, 0).endOffset();
    }
    long kept = world.probe().read(TopicName.PIPELINES, 0).size();
    assertTrue(kept < written / 2, kept + " of " + written);
    for (int restart = 0; restart < 3; restart++) {
      world.restart();
      world.produce("source", 0, "a");
      world.settle();
    }
    List<String> counted = world.values("hot", 0);
    for (int i = 0; i < counted.size(); i++) {
      assertEquals(String.valueOf(i + 1), counted.get(i));
    }
    assertEquals(ROUNDS / 2 + 3, counted.size());
  }

  @Test
  void aPipelineMayReadWhatAnotherWrites() throws Exception {
    world.create("source", 1);
    world.configure(
        World.pipeline("ones", "source", EARLIEST, ONES),
        World.pipeline("count", "ones", EARLIEST, COUNT));
    world.produce("source", 0, "1", "2", "1");
    world.settle();
    assertEquals(List.of("1", "2"), world.values("count", 0));
  }
}
