package io.tributary.store.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tributary.record.BatchView;
import io.tributary.record.Gap;
import io.tributary.record.Limits;
import io.tributary.record.Record;
import io.tributary.record.RecordCursor;
import io.tributary.store.AppendReply;
import io.tributary.store.Partition;
import io.tributary.store.ProduceReply;
import io.tributary.store.RecordsDeleted;
import io.tributary.store.Store;
import io.tributary.store.StoreRefused;
import io.tributary.store.StoredBatches;
import io.tributary.store.StreamOpened;
import io.tributary.store.TopicChanged;
import io.tributary.store.TopicDeleted;
import io.tributary.store.TopicLimits;
import io.tributary.store.TopicSpec;
import io.tributary.store.TopicStatus;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// Asks a store and waits for its answers; reads it with nothing but the record module.
public final class StoreProbe {
  private static final int READ_BYTES = 64 * 1024;
  private static final long TIMEOUT_SECONDS = 20;
  private static final Limits ANY = Limits.topic(16 * 1024 * 1024);

  private final Store store;

  /// Where a store says that a stream stands.
  public record Opened(long next, long digestAtNext, long digestAtEdgeEnd) {}

  /// A record and the hub's offset of it.
  public record Placed(long offset, Record record) {}

  public StoreProbe(Store store) {
    this.store = store;
  }

  public Store store() {
    return store;
  }

  public Opened open(PretendStream stream, @Nullable TopicSpec ifMissing) throws StoreRefused {
    return open(stream, stream.next(), ifMissing);
  }

  public Opened open(PretendStream stream, long edgeEnd, @Nullable TopicSpec ifMissing)
      throws StoreRefused {
    CompletableFuture<Opened> answer = new CompletableFuture<>();
    store.openStream(
        stream.spec(),
        edgeEnd,
        ifMissing,
        new StreamOpened() {
          @Override
          public void opened(long next, long digestAtNext, long digestAtEdgeEnd) {
            complete(answer, new Opened(next, digestAtNext, digestAtEdgeEnd));
          }

          @Override
          public void refused(StoreRefused why) {
            answer.completeExceptionally(why);
          }
        });
    return await(answer);
  }

  public TopicStatus delete(String topic) throws StoreRefused {
    return await(beginDelete(topic));
  }

  /// Deletes without waiting.
  public CompletableFuture<TopicStatus> beginDelete(String topic) {
    CompletableFuture<TopicStatus> answer = new CompletableFuture<>();
    store.deleteTopic(
        topic,
        new TopicDeleted() {
          @Override
          public void deleted(TopicStatus gone) {
            complete(answer, gone);
          }

          @Override
          public void refused(StoreRefused why) {
            answer.completeExceptionally(why);
          }
        });
    return answer;
  }

  /// Gives a topic more partitions and waits.
  public TopicStatus createPartitions(String topic, int count) throws StoreRefused {
    Changed changed = new Changed();
    store.createPartitions(topic, count, changed);
    return await(changed.answer);
  }

  /// Gives a topic other bounds, made of those that it has, without waiting.
  public CompletableFuture<TopicStatus> beginChange(
      String topic, UnaryOperator<TopicLimits> change) {
    Changed changed = new Changed();
    store.changeLimits(topic, change, changed);
    return changed.answer;
  }

  /// Deletes the records of a partition below an offset, without waiting.
  public CompletableFuture<Long> beginDeleteRecords(String topic, int partition, long offset) {
    CompletableFuture<Long> answer = new CompletableFuture<>();
    store.deleteRecords(
        topic,
        partition,
        offset,
        new RecordsDeleted() {
          @Override
          public void deleted(long startOffset) {
            complete(answer, startOffset);
          }

          @Override
          public void refused(StoreRefused why) {
            answer.completeExceptionally(why);
          }
        });
    return answer;
  }

  /// @return where the partition begins by then
  public long deleteRecords(String topic, int partition, long offset) throws StoreRefused {
    return await(beginDeleteRecords(topic, partition, offset));
  }

  /// Tells of damage and waits.
  public void tell(PretendStream stream, Gap gap) throws StoreRefused {
    Reply reply = new Reply();
    store.tellGap(stream.id(), gap, reply);
    await(reply.answer);
  }

  /// Appends without waiting.
  public CompletableFuture<Long> begin(PretendStream stream, PretendStream.Batch batch) {
    Reply reply = new Reply();
    store.append(stream.id(), batch.from(), batch.to(), batch.bytes(), reply);
    return reply.answer;
  }

  /// Appends a hole without waiting.
  public CompletableFuture<Long> begin(PretendStream stream, PretendStream.Hole hole) {
    Reply reply = new Reply();
    store.appendGap(stream.id(), hole.gap(), hole.digestAtTo(), reply);
    return reply.answer;
  }

