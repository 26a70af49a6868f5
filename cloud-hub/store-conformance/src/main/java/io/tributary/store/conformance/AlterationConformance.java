package io.tributary.store.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tributary.record.Record;
import io.tributary.store.GapEntry;
import io.tributary.store.Layout;
import io.tributary.store.Partition;
import io.tributary.store.Store;
import io.tributary.store.StoreRefused;
import io.tributary.store.StoreRefused.Code;
import io.tributary.store.StreamSpec;
import io.tributary.store.StreamStatus;
import io.tributary.store.Subscription;
import io.tributary.store.TimedOffset;
import io.tributary.store.TopicLimits;
import io.tributary.store.TopicSpec;
import io.tributary.store.TopicStatus;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/// How a topic that is there is changed: more partitions, other bounds, fewer records.
public abstract class AlterationConformance extends StoreConformance {
  private static final TopicSpec ORDERS =
      new TopicSpec(
          "orders",
          new Layout.Partitions(2),
          false,
          new TopicLimits(TopicLimits.UNLIMITED, TopicLimits.UNLIMITED, 64 * 1024, 16 * 1024));

  private final PretendStream producer = new PretendStream("a", "orders", 7_001);

  private static Code code(Executable refused) {
    return assertThrows(StoreRefused.class, refused).code();
  }

  /// Ten records in each batch, with dense offsets from 0 on.
  private void produce(int batches) throws StoreRefused {
    for (int i = 0; i < batches; i++) {
      probe().produce("orders", 0, producer.batch(10).bytes());
    }
  }

  private List<Record> kept() throws Exception {
    return probe().read("orders", 0).stream().map(StoreProbe.Placed::record).toList();
  }

  private Partition orders() {
    return probe().partition("orders", 0);
  }

  @Test
  void aTopicOfProducersGetsMorePartitions() throws Exception {
    TopicStatus before = store().createTopic(ORDERS);
    produce(1);
    TopicStatus after = probe().createPartitions("orders", 5);
    assertEquals(5, after.partitions());
    assertEquals(before.topicId(), after.topicId());
    assertEquals(ORDERS.withLayout(new Layout.Partitions(5)), after.spec());
    PretendStream other = new PretendStream("b", "orders", 7_002);
    assertEquals(0, probe().produce("orders", 4, other.batch(3).bytes()));
    assertEquals(
        Code.TOPIC_UNKNOWN, code(() -> probe().produce("orders", 5, other.batch(1).bytes())));
    reopen();
    assertEquals(after, store().topic("orders"));
    assertEquals(10, kept().size());
    assertEquals(3, probe().read("orders", 4).size());
    assertNull(store().partition("orders", 5));
  }

  @Test
  void theStreamsOfAMirrorStayWhereTheyAreAndNewOnesUseTheNewPartitions() throws Exception {
    List<PretendStream> streams = new ArrayList<>();
    for (int edge = 1; edge <= 6; edge++) {
      streams.add(appended(edge));
    }
    Map<StreamSpec, Integer> before = places();
    probe().createPartitions(FIXED.name(), 9);
    for (int edge = 7; edge <= 12; edge++) {
      streams.add(appended(edge));
    }
    for (int look = 0; look < 2; look++) {
      Map<StreamSpec, Integer> now = places();
      before.forEach((stream, partition) -> assertEquals(partition, now.get(stream)));
      assertEquals(
          List.of(3, 4, 5, 6, 7, 8),
          streams.subList(6, 12).stream().map(s -> now.get(s.spec())).sorted().toList());
      for (PretendStream stream : streams) {
        assertEquals(stream.next(), probe().open(stream, null).next());
        probe().append(stream, stream.batch(1));
      }
      reopen();
    }
  }

  private PretendStream appended(int edge) throws StoreRefused {
    PretendStream stream = new PretendStream("edge-" + edge, FIXED.name(), edge);
    probe().open(stream, FIXED);
    probe().append(stream, stream.batch(edge));
    return stream;
  }

