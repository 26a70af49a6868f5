package io.tributary.store.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tributary.record.GapReason;
import io.tributary.store.GapEntry;
import io.tributary.store.Layout;
import io.tributary.store.Partition;
import io.tributary.store.StoreRefused;
import io.tributary.store.StoreRefused.Code;
import io.tributary.store.StoredBatches;
import io.tributary.store.Subscription;
import io.tributary.store.TopicLimits;
import io.tributary.store.TopicName;
import io.tributary.store.TopicSpec;
import io.tributary.store.TopicStatus;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/// What a deleted topic takes along, and what it leaves alone.
public abstract class DeletionConformance extends StoreConformance {

  private PretendStream filled(TopicSpec topic, int records) throws StoreRefused {
    PretendStream stream = new PretendStream("edge-1", topic.name(), 1);
    probe().open(stream, topic);
    probe().append(stream, stream.batch(records));
    return stream;
  }

  private StoreRefused refusal(String topic) {
    return assertThrows(StoreRefused.class, () -> probe().delete(topic));
  }

  @Test
  void aDeletedTopicIsGoneAndStaysGone() throws Exception {
    PretendStream stream = filled(FIXED, 5);
    PretendStream other = new PretendStream("edge-1", PER_EDGE.name(), 2);
    probe().open(other, PER_EDGE);
    probe().append(other, other.batch(3));
    TopicStatus before = Objects.requireNonNull(store().topic(FIXED.name()));
    assertEquals(before, probe().delete(FIXED.name()));
    for (int look = 0; look < 2; look++) {
      assertNull(store().topic(FIXED.name()));
      assertNull(store().partition(FIXED.name(), 0));
      assertEquals(1, store().streams().size());
      assertEquals(Code.STREAM_UNKNOWN, probe().refusal(stream, stream.batch(1)).code());
      StoreRefused why = assertThrows(StoreRefused.class, () -> probe().open(stream, null));
      assertEquals(Code.TOPIC_UNKNOWN, why.code());
      assertEquals(other.records(), probe().records(PER_EDGE.name()));
      reopen();
    }
  }

  @Test
  void whatIsNotThereAndWhatIsReservedIsRefused() throws Exception {
    assertEquals(Code.TOPIC_UNKNOWN, refusal("nobody").code());
    assertEquals(Code.TOPIC_RESERVED, refusal(GapEntry.TOPIC).code());
    store()
        .createTopic(
            new TopicSpec(
                TopicName.CONSUMER_OFFSETS, new Layout.Partitions(1), false, TopicLimits.DEFAULT));
    assertEquals(Code.TOPIC_RESERVED, refusal(TopicName.CONSUMER_OFFSETS).code());
    filled(FIXED, 1);
    probe().delete(FIXED.name());
    assertEquals(Code.TOPIC_UNKNOWN, refusal(FIXED.name()).code());
  }

  @Test
  void aTopicThatIsCreatedAgainIsAnotherAndBeginsEmpty() throws Exception {
    for (TopicSpec spec : List.of(FIXED, PER_EDGE)) {
      List<TopicStatus> lives = new ArrayList<>();
      for (int life = 1; life <= 4; life++) {
        PretendStream stream = new PretendStream("edge-1", spec.name(), 1);
        assertEquals(0, probe().open(stream, 100, spec).next());
        probe().append(stream, stream.batch(life));
        assertEquals(stream.records(), probe().records(spec.name()));
        TopicStatus topic = Objects.requireNonNull(store().topic(spec.name()));
        lives.forEach(before -> assertNotEquals(before.topicId(), topic.topicId()));
        lives.add(topic);
        if (life % 2 == 0) {
          reopen();
          assertEquals(topic, store().topic(spec.name()));
          assertEquals(stream.records(), probe().records(spec.name()));
          assertEquals(life, probe().open(stream, null).next());
        }
        probe().delete(spec.name());
      }
    }
  }

