package io.tributary.session;

import io.tributary.session.frame.DigestAsk;
import io.tributary.session.frame.Frame;
import io.tributary.session.frame.Want;
import java.nio.ByteBuffer;

/// What the Uplink wants done. The owner does it in order, on the same thread; answers go back to the Uplink.
public sealed interface UplinkEffect {

  /// Write the frame to the link, before anything else is asked of the journal: the slice of a Data frame looks into
  /// the piece that the cursor gave.
  record Send(Frame frame) implements UplinkEffect {}

  /// Read the next piece of this class's cursor; answer with `onBatch`, `onGap` or `onNothing` in any case, also when
  /// nothing can be read, then call `fill` again: nothing is sent while an answer is awaited.
  record ReadNext(String className) implements UplinkEffect {}

  /// Offer the stream afresh: the Uplink wants to open it and must not use what it knew before.
  record Describe(long streamId) implements UplinkEffect {}

  /// Answer with `onDigest`.
  record DigestAt(long streamId, long offset) implements UplinkEffect {}

  /// From now on the cursor gives the stream's pieces from this offset on.
  record ResumeCursor(long streamId, long offset) implements UplinkEffect {}

  /// From now on the cursor gives no piece of the stream.
  record SuspendCursor(long streamId) implements UplinkEffect {}

  /// The hub has forced everything before `end`: the watermark.
  record Acked(long streamId, long end) implements UplinkEffect {}

  /// The hub lacks what it had acknowledged: the watermark goes back to `next`; what lies above it and is still held
  /// must not be deleted as acknowledged.
  record WentBack(long streamId, long acked, long next) implements UplinkEffect {}

  /// A lost tail: move the stream's end from `expectedEnd` to `next`, as a Gap; answer with `onJumped` when that is
  /// durable, or with `onJumpRefused`, for instance because the end has moved meanwhile.
  record Jump(long streamId, long expectedEnd, long next, long digestAtNext)
      implements UplinkEffect {}

  /// The hub wants a batch of the stream that begins at `want.from()`; answer with `onSupplied`.
  record Supply(Want want, long streamId) implements UplinkEffect {}

  /// The hub wants to compare a digest; answer with `onDigestTold`. Before that no other one is asked.
  record TellDigest(DigestAsk ask, long streamId) implements UplinkEffect {}

  /// Answer with `onBoundary`: the last place at or below the offset where a batch or a Gap of the stream ends.
  record BoundaryAt(long streamId, long offset) implements UplinkEffect {}

  /// Where a refused stream and the hub's part: below `at` they hold the same.
  ///
  /// @param provenTo below it the digests agree; in [provenTo, at) only that the hub has acknowledged it says so
  /// @param unprovenTo in [at, unprovenTo) nobody can tell whether the hub has it; `at` when all is known
  record ForkFound(long streamId, long provenTo, long at, long unprovenTo)
      implements UplinkEffect {}

  /// It could not be found out.
  record ForkNotFound(long streamId, String why) implements UplinkEffect {}

  /// The batch that was asked for by `fetch` has come: as the hub sent it, unchecked.
  record Fetched(long streamId, long from, ByteBuffer batch) implements UplinkEffect {}

  /// It will not come.
  ///
  /// @param isAbsent the hub does not have it; else the session ended before its answer
  record NotFetched(long streamId, long from, boolean isAbsent) implements UplinkEffect {}

  /// A person should know.
  record Alarm(String text) implements UplinkEffect {}

  /// Close the link once what was sent is written; then call `disconnected`.
  ///
  /// @param retryAfterMs the hub's wish; 0: by the link's own backoff
  record Disconnect(String reason, int retryAfterMs) implements UplinkEffect {}
}
