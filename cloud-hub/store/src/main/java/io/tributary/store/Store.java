package io.tributary.store;

import io.tributary.record.Gap;
import java.nio.ByteBuffer;
import java.util.Collection;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// Where a hub keeps its topics. Every method may be called from any thread; replies come on the
/// store's own thread and must not block it.
///
/// Who checks what: the session's Intake checks a batch's bytes, drops duplicates, refuses holes and
/// clips Gaps before it calls; the store checks again what would harm its logs (an append begins
/// where its stream ends; the size) and refuses it, since two connections of one edge may race
/// during a take-over.
public interface Store extends AutoCloseable {
  /// In the place of an offset: where a partition ends.
  long END = -1;

  /// Every topic, `_gaps` included.
  Collection<TopicStatus> topics();

  @Nullable TopicStatus topic(String name);

  /// Creates a topic and waits until that is durable. An equal topic that exists is returned as it is. A provisional one to
  /// which nothing was written is deleted first, when this one is not provisional.
  ///
  /// @throws StoreRefused TOPIC_NAME, TOPIC_EXISTS, NO_SPACE, FAILED, CLOSED
  TopicStatus createTopic(TopicSpec spec) throws StoreRefused;

  /// As above, but answers when it is durable.
  void createTopic(TopicSpec spec, TopicCreated reply);

  /// Gives a topic other bounds, waits until that is durable, and keeps to them from then on.
  ///
  /// @throws StoreRefused TOPIC_UNKNOWN, TOPIC_MIRRORED when they are not for such a topic, NO_SPACE, FAILED, CLOSED
  TopicStatus changeLimits(String topic, TopicLimits limits) throws StoreRefused;

  /// As above, but makes the new bounds of those that hold when its turn comes, and answers when they are durable.
  ///
  /// @param change called on the store's thread; when it throws an IllegalArgumentException, the change is refused as LIMITS
  void changeLimits(String topic, UnaryOperator<TopicLimits> change, TopicChanged reply);

  /// Gives a topic in the layout `partitions` more of them, and answers when that is durable. Streams that have a partition
  /// keep it. Refused as PARTITIONS when it has as many or more, when that would be too many, and in the layout `per-edge`;
  /// as TOPIC_RESERVED for `_gaps`.
  ///
  /// @param count how many it has from then on, 1 to `Layout.PARTITIONS_MOST`
  void createPartitions(String topic, int count, TopicChanged reply);

  /// Deletes the records of a partition below an offset, and answers when that is durable: its `startOffset` is that offset
  /// from then on, in the middle of a batch as well. What lies below the start already stays deleted. Only of topics that
  /// take producers; a mirror loses nothing but by its retention.
  ///
  /// @param offset up to `endOffset`; `END` for all that is durable by then
  void deleteRecords(String topic, int partition, long offset, RecordsDeleted reply);

  /// Deletes a topic with all that is in it, and answers when that is durable. From then on nobody finds it, what is
  /// asked of its streams and partitions is refused, and its files go; a piece that somebody reads at this moment stays
  /// readable until it is closed. A topic that is created under its name later, at once if need be, is another one and
  /// begins empty; what `_gaps` told of the old one stays there and does not count for the new one.
  ///
  /// What was appended before the call is answered before it, as durable if it was.
  void deleteTopic(String name, TopicDeleted reply);

  /// Calls `deleted`, on the store's thread and before the answer to whoever asked, with each topic that is deleted from
  /// now on; it must not block.
  Subscription subscribeDeletions(Consumer<TopicStatus> deleted);

  /// Finds the place of a stream, or gives it one that is durable before the reply.
  ///
  /// @param edgeEnd the edge's own end of the stream, for the digest in the reply
  /// @param ifMissing the topic to create if there is none of the stream's name, or one that makes way; null: refuse
  void openStream(
      StreamSpec stream, long edgeEnd, @Nullable TopicSpec ifMissing, StreamOpened reply);

  /// Appends one batch with the stream's records [from, to). Several may be under way; they are
  /// stored and answered in the order of the calls of their stream.
  ///
  /// @param batch from position to limit; the store owns it until the reply and changes its base
  ///     offset in place
  void append(long streamId, long from, long to, ByteBuffer batch, AppendReply reply);

  /// Appends one batch of a Kafka producer to a partition of a topic that is not mirrored. Several may be under way; those of
  /// one partition are stored and answered in the order of the calls. A batch of an idempotent producer that was written
  /// before is answered as it was then. Whoever calls has checked the records: in a topic that is compacted each has a key.
  ///
  /// @param batch from position to limit, checked; the store owns it until the reply and changes its base offset in place
  void produce(String topic, int partition, ByteBuffer batch, ProduceReply reply);

  /// Stores a declared hole, which begins where the stream ends, and records it in the topic
  /// `_gaps`, exactly once each.
  ///
  /// @param digestAtTo the edge's digest at the Gap's end, or `Digest.UNKNOWN`; becomes the
  ///     stream's digest there
  void appendGap(long streamId, Gap gap, long digestAtTo, AppendReply reply);

  /// Records in the topic `_gaps`, once, that records which are below the stream's end exist no more
  /// and nobody has them: damage that cannot be healed.
  ///
  /// @param reply `durable` when `_gaps` says so
  void tellGap(long streamId, Gap gap, AppendReply reply);

  /// The first batch of a stream that begins at an offset of the edge or behind, is kept and passes
  /// its check, copied; null when there is none. Reads the disk.
  @Nullable ByteBuffer batchFrom(long streamId, long from) throws StoreRefused;

  /// Calls `held`, on a reader's thread, with each finding for which the readers of a partition begin to
  /// wait; it must not block. Set once, before anything is read.
  void onHeld(BiConsumer<Partition, Finding> held);

  /// Whether the queue of appends is so full that connections should stop reading. Appends are
  /// refused as BUSY only well above that.
  boolean isCrowded();

  /// Calls `relieved` once, on the store's thread, when the queue is no longer crowded; at once, on
  /// the caller's thread, if it is not crowded now.
  void whenRelieved(Runnable relieved);

  /// @return null if there is no such topic or partition
  @Nullable Partition partition(String topic, int index);

  Collection<StreamStatus> streams();

  StoreStatus status();

  /// Finishes what is queued, forces it, answers it, and closes the logs.
  @Override
  void close();
}