  /// Appends a producer's batch without waiting.
  public CompletableFuture<Long> beginProduce(String topic, int partition, ByteBuffer batch) {
    CompletableFuture<Long> answer = new CompletableFuture<>();
    store.produce(
        topic,
        partition,
        batch,
        new ProduceReply() {
          @Override
          public void durable(long baseOffset) {
            complete(answer, baseOffset);
          }

          @Override
          public void refused(StoreRefused why) {
            answer.completeExceptionally(why);
          }
        });
    return answer;
  }

  /// @return the base offset that it got
  public long produce(String topic, int partition, ByteBuffer batch) throws StoreRefused {
    return await(beginProduce(topic, partition, batch));
  }

  public void append(PretendStream stream, PretendStream.Batch batch) throws StoreRefused {
    assertEquals(batch.to(), await(begin(stream, batch)));
  }

  public void append(PretendStream stream, PretendStream.Hole hole) throws StoreRefused {
    assertEquals(hole.gap().to(), await(begin(stream, hole)));
  }

  /// The refusal that an append gets.
  public StoreRefused refusal(PretendStream stream, PretendStream.Batch batch) {
    return refusal(begin(stream, batch));
  }

  public StoreRefused refusal(CompletableFuture<Long> answer) {
    try {
      throw new AssertionError("not refused, but durable up to " + await(answer));
    } catch (StoreRefused why) {
      return why;
    }
  }

  public <T> T await(CompletableFuture<T> answer) throws StoreRefused {
    try {
      return answer.get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof StoreRefused why) {
        throw why;
      }
      throw new AssertionError(e.getCause());
    } catch (TimeoutException e) {
      throw new AssertionError("no answer in " + TIMEOUT_SECONDS + " s", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  public Partition partition(String topic, int index) {
    return Objects.requireNonNull(store.partition(topic, index), topic + "-" + index);
  }

  /// Every record of a partition that a consumer sees.
  public List<Placed> read(String topic, int index) throws Exception {
    Partition partition = partition(topic, index);
    List<Placed> placed = new ArrayList<>();
    long offset = partition.startOffset();
    while (offset < partition.endOffset()) {
      ByteBuffer bytes;
      try (StoredBatches batches = partition.read(offset, READ_BYTES)) {
        bytes = bytes(batches);
      }
      assertTrue(bytes.hasRemaining(), "nothing at " + offset + " below the end");
      offset = read(bytes, offset, placed);
    }
    return placed;
  }

  /// Every record of a topic, partition by partition.
  public List<Record> records(String topic) throws Exception {
    List<Record> records = new ArrayList<>();
    int partitions = Objects.requireNonNull(store.topic(topic), topic).partitions();
    for (int i = 0; i < partitions; i++) {
      read(topic, i).forEach(placed -> records.add(placed.record()));
    }
    return records;
  }

  /// The bytes of stored batches.
  public static ByteBuffer bytes(StoredBatches batches) throws Exception {
    ByteBuffer bytes = ByteBuffer.allocate(batches.length());
    assertEquals(batches.length(), batches.readInto(bytes, 0));
    return bytes.flip();
  }

  /// Adds the records of whole batches from `offset` on, and returns the offset behind them.
  private static long read(ByteBuffer bytes, long offset, List<Placed> placed) throws Exception {
    BatchView batch = new BatchView();
    RecordCursor records = new RecordCursor(ANY);
    long next = offset;
    for (int position = 0; position < bytes.limit(); position += batch.sizeBytes()) {
      batch.wrap(bytes, position).check(ANY);
      assertTrue(batch.nextOffset() > next, "offsets go on behind " + next + ": " + batch);
      records.wrap(batch);
      while (!batch.isControl() && records.next()) {
        if (records.offset() >= offset) {
          placed.add(new Placed(records.offset(), records.toRecord()));
        }
      }
      next = batch.nextOffset();
    }
    return next;
  }

  private static <T> void complete(CompletableFuture<T> answer, T value) {
    if (!answer.complete(value)) {
      throw new AssertionError("a second answer: " + value);
    }
  }

  private static final class Changed implements TopicChanged {
    private final CompletableFuture<TopicStatus> answer = new CompletableFuture<>();

    @Override
    public void changed(TopicStatus topic) {
      complete(answer, topic);
    }

    @Override
    public void refused(StoreRefused why) {
      answer.completeExceptionally(why);
    }
  }

  private static final class Reply implements AppendReply {
    private final CompletableFuture<Long> answer = new CompletableFuture<>();

    @Override
    public void durable(long end) {
      complete(answer, end);
    }

    @Override
    public void refused(StoreRefused why) {
      answer.completeExceptionally(why);
    }
  }
}
