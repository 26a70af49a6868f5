package io.tributary.store.log;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tributary.record.GapReason;
import io.tributary.store.GapEntry;
import io.tributary.store.Layout;
import io.tributary.store.Partition;
import io.tributary.store.Store;
import io.tributary.store.StoredBatches;
import io.tributary.store.TopicLimits;
import io.tributary.store.TopicSpec;
import io.tributary.store.conformance.PretendStream;
import io.tributary.store.conformance.StoreProbe;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.Record;
import org.apache.kafka.common.record.internal.RecordBatch;
import org.apache.kafka.common.utils.Utils;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What lies in the segments, read by Kafka's own classes.
class KafkaOracleTest {
  private final LogStoreFixture fixture = new LogStoreFixture();

  KafkaOracleTest() throws IOException {}

  @AfterEach
  void close() throws IOException {
    fixture.close();
  }

  private static List<RecordBatch> batches(Partition partition) throws Exception {
    List<RecordBatch> batches = new ArrayList<>();
    long offset = partition.startOffset();
    while (offset < partition.endOffset()) {
      try (StoredBatches stored = partition.read(offset, 1 << 20)) {
        for (RecordBatch batch :
            MemoryRecords.readableRecords(StoreProbe.bytes(stored)).batches()) {
          batch.ensureValid();
          assertEquals(offset, batch.baseOffset(), "offsets without a hole");
          batches.add(batch);
          offset = batch.nextOffset();
        }
      }
    }
    return batches;
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void kafkaDecodesEveryBatchAndSkipsTheHoles(boolean isPerEdge) throws Exception {
    Layout layout = isPerEdge ? new Layout.PerEdge(1) : new Layout.Partitions(1);
    TopicSpec topic = new TopicSpec("t", layout, true, TopicLimits.DEFAULT);
    PretendStream stream = new PretendStream("edge-1", "t", Long.MAX_VALUE);
    try (Store store = fixture.open()) {
      StoreProbe probe = new StoreProbe(store);
      probe.open(stream, topic);
      probe.append(stream, stream.batch(5));
      probe.append(stream, stream.hole(100, GapReason.DROP_OLDEST));
      probe.append(stream, stream.batch(300));
      List<RecordBatch> batches = batches(probe.partition("t", 0));
      assertEquals(3, batches.size());
      assertTrue(batches.get(1).isControlBatch());
      assertEquals(isPerEdge ? 405 : 306, batches.get(2).nextOffset());
      List<Record> records = new ArrayList<>();
      for (RecordBatch batch : batches) {
        if (!batch.isControlBatch()) {
          assertEquals(stream.id(), batch.producerId());
          batch.forEach(records::add);
        }
      }
      assertEquals(stream.records().size(), records.size());
      for (int i = 0; i < records.size(); i++) {
        assertEquals(stream.records().get(i).timestampMs(), records.get(i).timestamp());
        assertArrayEquals(stream.records().get(i).value(), Utils.toArray(records.get(i).value()));
        assertEquals("edge", records.get(i).headers()[0].key());
      }
    }
  }

  @Test
  void kafkaReadsTheTopicOfGaps() throws Exception {
    TopicSpec topic = new TopicSpec("t", new Layout.Partitions(1), true, TopicLimits.DEFAULT);
    PretendStream stream = new PretendStream("edge-1", "t", 1);
    try (Store store = fixture.open()) {
      StoreProbe probe = new StoreProbe(store);
      probe.open(stream, topic);
      probe.append(stream, stream.hole(3, GapReason.CORRUPT));
      probe.append(stream, stream.batch(1));
      probe.append(stream, stream.hole(4, GapReason.HUB_LOST));
      List<String> values = new ArrayList<>();
      for (RecordBatch batch : batches(probe.partition(GapEntry.TOPIC, 0))) {
        for (Record record : batch) {
          values.add(new String(Utils.toArray(record.value()), StandardCharsets.UTF_8));
        }
      }
      assertEquals(2, values.size());
      assertTrue(values.get(1).contains("\"from\":4,\"to\":8,\"count\":4,\"reason\":\"hub-lost\""));
    }
  }
}