  @Test
  void itMayBeCreatedAgainAsSomethingElse() throws Exception {
    filled(FIXED, 5);
    probe().delete(FIXED.name());
    TopicSpec other =
        new TopicSpec(FIXED.name(), new io.tributary.store.Layout.PerEdge(1), true, FIXED.limits());
    filled(other, 7);
    reopen();
    assertEquals(other, Objects.requireNonNull(store().topic(other.name())).spec());
    assertEquals(7, probe().records(other.name()).size());
  }

  @Test
  void whatWasAppendedBeforeIsAnsweredBeforeAndWhatComesBehindIsRefused() throws Exception {
    PretendStream stream = filled(FIXED, 1);
    List<CompletableFuture<Long>> before = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      before.add(probe().begin(stream, stream.batch(1)));
    }
    CompletableFuture<TopicStatus> gone = probe().beginDelete(FIXED.name());
    CompletableFuture<Long> batch = probe().begin(stream, stream.batch(1));
    CompletableFuture<Long> hole = probe().begin(stream, stream.hole(3, GapReason.DROP_OLDEST));
    probe().await(gone);
    for (int i = 0; i < before.size(); i++) {
      assertTrue(before.get(i).isDone());
      assertEquals(i + 2, probe().await(before.get(i)));
    }
    assertEquals(Code.STREAM_UNKNOWN, probe().refusal(batch).code());
    assertEquals(Code.STREAM_UNKNOWN, probe().refusal(hole).code());
  }

  @Test
  void aPieceThatIsBeingReadStaysReadable() throws Exception {
    filled(FIXED, 50);
    int index = 0;
    while (probe().partition(FIXED.name(), index).endOffset() == 0) {
      index++;
    }
    Partition partition = probe().partition(FIXED.name(), index);
    try (StoredBatches piece = partition.read(0, 64 * 1024)) {
      ByteBuffer before = StoreProbe.bytes(piece);
      probe().delete(FIXED.name());
      filled(FIXED, 3);
      assertEquals(before, StoreProbe.bytes(piece));
    }
    assertTrue(partition.isDeleted());
    assertFalse(probe().partition(FIXED.name(), index).isDeleted());
    for (StoreRefused why :
        List.of(
            assertThrows(StoreRefused.class, partition::startOffset),
            assertThrows(StoreRefused.class, partition::endOffset),
            assertThrows(StoreRefused.class, () -> partition.read(0, 1)),
            assertThrows(StoreRefused.class, () -> partition.offsetForTime(0)),
            assertThrows(StoreRefused.class, partition::scrub))) {
      assertEquals(Code.TOPIC_UNKNOWN, why.code());
    }
  }

  @Test
  void whoeverWaitsForRecordsHearsOfIt() throws Exception {
    filled(FIXED, 1);
    AtomicInteger calls = new AtomicInteger();
    List<String> deleted = new CopyOnWriteArrayList<>();
    Subscription all = store().subscribeDeletions(topic -> deleted.add(topic.name()));
    Subscription one = probe().partition(FIXED.name(), 0).subscribe(calls::incrementAndGet);
    probe().delete(FIXED.name());
    assertEquals(1, calls.get());
    assertEquals(List.of(FIXED.name()), deleted);
    one.close();
    all.close();
    filled(FIXED, 1);
    probe().delete(FIXED.name());
    assertEquals(1, deleted.size());
  }

  @Test
  void holesAreToldAnewOfATopicThatWasCreatedAgain() throws Exception {
    for (int life = 0; life < 3; life++) {
      PretendStream stream = filled(FIXED, 2);
      probe().append(stream, stream.hole(10, GapReason.DROP_OLDEST));
      assertEquals(2 * life + 1, probe().records(GapEntry.TOPIC).size());
      reopen(); // where what was told is read again
      probe().open(stream, null);
      probe().append(stream, stream.hole(5, GapReason.HUB_LOST));
      assertEquals(2 * life + 2, probe().records(GapEntry.TOPIC).size());
      probe().delete(FIXED.name());
      if (life == 1) {
        reopen();
      }
    }
  }
}
