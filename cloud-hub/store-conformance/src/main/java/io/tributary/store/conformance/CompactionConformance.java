package io.tributary.store.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tributary.record.BatchBuilder;
import io.tributary.record.Compression;
import io.tributary.record.Limits;
import io.tributary.record.Record;
import io.tributary.store.CleanupPolicy;
import io.tributary.store.Layout;
import io.tributary.store.StoreRefused;
import io.tributary.store.StoreRefused.Code;
import io.tributary.store.TopicLimits;
import io.tributary.store.TopicSpec;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// Topics of Kafka producers of which the latest record of each key is kept.
public abstract class CompactionConformance extends StoreConformance {
  private static final long TIMESTAMP_MS = 1_700_000_000_000L;
  private static final Duration TOMBSTONES = Duration.ofHours(1);
  private static final int KEYS = 5;
  private static final int RECORDS = 200;
  private static final int VALUE_BYTES = 2_000;

  /// What is still written to holds at most so many records.
  private static final int SEGMENT_RECORDS = 34;

  private static final TopicSpec STATE = compacted("state", new Layout.Partitions(1), false);

  private final List<Record> produced = new ArrayList<>();

  private static TopicSpec compacted(String name, Layout layout, boolean mirrored) {
    return new TopicSpec(
        name, layout, mirrored, new TopicLimits(-1, -1, 64 * 1024, 32 * 1024, policy()));
  }

  private static CleanupPolicy policy() {
    return new CleanupPolicy(false, true, TOMBSTONES.toMillis(), 0);
  }

  private void produce(String key, @Nullable String value) throws Exception {
    BatchBuilder builder = new BatchBuilder(Compression.none(), Limits.topic(32 * 1024));
    Record record =
        new Record(
            TIMESTAMP_MS + produced.size(),
            key.getBytes(StandardCharsets.UTF_8),
            value == null ? null : value.getBytes(StandardCharsets.UTF_8),
            List.of());
    builder.tryAppend(record);
    ByteBuffer built = builder.build(0, -1, (short) -1, -1);
    ByteBuffer batch = ByteBuffer.allocate(built.remaining()).put(built).flip();
    assertEquals(produced.size(), probe().produce("state", 0, batch));
    produced.add(record);
  }

  private void produceMany() throws Exception {
    for (int i = 0; i < RECORDS; i++) {
      produce("key-" + i % KEYS, i + "v".repeat(VALUE_BYTES));
    }
  }

  private List<StoreProbe.Placed> read() {
    try {
      return probe().read("state", 0);
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  /// Time goes on until no more than so many records are left.
  private void awaitCompaction(int most) {
    eventually(
        "at most " + most + " records",
        () -> {
          advance(Duration.ofSeconds(2));
          return read().size() <= most;
        });
  }

  /// What is kept is what was produced, in order, and of each key the latest.
  private void checkKept() throws Exception {
    List<StoreProbe.Placed> kept = read();
    long before = -1;
    for (StoreProbe.Placed placed : kept) {
      assertTrue(placed.offset() > before);
      assertEquals(produced.get((int) placed.offset()), placed.record());
      before = placed.offset();
    }
    for (int i = produced.size() - KEYS; i < produced.size(); i++) {
      int latest = i;
      assertTrue(kept.stream().anyMatch(p -> p.offset() == latest), "the latest of its key: " + i);
    }
    assertEquals(produced.size(), probe().partition("state", 0).endOffset());
    assertEquals(0, probe().partition("state", 0).startOffset());
  }

  @Test
  void theLatestOfEachKeyIsKeptWhereItWas() throws Exception {
    store().createTopic(STATE);
    produceMany();
    awaitCompaction(SEGMENT_RECORDS + KEYS);
    checkKept();
    List<StoreProbe.Placed> kept = read();
    reopen();
    assertEquals(kept, read());
    produceMany();
    awaitCompaction(SEGMENT_RECORDS + KEYS);
    checkKept();
  }

  @Test
  void aTimeIsFoundAmongWhatIsKept() throws Exception {
    store().createTopic(STATE);
    produceMany();
    awaitCompaction(SEGMENT_RECORDS + KEYS);
    long first = read().get(0).offset();
    assertTrue(first > 0);
    var found = Objects.requireNonNull(probe().partition("state", 0).offsetForTime(TIMESTAMP_MS));
    assertEquals(first, found.offset());
    assertEquals(TIMESTAMP_MS + first, found.timestampMs());
  }

  @Test
  void aTombstoneIsSeenForItsTimeAndGoesThenWithItsKey() throws Exception {
    store().createTopic(STATE);
    produce("gone", "value");
    produce("gone", null);
    produceMany();
    awaitCompaction(1 + SEGMENT_RECORDS + KEYS);
    assertEquals(1, read().get(0).offset(), "the tombstone, and not what it removes");
    advance(TOMBSTONES);
    produceMany();
    eventually(
        "the tombstone has gone",
        () -> {
          advance(Duration.ofSeconds(2));
          return read().get(0).offset() > 1;
        });
    checkKept();
  }

  @Test
  void theCompactionOfATopicIsChangedAndKeptThroughReopening() throws Exception {
    TopicLimits plain = STATE.limits().withCleanup(CleanupPolicy.DELETE);
    store().createTopic(STATE.withLimits(plain));
    produceMany();
    advance(Duration.ofSeconds(10));
    assertEquals(RECORDS, read().size());
    store().changeLimits("state", STATE.limits());
    reopen();
    assertEquals(STATE, Objects.requireNonNull(store().topic("state")).spec());
    awaitCompaction(SEGMENT_RECORDS + KEYS);
    checkKept();
  }

  @Test
  void whatEdgesWriteIsNeverCompacted() throws Exception {
    assertThrows(
        IllegalArgumentException.class, () -> compacted("m", new Layout.Partitions(1), true));
    store().createTopic(FIXED);
    TopicLimits limits = FIXED.limits().withCleanup(policy());
    StoreRefused why =
        assertThrows(StoreRefused.class, () -> store().changeLimits(FIXED.name(), limits));
    assertEquals(Code.TOPIC_MIRRORED, why.code());
    assertEquals(FIXED, Objects.requireNonNull(store().topic(FIXED.name())).spec());
  }
}
