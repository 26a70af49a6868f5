package io.tributary.store.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.tributary.record.ControlBatch;
import io.tributary.record.Digest;
import io.tributary.record.Gap;
import io.tributary.record.GapReason;
import io.tributary.record.Record;
import io.tributary.store.GapEntry;
import io.tributary.store.Layout;
import io.tributary.store.StoreRefused;
import io.tributary.store.StoreRefused.Code;
import io.tributary.store.TopicLimits;
import io.tributary.store.TopicSpec;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/// What Kafka producers write to topics that are not mirrored. The batches are those of a pretended stream: its id is the
/// producer's, and its offsets are the sequences.
public abstract class ProducerConformance extends StoreConformance {
  private static final TopicSpec ORDERS =
      new TopicSpec(
          "orders",
          new Layout.Partitions(2),
          false,
          new TopicLimits(TopicLimits.UNLIMITED, TopicLimits.UNLIMITED, 1 << 20, 8 * 1024));

  private final PretendStream a = new PretendStream("a", "orders", 7_001);
  private final PretendStream b = new PretendStream("b", "orders", 7_002);

  private static ByteBuffer copy(PretendStream.Batch batch) {
    ByteBuffer bytes = batch.bytes().duplicate();
    return ByteBuffer.allocate(bytes.remaining()).put(bytes).flip();
  }

  private Code refusal(String topic, int partition, ByteBuffer batch) {
    return assertThrows(StoreRefused.class, () -> probe().produce(topic, partition, batch)).code();
  }

  private List<Record> read(int partition) throws Exception {
    return probe().read("orders", partition).stream().map(StoreProbe.Placed::record).toList();
  }

  @Test
  void batchesAreStoredInTheOrderOfTheCallsWithDenseOffsets() throws Exception {
    store().createTopic(ORDERS);
    List<CompletableFuture<Long>> answers = new ArrayList<>();
    List<Long> expected = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      answers.add(probe().beginProduce("orders", 0, a.batch(3).bytes()));
      expected.add(6L * i);
      answers.add(probe().beginProduce("orders", 0, b.batch(3).bytes()));
      expected.add(6L * i + 3);
    }
    List<Long> told = new ArrayList<>();
    for (CompletableFuture<Long> answer : answers) {
      told.add(probe().await(answer));
    }
    assertEquals(expected, told);
    List<StoreProbe.Placed> placed = probe().read("orders", 0);
    for (int i = 0; i < 300; i++) {
      assertEquals(i, placed.get(i).offset());
    }
    reopen();
    assertEquals(placed, probe().read("orders", 0));
    assertEquals(List.of(), read(1));
  }

  @Test
  void aBatchThatComesAgainIsAnsweredAsThenAlsoAfterReopening() throws Exception {
    store().createTopic(ORDERS);
    PretendStream.Batch first = a.batch(3);
    PretendStream.Batch second = a.batch(2);
    ByteBuffer firstAgain = copy(first);
    ByteBuffer secondAgain = copy(second);
    ByteBuffer onceMore = copy(second);
    assertEquals(0, probe().produce("orders", 0, first.bytes()));
    assertEquals(3, probe().produce("orders", 0, second.bytes()));
    assertEquals(0, probe().produce("orders", 0, firstAgain));
    reopen();
    assertEquals(3, probe().produce("orders", 0, secondAgain));
    a.batch(1); // is lost on its way
    assertEquals(Code.OUT_OF_SEQUENCE, refusal("orders", 0, a.batch(1).bytes()));
    assertEquals(0, probe().produce("orders", 1, onceMore), "each partition for itself");
    assertEquals(5, probe().partition("orders", 0).endOffset());
    assertEquals(a.records().subList(0, 5), read(0));
  }

  @Test
  void whatIsNoProducersIsRefusedAndStoresNothing() throws Exception {
    store().createTopic(ORDERS);
    store().createTopic(FIXED);
    assertEquals(Code.TOPIC_MIRRORED, refusal(FIXED.name(), 0, copy(a.batch(1))));
    assertEquals(Code.TOPIC_MIRRORED, refusal(GapEntry.TOPIC, 0, copy(b.batch(1))));
    PretendStream c = new PretendStream("c", "orders", 7_003);
    PretendStream.Batch good = c.batch(1);
    assertEquals(Code.TOPIC_UNKNOWN, refusal("other", 0, copy(good)));
    assertEquals(Code.TOPIC_UNKNOWN, refusal("orders", 2, copy(good)));
    assertEquals(Code.TOPIC_UNKNOWN, refusal("orders", -1, copy(good)));
    PretendStream d = new PretendStream("d", "orders", 7_004);
    assertEquals(Code.TOO_LARGE, refusal("orders", 0, d.batch(1, 9_000).bytes()));
    assertEquals(Code.BATCH, refusal("orders", 0, ByteBuffer.allocate(20)));
    ByteBuffer two =
        ByteBuffer.allocate(2 * good.bytes().remaining()).put(copy(good)).put(copy(good)).flip();
    assertEquals(Code.BATCH, refusal("orders", 0, two));
    ByteBuffer control =
        ControlBatch.gapBatch(0, 1, 7_003, new Gap(0, 5, GapReason.DROP_OLDEST), Digest.UNKNOWN, 1);
    assertEquals(Code.BATCH, refusal("orders", 0, control));
    assertEquals(0, probe().partition("orders", 0).endOffset());
    assertEquals(0, probe().produce("orders", 0, good.bytes()));
  }

  @Test
  void aTopicThatIsCreatedAgainKnowsNoProducer() throws Exception {
    store().createTopic(ORDERS);
    PretendStream.Batch batch = a.batch(3);
    ByteBuffer again = copy(batch);
    assertEquals(0, probe().produce("orders", 0, batch.bytes()));
    CompletableFuture<?> gone = probe().beginDelete("orders");
    CompletableFuture<Long> late = probe().beginProduce("orders", 0, copy(a.batch(1)));
    probe().await(gone);
    assertEquals(
        Code.TOPIC_UNKNOWN, assertThrows(StoreRefused.class, () -> probe().await(late)).code());
    store().createTopic(ORDERS);
    assertEquals(0, probe().partition("orders", 0).endOffset());
    assertEquals(0, probe().produce("orders", 0, again));
    assertEquals(a.records().subList(0, 3), read(0));
  }
}
