package io.tributary.store.conformance;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tributary.record.BatchView;
import io.tributary.record.Limits;
import io.tributary.store.Layout;
import io.tributary.store.Partition;
import io.tributary.store.StoreRefused;
import io.tributary.store.StoreRefused.Code;
import io.tributary.store.StoredBatches;
import io.tributary.store.Subscription;
import io.tributary.store.TimedOffset;
import io.tributary.store.TopicLimits;
import io.tributary.store.TopicSpec;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.WritableByteChannel;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/// What readers see of a partition, and what retention leaves them.
public abstract class ReaderConformance extends StoreConformance {
  private static final TopicSpec ONE =
      new TopicSpec("one", new Layout.Partitions(1), true, TopicLimits.DEFAULT);

  private final PretendStream stream = new PretendStream("edge-1", "one", 1);

  private Partition open(TopicSpec topic) throws StoreRefused {
    probe().open(stream, topic);
    return probe().partition("one", 0);
  }

  private static BatchView first(ByteBuffer bytes) {
    return new BatchView().wrap(bytes, 0);
  }

  @Test
  void aReadBeginsWithTheBatchThatHoldsTheOffset() throws Exception {
    Partition partition = open(ONE);
    for (int i = 0; i < 100; i++) {
      probe().append(stream, stream.batch(10));
    }
    for (long offset : new long[] {0, 9, 10, 555, 999}) {
      try (StoredBatches batches = partition.read(offset, 1)) {
        BatchView batch = first(StoreProbe.bytes(batches));
        assertTrue(
            batch.baseOffset() <= offset && offset < batch.nextOffset(), batch + " " + offset);
        assertEquals(batches.length(), batch.sizeBytes(), "one batch, since more do not fit");
      }
    }
  }

  @Test
  void aReadHoldsWholeBatchesUpToTheBytesAskedFor() throws Exception {
    Partition partition = open(ONE);
    int size = 0;
    for (int i = 0; i < 10; i++) {
      PretendStream.Batch batch = stream.batch(5, 100);
      size = batch.bytes().remaining();
      probe().append(stream, batch);
    }
    try (StoredBatches batches = partition.read(0, 3 * size + size / 2)) {
      assertTrue(batches.length() >= size && batches.length() <= 3 * size + size / 2);
      ByteBuffer bytes = StoreProbe.bytes(batches);
      int position = 0;
      while (position < bytes.limit()) {
        position += new BatchView().wrap(bytes, position).sizeBytes();
      }
      assertEquals(bytes.limit(), position, "whole batches");
    }
  }

  @Test
  void thereIsNothingAtTheEndAndARefusalBeyondIt() throws Exception {
    Partition partition = open(ONE);
    for (long end : new long[] {0, 5}) {
      assertEquals(end, partition.endOffset());
      try (StoredBatches none = partition.read(end, 1000)) {
        assertEquals(0, none.length());
        assertEquals(0, none.readInto(ByteBuffer.allocate(10), 0));
      }
      for (long outside : new long[] {-1, end + 1, Long.MAX_VALUE}) {
        StoreRefused why = assertThrows(StoreRefused.class, () -> partition.read(outside, 1));
        assertEquals(Code.OFFSET_OUT_OF_RANGE, why.code());
      }
      probe().append(stream, stream.batch(5));
    }
  }

  @Test
  void bytesGoStraightToAChannelInPieces() throws Exception {
    Partition partition = open(ONE);
    for (int i = 0; i < 20; i++) {
      probe().append(stream, stream.batch(10, 200));
    }
    ByteArrayOutputStream sent = new ByteArrayOutputStream();
    try (StoredBatches batches = partition.read(0, 1_000_000);
        WritableByteChannel channel = Channels.newChannel(sent)) {
      while (sent.size() < batches.length()) {
        batches.transferTo(sent.size(), 777, channel);
      }
      assertEquals(0, batches.transferTo(batches.length(), 1, channel), "not a byte more");
      assertArrayEquals(StoreProbe.bytes(batches).array(), sent.toByteArray());
    }
  }

  @Test
  void aTimeIsFoundAtTheFirstRecordThatIsNotEarlier() throws Exception {
    Partition partition = open(ONE);
    assertNull(partition.offsetForTime(0));
    for (int i = 0; i < 50; i++) {
      probe().append(stream, stream.batch(10));
    }
    long first = PretendStream.FIRST_TIMESTAMP_MS;
    long step = PretendStream.STEP_MS;
    assertEquals(new TimedOffset(first, 0), partition.offsetForTime(0));
    assertEquals(
        new TimedOffset(first + 123 * step, 123), partition.offsetForTime(first + 123 * step));
    assertEquals(
        new TimedOffset(first + 124 * step, 124), partition.offsetForTime(first + 123 * step + 1));
    assertNull(partition.offsetForTime(first + 500 * step));
  }

  @Test
  void aLongPollIsWokenByEachAdvanceUntilItUnsubscribes() throws Exception {
    Partition partition = open(ONE);
    Semaphore advances = new Semaphore(0);
    AtomicInteger others = new AtomicInteger();
    Subscription one = partition.subscribe(advances::release);
    try (Subscription other = partition.subscribe(others::incrementAndGet)) {
      probe().append(stream, stream.batch(1));
      assertTrue(advances.tryAcquire(20, TimeUnit.SECONDS));
      assertEquals(1, partition.endOffset());
      eventually("the other was woken", () -> others.get() == 1);
      assertNotSame(one, other);
    }
    probe().append(stream, stream.batch(1));
    assertTrue(advances.tryAcquire(20, TimeUnit.SECONDS));
    assertEquals(1, others.get());
    one.close();
  }

