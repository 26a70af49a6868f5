package io.tributary.session;

import io.tributary.record.BatchRefused;
import io.tributary.record.BatchView;
import io.tributary.record.Gap;
import io.tributary.session.frame.Ack;
import io.tributary.session.frame.Credit;
import io.tributary.session.frame.Data;
import io.tributary.session.frame.GapFrame;
import io.tributary.session.frame.Refusal;
import io.tributary.session.frame.RefusalCode;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What comes in of the streams that are open: slices become batches, batches and Gaps are checked and handed to the
/// store, and what they cost is taken from the credit until the store has answered.
///
/// What is wrong is returned as a Refusal: of the session where the order of frames or a bound was broken, of the stream
/// where its content may not be believed.
///
/// Invariant: held + due <= the credit given, where held counts a whole batch from its first slice, and due is what was
/// given back and not yet sent.
final class Inflow {
  private final SessionLimits limits;
  private final BatchCheck check;

  /// Streams whose Ack goes out with the next flush, in the order in which they became due.
  private final List<IntakeStream> ackDue = new ArrayList<>();

  private long heldBytes;
  private long creditDue;

  Inflow(SessionLimits limits, BatchCheck check) {
    this.limits = limits;
    this.check = check;
  }

  long heldBytes() {
    return heldBytes;
  }

  /// @param edgeId in UTF-8
  @Nullable Refusal data(IntakeStream stream, Data data, byte[] edgeId, Effects<IntakeEffect> out) {
    boolean isFirst = data.sliceOffset() == 0;
    Refusal refusal = isFirst ? take(stream, data.batchBytes()) : notOpen(stream);
    if (refusal != null) {
      return refusal;
    }
    if (stream.state() == StreamState.REFUSED) {
      // It was on its way. The credit of a whole batch comes back with its first slice.
      giveBack(isFirst ? data.batchBytes() : 0);
      return null;
    }
    if (!stream.fits(data)) {
      return violation(RefusalCode.PROTOCOL, "a slice that does not follow the last");
    }
    ByteBuffer batch = stream.put(data);
    return batch == null ? null : batch(stream, batch, edgeId, out);
  }

  @Nullable Refusal gap(IntakeStream stream, GapFrame frame, Effects<IntakeEffect> out) {
    Refusal refusal = take(stream, GapFrame.CREDIT_BYTES);
    if (refusal != null) {
      return refusal;
    }
    if (stream.state() == StreamState.REFUSED) {
      giveBack(GapFrame.CREDIT_BYTES);
      return null;
    }
    Gap gap = frame.gap();
    if (gap.to() <= stream.next()) {
      return known(stream, GapFrame.CREDIT_BYTES);
    }
    if (gap.from() > stream.next()) {
      return hole(stream, gap.from(), gap.to(), GapFrame.CREDIT_BYTES);
    }
    Gap lacked = new Gap(stream.next(), gap.to(), gap.reason());
    stream.appended(gap.to(), GapFrame.CREDIT_BYTES);
    long id = stream.spec().streamId();
    out.add(new IntakeEffect.AppendGap(stream.alias(), id, lacked, frame.digestAtTo()));
    return null;
  }

  void durable(IntakeStream stream, long end) {
    giveBack(stream.durable(end));
    acknowledge(stream);
  }

  /// The store keeps nothing of what it has of the stream and is not durable.
  void failed(IntakeStream stream) {
    giveBack(stream.failed());
  }

  /// Refuses the stream: what was coming is dropped.
  void drop(IntakeStream stream, RefusalCode code, String text) {
    giveBack(stream.refused(code, text));
  }

  void acknowledge(IntakeStream stream) {
    if (stream.dueForAck()) {
      ackDue.add(stream);
    }
  }

  /// Sends the Acks and the credit that have come together.
  void flush(Effects<IntakeEffect> out) {
    for (IntakeStream stream : ackDue) {
      Ack ack = stream.takeAck();
      if (ack != null) {
        out.add(new IntakeEffect.Send(ack));
      }
    }
    ackDue.clear();
    if (creditDue > 0) {
      out.add(new IntakeEffect.Send(new Credit((int) creditDue)));
      creditDue = 0;
    }
  }

  private @Nullable Refusal batch(
      IntakeStream stream, ByteBuffer batch, byte[] edgeId, Effects<IntakeEffect> out) {
    int size = batch.remaining();
    long id = stream.spec().streamId();
    long from;
    long to;
    try {
      BatchView view = check.check(batch, id, edgeId);
      from = view.baseOffset();
      to = view.nextOffset();
    } catch (BatchRefused e) {
      giveBack(size);
      return new Refusal(RefusalCode.BATCH, stream.alias(), 0, String.valueOf(e.getMessage()));
    }
    long next = stream.next();
    if (to <= next) {
      return known(stream, size);
    }
    if (from > next) {
      return hole(stream, from, to, size);
    }
    if (from < next) {
      giveBack(size);
      String text = "the hub's end " + next + " lies inside [" + from + ", " + to + ")";
      return new Refusal(RefusalCode.FORK, stream.alias(), 0, text);
    }
    stream.appended(to, size);
    out.add(new IntakeEffect.Append(stream.alias(), id, from, to, batch));
    return null;
  }

  /// A re-send of what the hub has.
  private @Nullable Refusal known(IntakeStream stream, int costBytes) {
    stream.duplicate();
    giveBack(costBytes);
    acknowledge(stream);
    return null;
  }

  private Refusal hole(IntakeStream stream, long from, long to, int costBytes) {
    giveBack(costBytes);
    String text = "[" + from + ", " + to + ") where " + stream.next() + " is next";
    return new Refusal(RefusalCode.HOLE, stream.alias(), limits.retryMs(), text);
  }

  /// Takes from the credit, before any room is made.
  private @Nullable Refusal take(IntakeStream stream, int bytes) {
    Refusal refusal = notOpen(stream);
    if (refusal != null) {
      return refusal;
    }
    if (bytes > limits.batchBytes()) {
      return violation(
          RefusalCode.LIMIT, "a batch of " + bytes + " bytes, allowed are " + limits.batchBytes());
    }
    if (heldBytes + creditDue + bytes > limits.creditBytes()) {
      return violation(RefusalCode.LIMIT, "more than the credit");
    }
    heldBytes += bytes;
    return null;
  }

  /// Data may come for a stream that streams, or that was refused while they were on their way.
  private static @Nullable Refusal notOpen(IntakeStream stream) {
    return switch (stream.state()) {
      case STREAMING, REFUSED -> null;
      case OFFERED, OPENING, CHECKING, JUMPING ->
          violation(RefusalCode.PROTOCOL, "data before the Confirm");
    };
  }

  private static Refusal violation(RefusalCode code, String what) {
    return Refusal.ofSession(code, 0, what);
  }

  private void giveBack(long bytes) {
    heldBytes -= bytes;
    creditDue += bytes;
    assert heldBytes >= 0 : "more came back than was taken";
  }
}
