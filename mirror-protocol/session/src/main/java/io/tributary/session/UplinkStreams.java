package io.tributary.session;

import io.tributary.record.Digest;
import io.tributary.session.frame.Ack;
import io.tributary.session.frame.Confirm;
import io.tributary.session.frame.Direction;
import io.tributary.session.frame.Open;
import io.tributary.session.frame.Refusal;
import io.tributary.session.frame.RefusalCode;
import io.tributary.session.frame.Resume;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// The streams of an Uplink: how each is opened, agreed on, acknowledged and refused.
///
/// What the hub says is returned as a text if it breaks the protocol, else null.
final class UplinkStreams {
  private final SessionLimits limits;
  private final Outflow outflow;
  private final LinkWatch link;
  private final Map<Long, UplinkStream> streams = new LinkedHashMap<>();

  /// By alias, of this session only.
  private final List<UplinkStream> opened = new ArrayList<>();

  private final RateMeter ackRate = new RateMeter();

  private long refusals;
  private long forks;
  private long lostTails;
  private long wentBack;

  UplinkStreams(SessionLimits limits, Outflow outflow, LinkWatch link) {
    this.limits = limits;
    this.outflow = outflow;
    this.link = link;
  }

  /// @param isLinked whether the offer was made after the link came up
  UplinkStream offer(StreamOffer offer, boolean isLinked) {
    UplinkStream stream = streams.computeIfAbsent(offer.streamId(), id -> new UplinkStream(offer));
    stream.offer(offer, isLinked);
    return stream;
  }

  /// The hub has accepted the session: opens what was offered since the link came up, asks for the rest.
  void openAll(long nowNanos, Effects<UplinkEffect> out) {
    for (UplinkStream stream : streams.values()) {
      if (stream.isFresh()) {
        open(stream, nowNanos, out);
      } else {
        out.add(new UplinkEffect.Describe(stream.id()));
      }
    }
  }

  /// Streams that were opened again and again have used up the numbers of this session.
  boolean hasNoNumbersLeft() {
    return opened.size() >= limits.streams() && streams.size() < limits.streams();
  }

  void open(UplinkStream stream, long nowNanos, Effects<UplinkEffect> out) {
    StreamOffer offer = stream.offer();
    stream.opened(opened.size(), nowNanos);
    opened.add(stream);
    link.send(
        new Open(
            stream.alias(),
            Direction.EDGE_TO_HUB,
            offer.streamId(),
            offer.start(),
            offer.end(),
            offer.digestAtEnd(),
            offer.topic(),
            offer.className()),
        nowNanos,
        out);
  }

  @Nullable String resume(Resume resume, long nowNanos, Effects<UplinkEffect> out) {
    UplinkStream stream = byAlias(resume.alias());
    if (stream == null || stream.state() != StreamState.OPENING) {
      return "a Resume that no Open asked for";
    }
    StreamOffer offer = stream.offer();
    long next = resume.next();
    stream.resumedAt(next);
    if (next <= offer.end()) {
      stream.checking(next, resume.digestAtNext());
      out.add(new UplinkEffect.DigestAt(stream.id(), next));
    } else if (offer.isSealed() && Digest.agree(resume.digestAtEnd(), offer.digestAtEnd())) {
      stream.checking(next, resume.digestAtNext());
      confirm(stream, Confirm.Kind.SEALED, nowNanos, out);
    } else if (!offer.isSealed() && mayJump(resume.digestAtEnd(), offer)) {
      stream.jumping(next, resume.digestAtNext());
      out.add(new UplinkEffect.Jump(stream.id(), offer.end(), next, resume.digestAtNext()));
    } else {
      fork(stream, "other records below offset " + offer.end() + " than at the hub", nowNanos, out);
    }
    return null;
  }

  /// The hub is ahead. Where nobody can tell whether it holds the same records below the edge's end, the edge goes over
  /// them only if all of them were acknowledged: others would be lost without a word.
  private static boolean mayJump(long digestAtHub, StreamOffer offer) {
    boolean isKnown = digestAtHub != Digest.UNKNOWN && offer.digestAtEnd() != Digest.UNKNOWN;
    return Digest.agree(digestAtHub, offer.digestAtEnd())
        && (isKnown || offer.acked() >= offer.end());
  }

