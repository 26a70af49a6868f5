package io.tributary.store;

import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A Kafka partition, to be read. Any thread may call. The first call may open the partition's files,
/// and every call may read the disk; each may throw a `StoreRefused` with UNREADABLE or CLOSED, and with TOPIC_UNKNOWN when the
/// topic was deleted.
public interface Partition {
  int index();

  /// The first offset that is kept; moves up with retention and when records are deleted.
  long startOffset() throws StoreRefused;

  /// Behind the last durable offset. Nothing above it is ever shown.
  long endOffset() throws StoreRefused;

  /// The bytes of its files.
  long sizeBytes() throws StoreRefused;

  /// Whole batches from the one that contains `offset`; at least one, even if it is larger than
  /// `maxBytes`; none at the end. Offsets below `offset` may lead the first batch, and control
  /// batches (Gaps) stand among the others, as Kafka's consumers expect both. Each batch was read and
  /// passed its check. Close what is returned.
  ///
  /// None as well where records are damaged that their edge may still give back, until they are, or
  /// until `passOver`: a reader that went on would never see them.
  ///
  /// @throws StoreRefused also with OFFSET_OUT_OF_RANGE
  StoredBatches read(long offset, int maxBytes) throws StoreRefused;

  /// As `read`, but passes over what may come back, for whoever looks at what is there now.
  StoredBatches readPresent(long offset, int maxBytes) throws StoreRefused;

  /// The first record whose timestamp is at least `timestampMs`, or null if there is none.
  @Nullable TimedOffset offsetForTime(long timestampMs) throws StoreRefused;

  /// A new scrub, or null while nothing was written to the partition.
  @Nullable Scrub scrub() throws StoreRefused;

  /// Gives back the batches that a finding of kind DAMAGED names: they are written where they were,
  /// and forced. They are checked; only what fills the damage exactly is taken.
  ///
  /// @param batches each from position to limit, in the order of their offsets
  Healing heal(Finding finding, List<ByteBuffer> batches) throws StoreRefused;

  /// Whether readers wait until a finding is healed.
  boolean isHeld(Finding finding);

  /// Readers need not wait any longer for what a finding names.
  void passOver(Finding finding);

  /// Whether the topic was deleted: one that has its name now has other partitions.
  boolean isDeleted();

  /// Calls `advanced` on the store's thread each time `endOffset` or `startOffset` has moved up, and when the topic is
  /// deleted; it must not block.
  /// A long poll subscribes first and reads the offsets afterwards, so that it misses nothing.
  Subscription subscribe(Runnable advanced);
}