  private Map<StreamSpec, Integer> places() {
    return store().streams().stream()
        .collect(Collectors.toMap(StreamStatus::stream, StreamStatus::partition));
  }

  @Test
  void partitionsNeverBecomeFewerNorTooManyNorGivenToTopicsThatGrowByThemselves() throws Exception {
    store().createTopic(ORDERS);
    store().createTopic(PER_EDGE);
    for (int count : List.of(-1, 0, 1, 2, Layout.PARTITIONS_MOST + 1)) {
      assertEquals(Code.PARTITIONS, code(() -> probe().createPartitions("orders", count)));
    }
    assertEquals(Code.PARTITIONS, code(() -> probe().createPartitions(PER_EDGE.name(), 50)));
    assertEquals(Code.TOPIC_RESERVED, code(() -> probe().createPartitions(GapEntry.TOPIC, 2)));
    assertEquals(Code.TOPIC_UNKNOWN, code(() -> probe().createPartitions("nobody", 2)));
    reopen();
    assertEquals(ORDERS, Objects.requireNonNull(store().topic("orders")).spec());
  }

  @Test
  void changesThatComeAtOnceAreMadeOneOfTheOther() throws Exception {
    store().createTopic(ORDERS);
    List<CompletableFuture<TopicStatus>> answers = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      answers.add(
          probe()
              .beginChange(
                  "orders",
                  limits ->
                      new TopicLimits(
                          Math.max(0, limits.retentionMs()) + 1,
                          limits.retentionBytes(),
                          limits.segmentBytes(),
                          limits.maxMessageBytes())));
    }
    for (CompletableFuture<TopicStatus> answer : answers) {
      probe().await(answer);
    }
    reopen();
    TopicLimits limits = Objects.requireNonNull(store().topic("orders")).spec().limits();
    assertEquals(100, limits.retentionMs());
    assertEquals(ORDERS.limits().segmentBytes(), limits.segmentBytes());
  }

  @Test
  void boundsThatDoNotGoTogetherAreRefusedAndChangeNothing() throws Exception {
    store().createTopic(ORDERS);
    CompletableFuture<TopicStatus> answer =
        probe().beginChange("orders", limits -> new TopicLimits(-1, -1, 64 * 1024, 65 * 1024));
    assertEquals(Code.LIMITS, code(() -> probe().await(answer)));
    CompletableFuture<TopicStatus> nobody = probe().beginChange("nobody", limits -> limits);
    assertEquals(Code.TOPIC_UNKNOWN, code(() -> probe().await(nobody)));
    assertEquals(ORDERS, Objects.requireNonNull(store().topic("orders")).spec());
  }

  @Test
  void recordsAreDeletedUpToAnOffsetAlsoWithinABatch() throws Exception {
    store().createTopic(ORDERS);
    produce(5);
    assertEquals(17, probe().deleteRecords("orders", 0, 17));
    for (int look = 0; look < 2; look++) {
      assertEquals(17, orders().startOffset());
      assertEquals(50, orders().endOffset());
      assertEquals(producer.records().subList(17, 50), kept());
      assertEquals(Code.OFFSET_OUT_OF_RANGE, code(() -> orders().read(16, 1).close()));
      reopen();
    }
    assertEquals(17, probe().deleteRecords("orders", 0, 0), "nothing comes back");
    assertEquals(17, probe().deleteRecords("orders", 0, 17));
    produce(1);
    assertEquals(producer.records().subList(17, 60), kept());
  }

  @Test
  void whatIsDeletedIsNotFoundByItsTime() throws Exception {
    store().createTopic(ORDERS);
    produce(3);
    TimedOffset first = Objects.requireNonNull(orders().offsetForTime(0));
    assertEquals(0, first.offset());
    probe().deleteRecords("orders", 0, 15);
    TimedOffset kept = Objects.requireNonNull(orders().offsetForTime(0));
    assertEquals(15, kept.offset());
    assertEquals(producer.records().get(15).timestampMs(), kept.timestampMs());
    probe().deleteRecords("orders", 0, 30);
    assertNull(orders().offsetForTime(0));
  }

  @Test
  void allRecordsAreDeletedAndTheOffsetsGoOn() throws Exception {
    store().createTopic(ORDERS);
    assertEquals(0, probe().deleteRecords("orders", 0, Store.END));
    produce(100);
    long fullBytes = orders().sizeBytes();
    assertEquals(1_000, probe().deleteRecords("orders", 0, Store.END));
    assertTrue(orders().sizeBytes() < fullBytes, "their room is free");
    for (int look = 0; look < 2; look++) {
      assertEquals(1_000, orders().startOffset());
      assertEquals(1_000, orders().endOffset());
      assertEquals(List.of(), kept());
      reopen();
    }
    assertEquals(1_000, probe().produce("orders", 0, producer.batch(1).bytes()));
    reopen();
    assertEquals(producer.records().subList(1_000, 1_001), kept());
  }

  @Test
  void whatWasProducedBeforeIsDurableBeforeAndDeletedUpToTheEnd() throws Exception {
    store().createTopic(ORDERS);
    List<CompletableFuture<Long>> before = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      before.add(probe().beginProduce("orders", 0, producer.batch(1).bytes()));
    }
    CompletableFuture<Long> deleted = probe().beginDeleteRecords("orders", 0, Store.END);
    CompletableFuture<Long> behind = probe().beginProduce("orders", 0, producer.batch(1).bytes());
    assertEquals(20, probe().await(deleted));
    for (int i = 0; i < before.size(); i++) {
      assertTrue(before.get(i).isDone());
      assertEquals(i, probe().await(before.get(i)));
    }
    assertEquals(20, probe().await(behind));
    assertEquals(producer.records().subList(20, 21), kept());
  }

  @Test
  void whoeverWaitsForRecordsHearsThatTheStartHasMoved() throws Exception {
    store().createTopic(ORDERS);
    produce(1);
    AtomicInteger calls = new AtomicInteger();
    Subscription one = orders().subscribe(calls::incrementAndGet);
    probe().deleteRecords("orders", 0, 5);
    assertEquals(1, calls.get());
    probe().deleteRecords("orders", 0, 5);
    assertEquals(1, calls.get());
    one.close();
  }

  @Test
  void noRecordsOfAMirrorAreDeletedNorAnyThatAreNotThere() throws Exception {
    store().createTopic(ORDERS);
    PretendStream stream = appended(1);
    produce(1);
    for (String topic : List.of(FIXED.name(), GapEntry.TOPIC)) {
      assertEquals(
          Code.TOPIC_MIRRORED, code(() -> probe().deleteRecords(topic, 0, Store.END)), topic);
    }
    assertEquals(Code.TOPIC_UNKNOWN, code(() -> probe().deleteRecords("nobody", 0, 0)));
    assertEquals(Code.TOPIC_UNKNOWN, code(() -> probe().deleteRecords("orders", 2, 0)));
    assertEquals(Code.OFFSET_OUT_OF_RANGE, code(() -> probe().deleteRecords("orders", 0, 11)));
    assertEquals(Code.OFFSET_OUT_OF_RANGE, code(() -> probe().deleteRecords("orders", 0, -2)));
    assertEquals(stream.records(), probe().records(FIXED.name()));
    assertEquals(10, kept().size());
  }

  @Test
  void aTopicThatIsCreatedAgainHasAllOfItsRecords() throws Exception {
    store().createTopic(ORDERS);
    produce(2);
    probe().deleteRecords("orders", 0, 15);
    probe().delete("orders");
    store().createTopic(ORDERS);
    PretendStream other = new PretendStream("b", "orders", 7_002);
    probe().produce("orders", 0, other.batch(20).bytes());
    reopen();
    assertEquals(other.records(), kept());
  }
}