  void onDigest(long streamId, long offset, long digest, long nowNanos, Effects<UplinkEffect> out) {
    UplinkStream stream = streams.get(streamId);
    if (stream == null || stream.state() != StreamState.CHECKING || stream.next() != offset) {
      return;
    }
    if (!Digest.agree(digest, stream.digestAtNext())) {
      fork(stream, "other records below offset " + offset + " than at the hub", nowNanos, out);
      return;
    }
    Confirm.Kind kind = Confirm.Kind.RESUME;
    long acked = stream.acked();
    if (offset < acked) {
      kind = Confirm.Kind.HUB_WENT_BACK;
      wentBack++;
      out.add(new UplinkEffect.WentBack(streamId, acked, offset));
      String text = "the hub has " + offset + ", but acknowledged " + acked;
      alarm(stream, text + "; what is still held is sent again", out);
    }
    confirm(stream, kind, nowNanos, out);
  }

  void onJumped(long streamId, long nowNanos, Effects<UplinkEffect> out) {
    UplinkStream stream = streams.get(streamId);
    if (stream != null && stream.state() == StreamState.JUMPING) {
      lostTails++;
      long lost = stream.next() - stream.offer().end();
      alarm(stream, "the disk lost its last " + lost + " records; the hub has them", out);
      confirm(stream, Confirm.Kind.LOST_TAIL, nowNanos, out);
    }
  }

  void onJumpRefused(long streamId, String why, long nowNanos, Effects<UplinkEffect> out) {
    UplinkStream stream = streams.get(streamId);
    if (stream != null && stream.state() == StreamState.JUMPING) {
      fork(stream, why, nowNanos, out);
    }
  }

  @Nullable String ack(Ack ack, long nowNanos, Effects<UplinkEffect> out) {
    UplinkStream stream = byAlias(ack.alias());
    if (stream == null) {
      return ack.alias() < opened.size() ? null : "an Ack for a stream that was not opened";
    }
    boolean mayBeAcked = stream.isStreaming() || stream.state() == StreamState.REFUSED;
    if (!mayBeAcked || ack.end() > stream.sent()) {
      return "an Ack for what was not sent";
    }
    if (ack.end() > stream.acked()) {
      ackRate.add(stream.ackedTo(ack.end()), nowNanos);
      out.add(new UplinkEffect.Acked(stream.id(), ack.end()));
    }
    return null;
  }

  /// The hub's refusal of a stream.
  @Nullable String refused(Refusal refusal, long nowNanos, Effects<UplinkEffect> out) {
    refusals++;
    UplinkStream stream = byAlias(refusal.alias());
    if (stream == null) {
      boolean wasOpened = refusal.alias() < opened.size();
      return wasOpened ? null : "a refusal of a stream that was not opened";
    }
    if (refusal.code() == RefusalCode.FORK) {
      forks++;
    }
    boolean isNews = stream.refusalCode() != refusal.code();
    suspend(stream, out);
    stream.refused(refusal.code(), refusal.text());
    if (refusal.retryAfterMs() > 0) {
      stream.retryAfter(nanos(refusal.retryAfterMs()), nowNanos);
    }
    if (isNews) {
      alarm(stream, "the hub refused it: " + refusal.code() + ": " + refusal.text(), out);
    }
    return null;
  }

  /// Whether a piece is what the stream sends next; if not, the class is to be asked for another one.
  boolean accepts(UplinkStream stream, long from, long to) {
    boolean fits = stream.isStreaming() && to > stream.sent();
    if (fits && from > stream.sent()) {
      throw new IllegalStateException(
          "the cursor skipped [" + stream.sent() + ", " + from + ") without a Gap");
    }
    return fits;
  }

  void fork(UplinkStream stream, String text, long nowNanos, Effects<UplinkEffect> out) {
    forks++;
    refuse(stream, RefusalCode.FORK, text, nowNanos, out);
  }

  /// The edge's own refusal: both ends name it, until a person decides.
  void refuse(
      UplinkStream stream,
      RefusalCode code,
      String text,
      long nowNanos,
      Effects<UplinkEffect> out) {
    link.send(new Refusal(code, stream.alias(), 0, text), nowNanos, out);
    suspend(stream, out);
    stream.refused(code, text);
    alarm(stream, code + ": " + text, out);
  }

  /// Asks for what is to be opened again.
  ///
  /// @return why the session cannot go on, or null
  @Nullable String tick(long nowNanos, Effects<UplinkEffect> out) {
    for (UplinkStream stream : streams.values()) {
      if (stream.isRetryDue(nowNanos)) {
        stream.closed();
        out.add(new UplinkEffect.Describe(stream.id()));
      } else if (stream.state() == StreamState.OPENING && openLeftNanos(stream, nowNanos) <= 0) {
        return "the hub did not answer the Open of " + name(stream);
      }
    }
    return null;
  }

