package io.tributary.record;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Random;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.MemoryRecordsBuilder;
import org.apache.kafka.common.record.internal.RecordBatch;
import org.apache.kafka.common.record.internal.SimpleRecord;
import org.apache.kafka.common.utils.Utils;
import org.junit.jupiter.api.Test;

/// kafka-clients is the oracle: it decodes every batch that we write, and we every batch that it writes.
class KafkaOracleTest {
  private static final int ROUNDS = 400;
  private static final int RECORDS_MOST = 60;

  @Test
  void kafkaDecodesEveryBatchThatWeBuild() throws Exception {
    for (long seed = 0; seed < ROUNDS; seed++) {
      Random random = new Random(seed);
      List<Record> records = Samples.records(random, RECORDS_MOST);
      BatchIdentity identity =
          new BatchIdentity(
              random.nextLong(Long.MAX_VALUE), random.nextLong(BatchIdentity.STREAM_OFFSET_END));
      Compression compression = Compression.byId(new int[] {0, 1, 3}[random.nextInt(3)]);

      RecordBatch batch = onlyBatch(Samples.build(compression, identity, records));

      batch.ensureValid();
      assertEquals(RecordBatch.MAGIC_VALUE_V2, batch.magic());
      assertEquals(identity.streamOffset(), batch.baseOffset());
      assertEquals(identity.streamOffset() + records.size() - 1, batch.lastOffset());
      assertEquals(identity.producerId(), batch.producerId());
      assertEquals(identity.producerEpoch(), batch.producerEpoch());
      assertEquals(identity.baseSequence(), batch.baseSequence());
      assertEquals(records.size(), batch.countOrNull());
      assertEquals(RecordBatch.NO_PARTITION_LEADER_EPOCH, batch.partitionLeaderEpoch());
      assertEquals(TimestampType.CREATE_TIME, batch.timestampType());
      assertEquals(
          records.stream().mapToLong(Record::timestampMs).max().orElseThrow(),
          batch.maxTimestamp());
      assertFalse(batch.isTransactional() || batch.isControlBatch());
      assertEquals(records, fromKafka(batch, identity.streamOffset()), "seed " + seed);
    }
  }

  @Test
  void weWriteTheSameBytesAsKafka() throws Exception {
    for (long seed = 0; seed < ROUNDS; seed++) {
      Random random = new Random(seed);
      List<Record> records = Samples.records(random, RECORDS_MOST);
      BatchIdentity identity = new BatchIdentity(7, random.nextLong(1L << 46));
      MemoryRecordsBuilder builder =
          MemoryRecords.builder(
              ByteBuffer.allocate(1024),
              RecordBatch.MAGIC_VALUE_V2,
              org.apache.kafka.common.compress.Compression.NONE,
              TimestampType.CREATE_TIME,
              identity.streamOffset(),
              RecordBatch.NO_TIMESTAMP,
              identity.producerId(),
              identity.producerEpoch(),
              identity.baseSequence(),
              false,
              RecordBatch.NO_PARTITION_LEADER_EPOCH);
      for (Record record : records) {
        builder.append(
            record.timestampMs(), record.key(), record.value(), toKafka(record.headers()));
      }

      assertEquals(
          builder.build().buffer(),
          Samples.build(Compression.none(), identity, records),
          "seed " + seed);
    }
  }