  @Test
  void aListenerThatThrowsHarmsNobody() throws Exception {
    Partition partition = open(ONE);
    Semaphore advances = new Semaphore(0);
    try (Subscription bad =
            partition.subscribe(() -> {
              throw new IllegalStateException("a bug of the listener, on purpose");
            });
        Subscription good = partition.subscribe(advances::release)) {
      assertNotSame(bad, good);
      probe().append(stream, stream.batch(1));
      assertTrue(advances.tryAcquire(20, TimeUnit.SECONDS));
    }
    probe().append(stream, stream.batch(1));
  }

  @Test
  void whatCameTooLongAgoGoesAndAnOpenReadStaysReadable() throws Exception {
    long hourMs = Duration.ofHours(1).toMillis();
    TopicLimits hour = new TopicLimits(hourMs, -1, 64 * 1024, 32 * 1024);
    Partition partition = open(new TopicSpec("one", new Layout.Partitions(1), true, hour));
    for (int i = 0; i < 20; i++) {
      probe().append(stream, stream.batch(10, 1000));
    }
    try (StoredBatches open = partition.read(0, 1000)) {
      byte[] before = StoreProbe.bytes(open).array();
      advance(Duration.ofMinutes(90));
      eventually("the old segments are gone", () -> start(partition) == 200);
      assertArrayEquals(before, StoreProbe.bytes(open).array());
    }
    StoreRefused why = assertThrows(StoreRefused.class, () -> partition.read(0, 1));
    assertEquals(Code.OFFSET_OUT_OF_RANGE, why.code());
    reopen();
    assertEquals(200, probe().open(stream, null).next(), "a stream's place outlives its records");
    assertEquals(stream.digest(), probe().open(stream, null).digestAtNext());
    probe().append(stream, stream.batch(1));
    assertEquals(
        List.of(200L), probe().read("one", 0).stream().map(StoreProbe.Placed::offset).toList());
  }

  @Test
  void noMoreIsKeptThanTheSizeAllows() throws Exception {
    TopicLimits small = new TopicLimits(-1, 200_000, 64 * 1024, 32 * 1024);
    Partition partition = open(new TopicSpec("one", new Layout.Partitions(1), true, small));
    for (int i = 0; i < 100; i++) {
      probe().append(stream, stream.batch(10, 1000));
    }
    advance(Duration.ofMinutes(10));
    eventually("old segments are gone", () -> start(partition) > 500);
    long kept = partition.endOffset() - start(partition);
    assertTrue(kept > 150, kept + " records of 1000 B are kept");
    try (StoredBatches last = partition.read(999, 1)) {
      assertEquals(1000, first(StoreProbe.bytes(last)).nextOffset());
    }
  }

  @Test
  void aReaderFollowsWhileSegmentsAreDeletedUnderIt() throws Exception {
    TopicLimits small = new TopicLimits(-1, 100_000, 64 * 1024, 32 * 1024);
    Partition partition = open(new TopicSpec("one", new Layout.Partitions(1), true, small));
    CompletableFuture<Long> reader = CompletableFuture.supplyAsync(() -> follow(partition, 3000));
    for (int i = 0; i < 300; i++) {
      probe().append(stream, stream.batch(10, 1000));
      advance(Duration.ofSeconds(2)); // retention looks again
    }
    assertTrue(probe().await(reader) > 0, "batches were read");
    assertTrue(start(partition) > 0, "segments were deleted");
  }

  /// Reads to the end, however far retention moves the start, and checks every byte on the way.
  private static long follow(Partition partition, long end) {
    long batches = 0;
    BatchView batch = new BatchView();
    for (long offset = 0; offset < end; ) {
      try (StoredBatches stored = partition.read(offset, 20_000)) {
        ByteBuffer bytes = StoreProbe.bytes(stored);
        for (int position = 0; position < bytes.limit(); position += batch.sizeBytes()) {
          batch.wrap(bytes, position).check(Limits.topic(Limits.MAX_MESSAGE_BYTES));
          offset = batch.nextOffset();
          batches++;
        }
      } catch (StoreRefused why) {
        assertEquals(Code.OFFSET_OUT_OF_RANGE, why.code(), why.getMessage());
        offset = start(partition);
      } catch (Exception e) {
        throw new AssertionError(e);
      }
    }
    return batches;
  }

  @Test
  void otherBoundsHoldAtOnceAndAfterReopening() throws Exception {
    TopicLimits ever = new TopicLimits(-1, -1, 64 * 1024, 32 * 1024);
    TopicSpec topic = new TopicSpec("one", new Layout.Partitions(1), true, ever);
    Partition partition = open(topic);
    for (int i = 0; i < 20; i++) {
      probe().append(stream, stream.batch(10, 1000));
    }
    TopicLimits hour = new TopicLimits(Duration.ofHours(1).toMillis(), -1, 64 * 1024, 11 * 1024);
    assertEquals(topic.withLimits(hour), store().changeLimits("one", hour).spec());
    assertEquals(
        Code.TOPIC_UNKNOWN,
        assertThrows(StoreRefused.class, () -> store().changeLimits("two", hour)).code());
    PretendStream.Batch large = stream.batch(20, 1000);
    assertEquals(Code.TOO_LARGE, probe().refusal(stream, large).code());
    advance(Duration.ofMinutes(90));
    eventually("what is older than the new bound is gone", () -> start(partition) == 200);
    reopen();
    assertEquals(topic.withLimits(hour), Objects.requireNonNull(store().topic("one")).spec());
    assertEquals(200, probe().open(stream, null).next());
  }

  private static long start(Partition partition) {
    try {
      return partition.startOffset();
    } catch (StoreRefused e) {
      throw new AssertionError(e);
    }
  }
}
