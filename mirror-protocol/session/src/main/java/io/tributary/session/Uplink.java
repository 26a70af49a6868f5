package io.tributary.session;

import io.tributary.record.Digest;
import io.tributary.record.Gap;
import io.tributary.session.UplinkStatus.Connection;
import io.tributary.session.frame.Ack;
import io.tributary.session.frame.Close;
import io.tributary.session.frame.Confirm;
import io.tributary.session.frame.Credit;
import io.tributary.session.frame.Data;
import io.tributary.session.frame.Direction;
import io.tributary.session.frame.Frame;
import io.tributary.session.frame.GapFrame;
import io.tributary.session.frame.Hello;
import io.tributary.session.frame.Open;
import io.tributary.session.frame.Ping;
import io.tributary.session.frame.Pong;
import io.tributary.session.frame.Refusal;
import io.tributary.session.frame.RefusalCode;
import io.tributary.session.frame.Resume;
import io.tributary.session.frame.Welcome;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// The edge's half of a session, used again for every link. Confined to one thread; does no I/O.
///
/// ```
/// CLOSED --connected: Hello--> GREETING --Welcome--> CONNECTED --Refusal, silence, farewell--> CLOSING
///    ^                            |                                                              |
///    +--------disconnected--------+--------------------------------------------------------------+
/// ```
///
/// The owner's loop: hand over what came in (`onFrame`, `tick`, answers), call `fill` with the room that the link has,
/// carry out the effects, and `fill` again until no effect comes.
///
/// Invariants, per stream: acked <= sent <= the end that the journal gave; in all: bytes in flight <= credit. A stream
/// is opened only with an offer that was made after the link came up, so what it says is never older than the session.
public final class Uplink {
  private final UplinkConfig config;
  private final Outflow outflow;
  private final Map<Long, UplinkStream> streams = new LinkedHashMap<>();

  /// The streams by alias, of this session only.
  private final List<UplinkStream> opened = new ArrayList<>();

  private final RateMeter ackRate = new RateMeter();

  private Connection connection = Connection.CLOSED;
  private String reason = "not connected yet";
  private long sinceNanos;
  private long lastHeardNanos;
  private long lastSentNanos;
  private long heartbeatNanos;
  private int hubBatchBytes;
  private @Nullable UUID hubId;

  private long sessions;
  private long refusals;
  private long forks;
  private long lostTails;
  private long wentBack;

  public Uplink(UplinkConfig config) {
    this.config = config;
    this.outflow = new Outflow(config);
  }

  /// The link is up, and authenticated if it ever will be.
  public void connected(long nowNanos, Effects<UplinkEffect> out) {
    if (connection != Connection.CLOSED) {
      throw new IllegalStateException("the last link was not reported as gone: " + connection);
    }
    enter(Connection.GREETING, "waiting for the hub's welcome", nowNanos);
    lastHeardNanos = nowNanos;
    heartbeatNanos = TimeUnit.MILLISECONDS.toNanos(config.heartbeatMs());
    Hello hello =
        new Hello(
            ProtocolVersion.OLDEST,
            ProtocolVersion.NEWEST,
            config.heartbeatMs(),
            config.incarnation(),
            config.runId(),
            config.edgeId(),
            config.agentVersion());
    send(hello, nowNanos, out);
  }

  /// The link is gone, or could not be made. Without a link before, only the reason changes.
  public void disconnected(String why, long nowNanos, Effects<UplinkEffect> out) {
    switch (connection) {
      case CLOSED -> reason = why;
      case CLOSING -> enter(Connection.CLOSED, reason, nowNanos);
      case GREETING, CONNECTED -> enter(Connection.CLOSED, why, nowNanos);
    }
    for (UplinkStream stream : streams.values()) {
      if (stream.isStreaming()) {
        out.add(new UplinkEffect.SuspendCursor(stream.id()));
      }
      stream.closed();
    }
    opened.clear();
    outflow.restart(0, nowNanos);
  }

  /// A stream to mirror: once when it is born or found at the start, and again whenever `Describe` asks for it.
  public void offer(StreamOffer offer, long nowNanos, Effects<UplinkEffect> out) {
    if (outflow.lane(offer.className()) == null) {
      throw new IllegalArgumentException("no class is named " + offer.className());
    }
    UplinkStream stream = streams.computeIfAbsent(offer.streamId(), id -> new UplinkStream(offer));
    stream.offer(offer, connection != Connection.CLOSED);
    if (connection == Connection.CONNECTED && stream.state() == StreamState.OFFERED) {
      open(stream, nowNanos, out);
    }
  }

