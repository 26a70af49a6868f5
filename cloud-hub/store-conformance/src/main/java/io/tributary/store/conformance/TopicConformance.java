package io.tributary.store.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tributary.store.GapEntry;
import io.tributary.store.Layout;
import io.tributary.store.StoreRefused;
import io.tributary.store.StoreRefused.Code;
import io.tributary.store.TopicLimits;
import io.tributary.store.TopicSpec;
import io.tributary.store.TopicStatus;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/// How topics come to be, and what they may be called.
public abstract class TopicConformance extends StoreConformance {

  private StoreRefused refusal(TopicSpec spec) {
    return assertThrows(StoreRefused.class, () -> store().createTopic(spec));
  }

  private static TopicSpec named(String name) {
    return new TopicSpec(name, new Layout.Partitions(1), true, TopicLimits.DEFAULT);
  }

  @Test
  void aTopicIsThereAgainAfterReopening() throws Exception {
    TopicSpec spec =
        new TopicSpec("t", new Layout.Partitions(5), false, new TopicLimits(1, 2, 1 << 20, 4096));
    TopicStatus created = store().createTopic(spec);
    assertEquals(5, created.partitions());
    reopen();
    assertEquals(created, store().topic("t"));
    assertTrue(store().topics().contains(created));
    assertEquals(0, probe().partition("t", 4).endOffset());
    assertNull(store().partition("t", 5));
    assertNull(store().partition("t", -1));
    assertNull(store().topic("other"));
  }

  @Test
  void anEqualTopicIsReturnedAsItIsAndAnotherIsRefused() throws Exception {
    TopicStatus created = store().createTopic(FIXED);
    assertEquals(created, store().createTopic(FIXED));
    TopicSpec other =
        new TopicSpec(FIXED.name(), new Layout.Partitions(4), true, TopicLimits.DEFAULT);
    assertEquals(Code.TOPIC_EXISTS, refusal(other).code());
    assertEquals(created, store().topic(FIXED.name()));
  }

  @Test
  void namesThatKafkaRefusesAreRefused() throws Exception {
    for (String name : List.of("", "..", "a/b", "x".repeat(250))) {
      assertEquals(Code.TOPIC_NAME, refusal(named(name)).code(), name);
    }
    store().createTopic(named("a.b"));
    assertEquals(Code.TOPIC_NAME, refusal(named("a_b")).code());
  }

  @Test
  void theFirstStreamCreatesItsTopicWhereThatIsAllowed() throws Exception {
    PretendStream stream = new PretendStream("edge-1", FIXED.name(), 1);
    StoreRefused why = assertThrows(StoreRefused.class, () -> probe().open(stream, null));
    assertEquals(Code.TOPIC_UNKNOWN, why.code());
    assertNull(store().topic(FIXED.name()));
    probe().open(stream, FIXED);
    assertEquals(FIXED, Objects.requireNonNull(store().topic(FIXED.name())).spec());
    reopen();
    probe().open(stream, null);
  }

  @Test
  void aTopicKeepsItsShapeWhateverALaterStreamAsksFor() throws Exception {
    TopicStatus created = store().createTopic(FIXED);
    TopicSpec other = new TopicSpec(FIXED.name(), new Layout.PerEdge(1), true, TopicLimits.DEFAULT);
    probe().open(new PretendStream("edge-1", FIXED.name(), 1), other);
    assertEquals(created, store().topic(FIXED.name()));
  }

  @Test
  void edgesDoNotWriteToTopicsOfOthers() throws Exception {
    store()
        .createTopic(
            new TopicSpec("derived", new Layout.Partitions(1), false, TopicLimits.DEFAULT));
    for (String topic : List.of("derived", GapEntry.TOPIC)) {
      PretendStream stream = new PretendStream("edge-1", topic, 1);
      StoreRefused why = assertThrows(StoreRefused.class, () -> probe().open(stream, null), topic);
      assertEquals(Code.TOPIC_NOT_MIRRORED, why.code(), topic);
    }
  }

  @Test
  void aProvisionalTopicMakesWayWhileNothingIsWrittenToIt() throws Exception {
    TopicSpec named =
        new TopicSpec("t", new Layout.Partitions(2), false, TopicLimits.DEFAULT, true);
    TopicSpec mirror = new TopicSpec("t", new Layout.PerEdge(1), true, TopicLimits.DEFAULT);
    TopicStatus provisional = store().createTopic(named);
    reopen();
    assertEquals(provisional, store().createTopic(named));
    probe().open(new PretendStream("edge-1", "t", 1), mirror);
    TopicStatus instead = Objects.requireNonNull(store().topic("t"));
    assertEquals(mirror, instead.spec());
    assertNotEquals(provisional.topicId(), instead.topicId());
    reopen();
    assertEquals(instead, store().topic("t"));
    assertEquals(Code.TOPIC_EXISTS, refusal(named).code());
  }

  @Test
  void aProvisionalTopicStaysOnceSomethingIsWrittenToIt() throws Exception {
    TopicSpec named =
        new TopicSpec("t", new Layout.Partitions(2), false, TopicLimits.DEFAULT, true);
    TopicSpec mirror = new TopicSpec("t", new Layout.PerEdge(1), true, TopicLimits.DEFAULT);
    store().createTopic(named);
    // Both in one group of commands, if the store makes groups.
    CompletableFuture<Long> written =
        probe().beginProduce("t", 1, new PretendStream("p", "t", 7).batch(1).bytes());
    PretendStream stream = new PretendStream("edge-1", "t", 1);
    StoreRefused why = assertThrows(StoreRefused.class, () -> probe().open(stream, mirror));
    assertEquals(Code.TOPIC_NOT_MIRRORED, why.code());
    assertEquals(0, probe().await(written));
    assertEquals(Code.TOPIC_EXISTS, refusal(named.settled()).code());
    reopen();
    assertEquals(1, probe().partition("t", 1).endOffset());
    assertThrows(StoreRefused.class, () -> probe().open(stream, mirror));
  }

  @Test
  void theTopicOfGapsIsThereFromTheStart() throws Exception {
    assertNotNull(store().topic(GapEntry.TOPIC));
    assertEquals(0, probe().partition(GapEntry.TOPIC, 0).endOffset());
  }

  @Test
  void emptyPartitionsStandBehindTheUsedOnesOfATopicPerEdge() throws Exception {
    assertEquals(2, store().createTopic(PER_EDGE).partitions());
    for (int edges = 1; edges <= 3; edges++) {
      PretendStream stream = new PretendStream("edge-" + edges, PER_EDGE.name(), edges);
      probe().open(stream, null);
      assertEquals(edges + 2, Objects.requireNonNull(store().topic(PER_EDGE.name())).partitions());
      assertNotNull(store().partition(PER_EDGE.name(), edges + 1));
    }
    reopen();
    assertEquals(5, Objects.requireNonNull(store().topic(PER_EDGE.name())).partitions());
    assertEquals(0, probe().partition(PER_EDGE.name(), 4).endOffset());
  }
}