  @Test
  void weDecodeEveryBatchThatKafkaWrites() throws Exception {
    for (long seed = 0; seed < ROUNDS; seed++) {
      Random random = new Random(seed);
      List<Record> records = Samples.records(random, RECORDS_MOST);
      int codec = new int[] {0, 1, 3}[random.nextInt(3)];
      long baseOffset = random.nextLong(1L << 40);
      boolean hasProducer = random.nextBoolean();
      MemoryRecordsBuilder builder =
          MemoryRecords.builder(
              ByteBuffer.allocate(1024),
              RecordBatch.MAGIC_VALUE_V2,
              org.apache.kafka.common.compress.Compression.of(
                      org.apache.kafka.common.record.internal.CompressionType.forId(codec))
                  .build(),
              TimestampType.CREATE_TIME,
              baseOffset,
              RecordBatch.NO_TIMESTAMP,
              hasProducer ? 77 : RecordBatch.NO_PRODUCER_ID,
              hasProducer ? (short) 3 : RecordBatch.NO_PRODUCER_EPOCH,
              hasProducer ? 5 : RecordBatch.NO_SEQUENCE,
              random.nextBoolean() && hasProducer,
              RecordBatch.NO_PARTITION_LEADER_EPOCH);
      List<Long> offsets = new ArrayList<>();
      long offset = baseOffset;
      for (Record record : records) {
        builder.appendWithOffset(
            offset, record.timestampMs(), record.key(), record.value(), toKafka(record.headers()));
        offsets.add(offset);
        offset += 1 + (random.nextInt(10) == 0 ? random.nextInt(5) : 0);
      }
      MemoryRecords written = builder.build();

      BatchView batch = new BatchView().wrap(written.buffer(), 0);
      batch.check(Limits.FROM_EDGE);
      assertEquals(written.sizeInBytes(), batch.sizeBytes());
      assertEquals(codec, batch.compressionId());
      assertEquals(hasProducer, batch.hasIdentity());
      assertEquals(offsets.getLast(), batch.lastOffset());
      RecordCursor cursor = batch.records(Limits.FROM_EDGE);
      for (int i = 0; i < records.size(); i++) {
        assertTrue(cursor.next());
        assertEquals(offsets.get(i), cursor.offset());
        assertEquals(records.get(i), cursor.toRecord(), "seed " + seed);
      }
      assertFalse(cursor.next());
    }
  }

  @Test
  void showsTheTimeOfAppendingWhereKafkaSetsIt() throws Exception {
    MemoryRecordsBuilder builder =
        MemoryRecords.builder(
            ByteBuffer.allocate(1024),
            RecordBatch.MAGIC_VALUE_V2,
            org.apache.kafka.common.compress.Compression.NONE,
            TimestampType.LOG_APPEND_TIME,
            0,
            4_000L);
    builder.append(1_000L, null, Utils.utf8("a"));
    builder.append(2_000L, null, Utils.utf8("b"));

    BatchView batch = new BatchView().wrap(builder.build().buffer(), 0);

    batch.check(Limits.EDGE);
    assertTrue(batch.isAppendTime());
    for (Record record : Samples.read(batch)) {
      assertEquals(4_000L, record.timestampMs());
    }
  }

  @Test
  void refusesCodecsThatNobodyProvidesByName() {
    for (var codec :
        List.of(
            org.apache.kafka.common.compress.Compression.snappy().build(),
            org.apache.kafka.common.compress.Compression.zstd().build())) {
      BatchView batch =
          new BatchView()
              .wrap(
                  MemoryRecords.withRecords(codec, new SimpleRecord(1, Utils.utf8("a"))).buffer(),
                  0);
      BatchRefused refused =
          assertThrows(
              BatchRefused.class,
              () -> {
                batch.check(Limits.EDGE);
                batch.records(Limits.EDGE);
              });
      assertEquals(BatchRefused.Reason.CODEC, refused.reason());
      assertTrue(refused.toString().contains(codec.type().name), refused.toString());
    }
  }

  private static RecordBatch onlyBatch(ByteBuffer bytes) {
    Iterator<? extends RecordBatch> batches =
        MemoryRecords.readableRecords(bytes).batches().iterator();
    RecordBatch batch = batches.next();
    assertFalse(batches.hasNext());
    return batch;
  }

  private static List<Record> fromKafka(RecordBatch batch, long firstOffset) {
    List<Record> records = new ArrayList<>();
    for (var record : batch) {
      assertEquals(firstOffset + records.size(), record.offset());
      List<Header> headers = new ArrayList<>();
      for (var header : record.headers()) {
        headers.add(new Header(header.key(), header.value()));
      }
      records.add(
          new Record(
              record.timestamp(),
              Utils.toNullableArray(record.key()),
              Utils.toNullableArray(record.value()),
              headers));
    }
    return records;
  }

  private static org.apache.kafka.common.header.Header[] toKafka(List<Header> headers) {
    return headers.stream()
        .map(header -> new RecordHeader(header.key(), header.value()))
        .toArray(org.apache.kafka.common.header.Header[]::new);
  }
}
