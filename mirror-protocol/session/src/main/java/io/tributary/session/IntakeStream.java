package io.tributary.session;

import io.tributary.session.frame.Ack;
import io.tributary.session.frame.Confirm;
import io.tributary.session.frame.Data;
import io.tributary.session.frame.RefusalCode;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/// What the Intake knows of one stream: how far it is, and the batch that is coming in slices.
///
/// OPENING --store answers--> CHECKING --Confirm--> STREAMING; any --Refusal of either side--> REFUSED.
final class IntakeStream {
  private final int alias;
  private final StreamSpec spec;
  private final long edgeEnd;
  private final InFlight pending = new InFlight();
  private StreamState state = StreamState.OPENING;
  private boolean wasOpened;
  private long next;
  private long durable;
  private boolean ackDue;
  private @Nullable ByteBuffer assembly;
  private Confirm.@Nullable Kind confirmed;
  private @Nullable RefusalCode refusalCode;
  private String refusalText = "";
  private long batches;
  private long duplicates;
  private long bytes;

  IntakeStream(int alias, StreamSpec spec, long edgeEnd) {
    this.alias = alias;
    this.spec = spec;
    this.edgeEnd = edgeEnd;
  }

  void opened(long storeNext) {
    state = StreamState.CHECKING;
    wasOpened = true;
    next = storeNext;
    durable = storeNext;
  }

  /// Only now is it agreed that what the hub has is what the edge has, so only now may it be acknowledged.
  void confirmed(Confirm.Kind kind) {
    state = StreamState.STREAMING;
    confirmed = kind;
  }

  /// Returns the credit of the batch that was coming; what the store holds already keeps its credit until it answers.
  long refused(RefusalCode code, String text) {
    state = StreamState.REFUSED;
    refusalCode = code;
    refusalText = text;
    ByteBuffer begun = assembly;
    assembly = null;
    return begun == null ? 0 : begun.capacity();
  }

  /// The store keeps nothing of what is pending. Returns its credit.
  long failed() {
    return pending.removeTo(Long.MAX_VALUE);
  }

  /// The slice follows the one before it, or begins a batch.
  boolean fits(Data data) {
    ByteBuffer begun = assembly;
    return begun == null
        ? data.sliceOffset() == 0
        : data.sliceOffset() == begun.position() && data.batchBytes() == begun.capacity();
  }

  /// Copies the slice, the only copy on the way to the store; returns the batch when it is whole.
  @Nullable ByteBuffer put(Data data) {
    ByteBuffer begun = assembly;
    if (begun == null) {
      begun = ByteBuffer.allocate(data.batchBytes());
      assembly = begun;
    }
    begun.put(data.slice().duplicate());
    if (begun.hasRemaining()) {
      return null;
    }
    assembly = null;
    return begun.flip();
  }

  void appended(long to, int costBytes) {
    next = to;
    batches++;
    bytes += costBytes;
    pending.add(to, costBytes);
  }

  void duplicate() {
    duplicates++;
  }

  /// Returns the credit of what is durable now.
  long durable(long end) {
    if (end <= durable) {
      return 0;
    }
    durable = end;
    return pending.removeTo(end);
  }

  /// True the first time, until the Ack is taken: the stream has something to acknowledge.
  boolean dueForAck() {
    if (ackDue || state != StreamState.STREAMING || durable == 0) {
      return false;
    }
    ackDue = true;
    return true;
  }

  /// The Ack to send; null if the stream was refused meanwhile.
  @Nullable Ack takeAck() {
    ackDue = false;
    return state == StreamState.STREAMING ? new Ack(alias, durable) : null;
  }

  int alias() {
    return alias;
  }

  StreamSpec spec() {
    return spec;
  }

  long edgeEnd() {
    return edgeEnd;
  }

  StreamState state() {
    return state;
  }

  /// Whether the store knows it as a stream of this edge.
  boolean wasOpened() {
    return wasOpened;
  }

  long next() {
    return next;
  }

  IntakeStatus.Stream status() {
    return new IntakeStatus.Stream(
        spec,
        state,
        confirmed,
        refusalCode,
        refusalText,
        edgeEnd,
        next,
        durable,
        pending.bytes(),
        batches,
        duplicates,
        bytes);
  }
}
