package io.tributary.session;

import io.tributary.record.Gap;
import io.tributary.session.frame.DigestAsk;
import io.tributary.session.frame.Frame;
import io.tributary.session.frame.Hello;
import io.tributary.session.frame.Want;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/// What an Intake wants done. The owner does it in order; answers go back to the Intake, on its thread.
public sealed interface IntakeEffect {

  /// Write the frame to the link.
  record Send(Frame frame) implements IntakeEffect {}

  /// Decide about this edge: its proven identity, its registration, the {@link Doorkeeper}. Answer with `onAdmitted` or
  /// `onRefused`.
  record Admit(Hello hello) implements IntakeEffect {}

  /// Tell the doorkeeper that this session has answered its probe.
  record Answered(long token) implements IntakeEffect {}

  /// Find or create the stream's place; answer with `onOpened` when everything below its `next` is durable, or with
  /// `onOpenRefused`.
  ///
  /// @param edgeEnd where the stream ends at the edge: its digest there is asked for if it is below `next`
  record OpenStream(int alias, StreamSpec stream, long edgeEnd) implements IntakeEffect {}

  /// Append the records [from, to); answer with `onDurable` after the fsync, or with `onAppendFailed`.
  ///
  /// @param batch checked; from position to limit, in a buffer that the receiver owns from now on
  record Append(int alias, long streamId, long from, long to, ByteBuffer batch)
      implements IntakeEffect {}

  /// Store the Gap, of which nothing was stored before; answer as for `Append`.
  record AppendGap(int alias, long streamId, Gap gap, long digestAtTo) implements IntakeEffect {}

  /// The edge wants a batch of the stream that begins at `want.from()`; answer with `onSupplied`.
  record Supply(Want want, long streamId) implements IntakeEffect {}

  /// The edge wants to compare a digest; answer with `onDigestTold`. Before that no other one is asked.
  record TellDigest(DigestAsk ask, StreamSpec stream) implements IntakeEffect {}

  /// The batch that was asked for by `fetch` has come: as the edge sent it, unchecked.
  record Fetched(long streamId, long from, ByteBuffer batch) implements IntakeEffect {}

  /// It will not come.
  ///
  /// @param isAbsent the edge does not have it; else the session ended before its answer
  record NotFetched(long streamId, long from, boolean isAbsent) implements IntakeEffect {}

  /// The edge's answer to `askDigest`; null when the session ended before it.
  record Digested(long streamId, long offset, @Nullable Long digest) implements IntakeEffect {}

  /// Something that the hub's operator should be able to see: a fork, a lost tail, a hub that went back, a refusal.
  record Notice(String text) implements IntakeEffect {}

  /// Close the link once what was sent is written; then call `disconnected`.
  record Disconnect(String reason) implements IntakeEffect {}
}
