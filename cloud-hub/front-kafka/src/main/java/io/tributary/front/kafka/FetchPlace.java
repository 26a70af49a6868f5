package io.tributary.front.kafka;

import io.tributary.store.Partition;
import io.tributary.store.StoreRefused;
import io.tributary.store.Subscription;
import io.tributary.store.TopicStatus;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/// One partition that a client fetches: where the client goes on, what it was told of the partition last, and how the
/// partition stood when it was looked at last. Confined to the connection's event loop, but for {@link #signal}.
final class FetchPlace {
  static final long NO_OFFSET = -1;

  /// A partition as the client names it.
  record Key(TopicRef topic, int partition) {}

  private final Key key;
  private final AtomicBoolean isSignalled = new AtomicBoolean();
  private long offset;
  private int maxBytes;

  private @Nullable Partition partition;
  private @Nullable Subscription subscription;
  private long startOffset = NO_OFFSET;
  private long endOffset = NO_OFFSET;
  private long toldStartOffset = NO_OFFSET;
  private long toldEndOffset = NO_OFFSET;

  FetchPlace(Key key) {
    this.key = key;
  }

  Key key() {
    return key;
  }

  /// Where the client goes on.
  long offset() {
    return offset;
  }

  /// The most that it takes of this partition, but for a first batch that is larger.
  int maxBytes() {
    return maxBytes;
  }

  /// The client asks for this from now on.
  void ask(Request.Fetch.Place asked) {
    offset = asked.offset();
    maxBytes = asked.maxBytes();
  }

  /// Finds the partition, which is another one when its topic was deleted and created again.
  ///
  /// @param advanced called on the store's thread when the partition has changed; null: nobody waits for that
  /// @return null: there is none
  @SuppressWarnings("ReferenceEquality") // another object is another partition
  @Nullable Partition find(Catalog catalog, @Nullable Runnable advanced) {
    TopicStatus topic = catalog.find(key.topic());
    Partition found = topic == null ? null : catalog.partition(topic.name(), key.partition());
    if (found != partition) {
      unsubscribe();
      partition = found;
    }
    if (found != null && advanced != null && subscription == null) {
      subscription = found.subscribe(advanced);
    }
    return found;
  }

  /// Reads where the partition begins and ends.
  void look(Partition found) throws StoreRefused {
    startOffset = NO_OFFSET;
    endOffset = NO_OFFSET;
    startOffset = found.startOffset();
    endOffset = found.endOffset();
  }

  /// There is no partition to look at.
  void lookAtNothing() {
    startOffset = NO_OFFSET;
    endOffset = NO_OFFSET;
  }

  /// -1: not known.
  long startOffset() {
    return startOffset;
  }

  /// -1: not known.
  long endOffset() {
    return endOffset;
  }

  boolean isInRange() {
    return startOffset <= offset && offset <= endOffset;
  }

  /// Whether records lie where the client goes on, be it that they cannot be read now.
  boolean hasMore() {
    return startOffset <= offset && offset < endOffset;
  }

  /// Whether the client has not been told where the partition begins and ends.
  boolean hasMoved() {
    return startOffset != toldStartOffset || endOffset != toldEndOffset;
  }

  /// The client is told how the partition stood at the last look.
  void told() {
    toldStartOffset = startOffset;
    toldEndOffset = endOffset;
  }

  /// The client is told of an error; whatever the partition is when that is over, it is told again.
  void toldError() {
    toldStartOffset = NO_OFFSET;
    toldEndOffset = NO_OFFSET;
  }

  /// Whether this signal is the first one since {@link #heard}. Any thread.
  boolean signal() {
    return isSignalled.compareAndSet(false, true);
  }

  void heard() {
    isSignalled.set(false);
  }

  void unsubscribe() {
    Subscription ends = subscription;
    subscription = null;
    if (ends != null) {
      ends.close();
    }
  }
}