  /// Says farewell; the owner closes the link when it is written.
  public void shutdown(String why, long nowNanos, Effects<UplinkEffect> out) {
    if (connection == Connection.GREETING || connection == Connection.CONNECTED) {
      send(new Close(Close.Code.SHUTDOWN, why), nowNanos, out);
      disconnect(why, 0, nowNanos, out);
    }
  }

  /// A frame of the hub.
  public void onFrame(Frame frame, long nowNanos, Effects<UplinkEffect> out) {
    lastHeardNanos = nowNanos;
    boolean isConnected = connection == Connection.CONNECTED;
    if (!isConnected && connection != Connection.GREETING) {
      return; // what was on its way when the session ended
    }
    switch (frame) {
      case Welcome welcome when !isConnected -> welcomed(welcome, nowNanos, out);
      case Refusal refusal when refusal.alias() == Refusal.SESSION ->
          refused(refusal, nowNanos, out);
      case Ping ping -> send(new Pong(ping.token()), nowNanos, out);
      case Pong pong -> outflow.pipe().onPong(pong.token(), nowNanos);
      case Close close -> disconnect("the hub closed: " + close.text(), 0, nowNanos, out);
      case Refusal refusal when isConnected -> streamRefused(refusal, nowNanos, out);
      case Resume resume when isConnected -> resume(resume, nowNanos, out);
      case Ack ack when isConnected -> ack(ack, nowNanos, out);
      case Credit credit when isConnected -> {
        if (!outflow.onCredit(credit.bytes())) {
          violated("more credit came back than was given", nowNanos, out);
        }
      }
      case Welcome f -> violated("a second Welcome", nowNanos, out);
      case Refusal f -> violated("a stream refused before the Welcome", nowNanos, out);
      case Resume f -> violated("a Resume before the Welcome", nowNanos, out);
      case Ack f -> violated("an Ack before the Welcome", nowNanos, out);
      case Credit f -> violated("credit before the Welcome", nowNanos, out);
      case Hello f -> violated("a Hello from a hub", nowNanos, out);
      case Open f -> violated("an Open from a hub", nowNanos, out);
      case Confirm f -> violated("a Confirm from a hub", nowNanos, out);
      case Data f -> violated("a Data frame from a hub", nowNanos, out);
      case GapFrame f -> violated("a Gap from a hub", nowNanos, out);
    }
  }

  /// The bytes that came are no frame.
  public void onMalformed(Refusal refusal, long nowNanos, Effects<UplinkEffect> out) {
    if (connection == Connection.GREETING || connection == Connection.CONNECTED) {
      send(refusal, nowNanos, out);
      disconnect("the hub sent what is no frame: " + refusal.text(), 0, nowNanos, out);
    }
  }

  /// To be called at `deadlineNanos` at the latest; earlier does no harm.
  public void tick(long nowNanos, Effects<UplinkEffect> out) {
    if (connection == Connection.GREETING
        && nowNanos - sinceNanos >= nanos(config.limits().handshakeMs())) {
      disconnect("the hub did not answer the Hello", 0, nowNanos, out);
    }
    if (connection == Connection.CONNECTED && nowNanos - lastHeardNanos >= 2 * heartbeatNanos) {
      disconnect("nothing was heard for two heartbeats", 0, nowNanos, out);
    }
    if (connection == Connection.CONNECTED) {
      tickStreams(nowNanos, out);
    }
    if (connection == Connection.CONNECTED) {
      boolean isSilent =
          nowNanos - lastHeardNanos >= heartbeatNanos || nowNanos - lastSentNanos >= heartbeatNanos;
      if (isSilent && !outflow.pipe().isProbing()) {
        probe(nowNanos, out);
      }
    }
  }

  /// When `tick` has something to do at the latest; `Long.MAX_VALUE` away from now if never.
  public long deadlineNanos(long nowNanos) {
    long left = Long.MAX_VALUE;
    if (connection == Connection.GREETING) {
      left = sinceNanos + nanos(config.limits().handshakeMs()) - nowNanos;
    } else if (connection == Connection.CONNECTED) {
      left = lastHeardNanos + 2 * heartbeatNanos - nowNanos;
      if (!outflow.pipe().isProbing()) {
        left = Math.min(left, lastHeardNanos + heartbeatNanos - nowNanos);
        left = Math.min(left, lastSentNanos + heartbeatNanos - nowNanos);
      }
      for (UplinkStream stream : streams.values()) {
        if (stream.state() == StreamState.OPENING) {
          left = Math.min(left, stream.openedNanos() + nanos(config.limits().openMs()) - nowNanos);
        } else if (stream.retries()) {
          left = Math.min(left, stream.retryNanos() - nowNanos);
        }
      }
    }
    return left == Long.MAX_VALUE ? left : nowNanos + Math.max(0, left);
  }