  /// How long `tick` has nothing to do.
  long tickInNanos(long nowNanos) {
    long left = Long.MAX_VALUE;
    for (UplinkStream stream : streams.values()) {
      if (stream.state() == StreamState.OPENING) {
        left = Math.min(left, openLeftNanos(stream, nowNanos));
      } else if (stream.retries()) {
        left = Math.min(left, stream.retryNanos() - nowNanos);
      }
    }
    return left;
  }

  /// The session is over.
  void closeAll(Effects<UplinkEffect> out) {
    for (UplinkStream stream : streams.values()) {
      if (stream.isStreaming()) {
        out.add(new UplinkEffect.SuspendCursor(stream.id()));
      }
      stream.closed();
    }
    opened.clear();
  }

  UplinkStream resumed(long streamId) {
    UplinkStream stream = streams.get(streamId);
    if (stream == null) {
      throw new IllegalStateException("the cursor gave a stream that nobody offered: " + streamId);
    }
    return stream;
  }

  List<UplinkStatus.Stream> status() {
    return streams.values().stream().map(UplinkStream::status).toList();
  }

  UplinkStatus.Counters counters(long sessions, long sessionRefusals) {
    return new UplinkStatus.Counters(
        sessions, sessionRefusals + refusals, forks, lostTails, wentBack);
  }

  long ackedBytesPerSecond(long nowNanos) {
    return ackRate.bytesPerSecond(nowNanos);
  }

  private void confirm(
      UplinkStream stream, Confirm.Kind kind, long nowNanos, Effects<UplinkEffect> out) {
    stream.streaming();
    link.send(new Confirm(stream.alias(), kind, stream.next()), nowNanos, out);
    if (kind != Confirm.Kind.SEALED) {
      out.add(new UplinkEffect.ResumeCursor(stream.id(), stream.next()));
      outflow.laneOf(stream).wake();
    }
  }

  private void suspend(UplinkStream stream, Effects<UplinkEffect> out) {
    if (stream.isStreaming()) {
      outflow.drop(stream);
      out.add(new UplinkEffect.SuspendCursor(stream.id()));
    }
  }

  /// Whether a stream of this number was opened in this session.
  boolean wasOpened(int alias) {
    return alias < opened.size();
  }

  /// The stream of this number if it streams now.
  @Nullable UplinkStream streaming(int alias) {
    UplinkStream stream = byAlias(alias);
    return stream != null && stream.isStreaming() ? stream : null;
  }

  /// The stream if it was opened in this session and is refused as a fork.
  @Nullable UplinkStream forked(long streamId) {
    UplinkStream stream = streams.get(streamId);
    return stream != null
            && stream.alias() != UplinkStream.NO_ALIAS
            && stream.state() == StreamState.REFUSED
            && stream.refusalCode() == RefusalCode.FORK
        ? stream
        : null;
  }

  /// What was refused is to be looked at again, because the journal has changed it.
  void reopen(long streamId, boolean isConnected, Effects<UplinkEffect> out) {
    UplinkStream stream = streams.get(streamId);
    if (stream != null && stream.state() == StreamState.REFUSED) {
      stream.closed();
      if (isConnected) {
        out.add(new UplinkEffect.Describe(streamId));
      }
    }
  }

  /// The stream if it streams now.
  @Nullable UplinkStream streaming(long streamId) {
    UplinkStream stream = streams.get(streamId);
    return stream != null && stream.isStreaming() ? stream : null;
  }

  private @Nullable UplinkStream byAlias(int alias) {
    UplinkStream stream = alias < opened.size() ? opened.get(alias) : null;
    return stream != null && stream.alias() == alias ? stream : null;
  }

  private long openLeftNanos(UplinkStream stream, long nowNanos) {
    return stream.openedNanos() - nowNanos + nanos(limits.openMs());
  }

  private static void alarm(UplinkStream stream, String text, Effects<UplinkEffect> out) {
    out.add(new UplinkEffect.Alarm(name(stream) + ": " + text));
  }

  private static String name(UplinkStream stream) {
    return "stream " + stream.id() + " (topic " + stream.offer().topic() + ")";
  }

  private static long nanos(int ms) {
    return TimeUnit.MILLISECONDS.toNanos(ms);
  }
}
