package io.tributary.session;

import io.tributary.session.frame.Found;
import io.tributary.session.frame.Want;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/// The batches that the two ends of a session ask of each other to heal their logs with, slice by slice: the next one is
/// asked for when the last has come. One batch at a time each way.
///
/// ```
///   Want(from, 0) -->        <-- Found(from, batch bytes, 0, slice)
///   Want(from, 1024) -->     <-- Found(from, batch bytes, 1024, slice)     … until the batch is whole
/// ```
///
/// Invariants: no more than one slice is on its way in each direction; no more than one batch is held.
final class Fetching {
  /// What a Found has brought.
  sealed interface Step {}

  /// The next slice is to be asked for.
  record More(Want want) implements Step {}

  /// The batch is whole.
  record Whole(long streamId, long from, ByteBuffer batch) implements Step {}

  /// The other end has no such batch.
  record Absent(long streamId, long from) implements Step {}

  /// The other end cannot read it now.
  record NotNow(long streamId, long from) implements Step {}

  /// Not an answer to what was asked.
  record Broken(String what) implements Step {}

  /// What is being fetched.
  private static final class Fetch {
    private final long streamId;
    private Want asked;
    private @Nullable ByteBuffer batch;

    private Fetch(long streamId, Want asked) {
      this.streamId = streamId;
      this.asked = asked;
    }
  }

  private final int batchBytesMost;
  private @Nullable Fetch fetch;

  /// What the other end waits for.
  private @Nullable Want owed;

  Fetching(int batchBytesMost) {
    this.batchBytesMost = batchBytesMost;
  }

  boolean isFetching() {
    return fetch != null;
  }

  Want begin(int alias, long streamId, long from) {
    Want want = new Want(alias, from, 0);
    fetch = new Fetch(streamId, want);
    return want;
  }

  Step found(Found found) {
    Fetch current = fetch;
    if (current == null
        || found.alias() != current.asked.alias()
        || found.from() != current.asked.from()) {
      return new Broken("a Found that no Want asked for");
    }
    if (found.isNotNow()) {
      fetch = null;
      return new NotNow(current.streamId, found.from());
    }
    if (found.batchBytes() == 0) {
      fetch = null;
      return new Absent(current.streamId, found.from());
    }
    ByteBuffer batch = current.batch;
    if (batch == null) {
      if (found.batchBytes() > batchBytesMost) {
        return new Broken("a Found of a batch of " + found.batchBytes() + " bytes");
      }
      batch = ByteBuffer.allocate(found.batchBytes());
      current.batch = batch;
    }
    if (found.batchBytes() != batch.capacity() || found.sliceOffset() != batch.position()) {
      return new Broken("a Found that is not the slice that was asked for");
    }
    batch.put(found.slice().duplicate());
    if (batch.hasRemaining()) {
      current.asked = new Want(found.alias(), found.from(), batch.position());
      return new More(current.asked);
    }
    fetch = null;
    return new Whole(current.streamId, found.from(), batch.flip());
  }

  /// What was being fetched when the session ended, or the stream was refused; it is not any more.
  @Nullable Absent giveUp() {
    Fetch current = fetch;
    fetch = null;
    return current == null ? null : new Absent(current.streamId, current.asked.from());
  }

  /// The other end asks. False: it has not waited for the last answer.
  boolean asked(Want want) {
    if (owed != null) {
      return false;
    }
    owed = want;
    return true;
  }

  /// Our answer; null when nobody waits for it any more.
  @SuppressWarnings("ReferenceEquality") // an equal one of a later session may mean another stream
  @Nullable Found answer(Want want, @Nullable ByteBuffer batch) {
    if (owed != want) {
      return null;
    }
    owed = null;
    return batch == null ? Found.nothing(want) : Found.of(want, batch);
  }

  /// Our answer when it cannot be read now; null when nobody waits for it any more.
  @SuppressWarnings("ReferenceEquality") // as above
  @Nullable Found answerNotNow(Want want) {
    if (owed != want) {
      return null;
    }
    owed = null;
    return Found.notNow(want);
  }

  void restart() {
    owed = null;
  }
}