  /// Sends what credit, window and room allow, the urgent first; asks for the pieces that it lacks.
  ///
  /// @param roomBytes how much the link can take now without waiting; exceeded by one frame at most
  public void fill(int roomBytes, long nowNanos, Effects<UplinkEffect> out) {
    int room = roomBytes;
    while (connection == Connection.CONNECTED && room > 0 && outflow.ask(out)) {
      Frame frame = outflow.next();
      if (frame == null) {
        return;
      }
      room -= frame instanceof Data data ? data.slice().remaining() : GapFrame.CREDIT_BYTES;
      send(frame, nowNanos, out);
      if (outflow.pipe().isProbeDue()) {
        probe(nowNanos, out);
      }
    }
  }

  /// More is durable in the journal of this class.
  public void journalAdvanced(String className) {
    lane(className).wake();
  }

  /// Answers `ReadNext`: the batch from position to limit, untouched until the Uplink asks this class again.
  public void onBatch(
      long streamId,
      long from,
      long to,
      ByteBuffer bytes,
      long nowNanos,
      Effects<UplinkEffect> out) {
    UplinkStream stream = resumed(streamId);
    if (!accepts(stream, from, to)) {
      return;
    }
    int size = bytes.remaining();
    if (from < stream.sent()) {
      lane(stream.offer().className()).drop();
      String why = "the hub's end " + stream.sent() + " lies inside [" + from + ", " + to + ")";
      fork(stream, why, nowNanos, out);
      return;
    }
    if (size > hubBatchBytes) {
      lane(stream.offer().className()).drop();
      String why = "a batch of " + size + " bytes, the hub takes " + hubBatchBytes;
      refuse(stream, RefusalCode.LIMIT, why, nowNanos, out);
      return;
    }
    lane(stream.offer().className()).put(stream, bytes, to);
  }

  /// Answers `ReadNext`: a hole in the stream.
  public void onGap(long streamId, Gap gap, long digestAtTo) {
    UplinkStream stream = resumed(streamId);
    if (accepts(stream, gap.from(), gap.to())) {
      lane(stream.offer().className()).put(stream, gap, digestAtTo);
    }
  }

  /// Answers `ReadNext`: nothing more is durable now.
  public void onNothing(String className) {
    lane(className).onNothing();
  }

