package io.tributary.session;

import io.tributary.session.frame.RefusalCode;
import org.jspecify.annotations.Nullable;

/// What the Uplink knows of one stream. Only the Uplink and its Outflow change it.
///
/// OFFERED --Open--> OPENING --Resume--> CHECKING --digests agree--> STREAMING; CHECKING --lost tail--> JUMPING -->
/// STREAMING; any --Refusal--> REFUSED.
final class UplinkStream {
  static final int NO_ALIAS = -1;

  /// A stream that the hub cannot take waits 64 times as long as the hub asked for at most.
  private static final int DOUBLINGS_MOST = 6;

  private StreamOffer offer;
  private StreamState state = StreamState.OFFERED;
  private int alias = NO_ALIAS;

  /// Offered since the link came up: what the offer says may be sent in an Open.
  private boolean fresh;

  private long openedNanos;
  private long next;

  /// Where the hub said that the stream ends there; -1 before it did.
  private long hubNext = -1;

  private long digestAtNext;
  private long sent;
  private long acked;
  private InFlight inFlight = new InFlight();
  private @Nullable RefusalCode refusalCode;
  private String refusalText = "";
  private boolean retries;
  private int refusals;
  private long retryNanos;

  UplinkStream(StreamOffer offer) {
    this.offer = offer;
    this.acked = offer.acked();
    this.sent = offer.acked();
  }

  void offer(StreamOffer renewed, boolean isFresh) {
    offer = renewed;
    fresh = isFresh;
    if (state == StreamState.OFFERED) {
      acked = renewed.acked();
      sent = acked;
    }
  }

  void opened(int newAlias, long nowNanos) {
    state = StreamState.OPENING;
    alias = newAlias;
    openedNanos = nowNanos;
    inFlight = new InFlight();
  }

  void resumedAt(long newHubNext) {
    hubNext = newHubNext;
  }

  void checking(long newNext, long hubDigestAtNext) {
    state = StreamState.CHECKING;
    next = newNext;
    digestAtNext = hubDigestAtNext;
  }

  void jumping(long newNext, long hubDigestAtNext) {
    checking(newNext, hubDigestAtNext);
    state = StreamState.JUMPING;
  }

  /// The watermark is the hub's word from now on: its first Ack follows at once.
  void streaming() {
    state = StreamState.STREAMING;
    sent = next;
    acked = Math.min(acked, next);
    refusalCode = null;
    refusalText = "";
  }

  void refused(RefusalCode code, String text) {
    state = StreamState.REFUSED;
    refusalCode = code;
    refusalText = text;
    retries = false;
  }

  /// Each time that it is refused without progress in between, it waits twice as long.
  void retryAfter(long nanos, long nowNanos) {
    retries = true;
    retryNanos = nowNanos + (nanos << refusals);
    refusals = Math.min(refusals + 1, DOUBLINGS_MOST);
  }

  /// Time to ask for a new offer; the Open follows when it comes.
  boolean isRetryDue(long nowNanos) {
    return state == StreamState.REFUSED && retries && nowNanos - retryNanos >= 0;
  }

  /// Back to the start: the link is gone, or the stream is to be opened again.
  void closed() {
    state = StreamState.OFFERED;
    fresh = false;
    alias = NO_ALIAS;
    inFlight = new InFlight();
    sent = acked;
    retries = false;
  }

  void sentTo(long end, int costBytes) {
    sent = end;
    inFlight.add(end, costBytes);
  }

  /// Returns the bytes of credit that this end covers.
  long ackedTo(long end) {
    acked = end;
    refusals = 0;
    return inFlight.removeTo(end);
  }

  StreamOffer offer() {
    return offer;
  }

  long id() {
    return offer.streamId();
  }

  StreamState state() {
    return state;
  }

  boolean isStreaming() {
    return state == StreamState.STREAMING;
  }

  boolean isFresh() {
    return fresh;
  }

  boolean retries() {
    return retries;
  }

  int alias() {
    return alias;
  }

  /// Why it was refused last, until it streams again.
  @Nullable RefusalCode refusalCode() {
    return refusalCode;
  }

  long openedNanos() {
    return openedNanos;
  }

  long retryNanos() {
    return retryNanos;
  }

  long next() {
    return next;
  }

  long hubNext() {
    return hubNext;
  }

  long digestAtNext() {
    return digestAtNext;
  }

  long sent() {
    return sent;
  }

  long acked() {
    return acked;
  }

  UplinkStatus.Stream status() {
    return new UplinkStatus.Stream(
        offer.streamId(),
        offer.topic(),
        offer.className(),
        offer.isSealed(),
        state,
        refusalCode,
        refusalText,
        sent,
        acked,
        inFlight.count(),
        inFlight.bytes());
  }
}