  /// Answers `DigestAt`.
  public void onDigest(
      long streamId, long offset, long digest, long nowNanos, Effects<UplinkEffect> out) {
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
      String text = name(stream) + ": the hub has " + offset + ", but acknowledged " + acked;
      out.add(new UplinkEffect.Alarm(text + "; what is still held is sent again"));
    }
    confirm(stream, kind, nowNanos, out);
  }

  /// Answers `Jump`: the stream's end is the hub's now, durably.
  public void onJumped(long streamId, long nowNanos, Effects<UplinkEffect> out) {
    UplinkStream stream = streams.get(streamId);
    if (stream != null && stream.state() == StreamState.JUMPING) {
      lostTails++;
      long lost = stream.next() - stream.offer().end();
      out.add(
          new UplinkEffect.Alarm(
              name(stream) + ": the disk lost its last " + lost + " records; the hub has them"));
      confirm(stream, Confirm.Kind.LOST_TAIL, nowNanos, out);
    }
  }

  /// Answers `Jump`: not done, for instance because new records took the offsets meanwhile.
  public void onJumpRefused(long streamId, String why, long nowNanos, Effects<UplinkEffect> out) {
    UplinkStream stream = streams.get(streamId);
    if (stream != null && stream.state() == StreamState.JUMPING) {
      fork(stream, why, nowNanos, out);
    }
  }

  public UplinkStatus status(long nowNanos) {
    List<UplinkStatus.Stream> list = new ArrayList<>(streams.size());
    long inFlightBytes = 0;
    for (UplinkStream stream : streams.values()) {
      UplinkStatus.Stream status = stream.status();
      inFlightBytes += status.inFlightBytes();
      list.add(status);
    }
    return new UplinkStatus(
        connection,
        reason,
        sinceNanos,
        hubId,
        outflow.credit(),
        inFlightBytes,
        outflow.pipe().windowBytes(),
        outflow.pipe().roundTripNanos(),
        ackRate.bytesPerSecond(nowNanos),
        new UplinkStatus.Counters(sessions, refusals, forks, lostTails, wentBack),
        List.copyOf(list));
  }

  private void welcomed(Welcome welcome, long nowNanos, Effects<UplinkEffect> out) {
    if (welcome.version() < ProtocolVersion.OLDEST || welcome.version() > ProtocolVersion.NEWEST) {
      violated("version " + welcome.version() + " was not on offer", nowNanos, out);
      return;
    }
    sessions++;
    hubId = welcome.hubId();
    hubBatchBytes = welcome.maxBatchBytes();
    heartbeatNanos = nanos(welcome.heartbeatMs());
    enter(Connection.CONNECTED, "connected to hub " + welcome.hubId(), nowNanos);
    outflow.restart(welcome.creditBytes(), nowNanos);
    probe(nowNanos, out); // while the link is empty: what a round trip takes without a queue
    for (UplinkStream stream : streams.values()) {
      if (stream.isFresh()) {
        open(stream, nowNanos, out);
      } else {
        out.add(new UplinkEffect.Describe(stream.id()));
      }
    }
  }

  private void open(UplinkStream stream, long nowNanos, Effects<UplinkEffect> out) {
    int most = config.limits().streams();
    if (opened.size() >= most && streams.size() < most) {
      disconnect("the numbers for streams are used up; a new session follows", 0, nowNanos, out);
      return;
    }
    StreamOffer offer = stream.offer();
    stream.opened(opened.size(), nowNanos);
    opened.add(stream);
    send(
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

  private void resume(Resume resume, long nowNanos, Effects<UplinkEffect> out) {
    UplinkStream stream = byAlias(resume.alias());
    if (stream == null || stream.state() != StreamState.OPENING) {
      violated("a Resume that no Open asked for", nowNanos, out);
      return;
    }
    StreamOffer offer = stream.offer();
    if (resume.next() <= offer.end()) {
      stream.checking(resume.next(), resume.digestAtNext());
      out.add(new UplinkEffect.DigestAt(stream.id(), resume.next()));
    } else if (Digest.agree(resume.digestAtEnd(), offer.digestAtEnd())) {
      stream.jumping(resume.next(), resume.digestAtNext());
      out.add(
          new UplinkEffect.Jump(stream.id(), offer.end(), resume.next(), resume.digestAtNext()));
    } else {
      fork(stream, "other records below offset " + offer.end() + " than at the hub", nowNanos, out);
    }
  }

  private void confirm(
      UplinkStream stream, Confirm.Kind kind, long nowNanos, Effects<UplinkEffect> out) {
    stream.streaming();
    send(new Confirm(stream.alias(), kind, stream.next()), nowNanos, out);
    out.add(new UplinkEffect.ResumeCursor(stream.id(), stream.next()));
    lane(stream.offer().className()).wake();
  }

  private void ack(Ack ack, long nowNanos, Effects<UplinkEffect> out) {
    UplinkStream stream = byAlias(ack.alias());
    if (stream == null) {
      if (ack.alias() >= opened.size()) {
        violated("an Ack for a stream that was not opened", nowNanos, out);
      }
      return;
    }
    boolean mayBeAcked = stream.isStreaming() || stream.state() == StreamState.REFUSED;
    if (!mayBeAcked || ack.end() > stream.sent()) {
      violated("an Ack for what was not sent", nowNanos, out);
    } else if (ack.end() > stream.acked()) {
      ackRate.add(stream.ackedTo(ack.end()), nowNanos);
      out.add(new UplinkEffect.Acked(stream.id(), ack.end()));
    }
  }

  private void refused(Refusal refusal, long nowNanos, Effects<UplinkEffect> out) {
    refusals++;
    disconnect(
        "the hub refused: " + refusal.code() + ": " + refusal.text(),
        refusal.retryAfterMs(),
        nowNanos,
        out);
  }

  private void streamRefused(Refusal refusal, long nowNanos, Effects<UplinkEffect> out) {
    refusals++;
    UplinkStream stream = byAlias(refusal.alias());
    if (stream == null) {
      if (refusal.alias() >= opened.size()) {
        violated("a refusal of a stream that was not opened", nowNanos, out);
      }
      return;
    }
    boolean isNews = stream.refusalCode() != refusal.code();
    suspend(stream, out);
    stream.refused(refusal.code(), refusal.text());
    if (refusal.retryAfterMs() > 0) {
      stream.retryAfter(nanos(refusal.retryAfterMs()), nowNanos);
    }
    if (isNews) {
      String why = refusal.code() + ": " + refusal.text();
      out.add(new UplinkEffect.Alarm(name(stream) + ": the hub refused it: " + why));
    }
  }

  private void fork(UplinkStream stream, String text, long nowNanos, Effects<UplinkEffect> out) {
    forks++;
    refuse(stream, RefusalCode.FORK, text, nowNanos, out);
  }

  /// The edge's own refusal: both ends name it, until a person decides.
  private void refuse(
      UplinkStream stream,
      RefusalCode code,
      String text,
      long nowNanos,
      Effects<UplinkEffect> out) {
    send(new Refusal(code, stream.alias(), 0, text), nowNanos, out);
    suspend(stream, out);
    stream.refused(code, text);
    out.add(new UplinkEffect.Alarm(name(stream) + ": " + code + ": " + text));
  }

  private void suspend(UplinkStream stream, Effects<UplinkEffect> out) {
    if (stream.isStreaming()) {
      outflow.drop(stream);
      out.add(new UplinkEffect.SuspendCursor(stream.id()));
    }
  }

  private void tickStreams(long nowNanos, Effects<UplinkEffect> out) {
    for (UplinkStream stream : streams.values()) {
      if (stream.isRetryDue(nowNanos)) {
        stream.closed();
        out.add(new UplinkEffect.Describe(stream.id()));
      } else if (stream.state() == StreamState.OPENING
          && nowNanos - stream.openedNanos() >= nanos(config.limits().openMs())) {
        disconnect("the hub did not answer the Open of " + name(stream), 0, nowNanos, out);
        return;
      }
    }
  }

  /// Whether a piece is what the stream sends next; if not, the class is asked for another one.
  private boolean accepts(UplinkStream stream, long from, long to) {
    boolean fits = stream.isStreaming() && to > stream.sent();
    if (fits && from > stream.sent()) {
      throw new IllegalStateException(
          "the cursor skipped [" + stream.sent() + ", " + from + ") without a Gap");
    }
    if (!fits) {
      lane(stream.offer().className()).drop();
    }
    return fits;
  }

  private UplinkStream resumed(long streamId) {
    UplinkStream stream = streams.get(streamId);
    if (stream == null) {
      throw new IllegalStateException("the cursor gave a stream that nobody offered: " + streamId);
    }
    return stream;
  }

  private @Nullable UplinkStream byAlias(int alias) {
    UplinkStream stream = alias < opened.size() ? opened.get(alias) : null;
    return stream != null && stream.alias() == alias ? stream : null;
  }

  private ClassLane lane(String className) {
    ClassLane lane = outflow.lane(className);
    if (lane == null) {
      throw new IllegalArgumentException("no class is named " + className);
    }
    return lane;
  }

  private void violated(String what, long nowNanos, Effects<UplinkEffect> out) {
    send(Refusal.ofSession(RefusalCode.PROTOCOL, 0, what), nowNanos, out);
    disconnect("the hub broke the protocol: " + what, 0, nowNanos, out);
  }

  private void disconnect(String why, int retryAfterMs, long nowNanos, Effects<UplinkEffect> out) {
    enter(Connection.CLOSING, why, nowNanos);
    out.add(new UplinkEffect.Disconnect(why, retryAfterMs));
  }

  private void enter(Connection next, String why, long nowNanos) {
    connection = next;
    reason = why;
    sinceNanos = nowNanos;
  }

  private void probe(long nowNanos, Effects<UplinkEffect> out) {
    send(new Ping(outflow.pipe().probe(nowNanos)), nowNanos, out);
  }

  private void send(Frame frame, long nowNanos, Effects<UplinkEffect> out) {
    lastSentNanos = nowNanos;
    out.add(new UplinkEffect.Send(frame));
  }

  private static String name(UplinkStream stream) {
    return "stream " + stream.id() + " (topic " + stream.offer().topic() + ")";
  }

  private static long nanos(int ms) {
    return TimeUnit.MILLISECONDS.toNanos(ms);
  }
}
