package io.tributary.session;

import io.tributary.record.Digest;
import io.tributary.record.Gap;
import io.tributary.session.UplinkStatus.Connection;
import io.tributary.session.frame.Ack;
import io.tributary.session.frame.Close;
import io.tributary.session.frame.Confirm;
import io.tributary.session.frame.Credit;
import io.tributary.session.frame.Data;
import io.tributary.session.frame.DigestAsk;
import io.tributary.session.frame.DigestIs;
import io.tributary.session.frame.Found;
import io.tributary.session.frame.Frame;
import io.tributary.session.frame.GapFrame;
import io.tributary.session.frame.Hello;
import io.tributary.session.frame.Open;
import io.tributary.session.frame.Ping;
import io.tributary.session.frame.Pong;
import io.tributary.session.frame.Refusal;
import io.tributary.session.frame.RefusalCode;
import io.tributary.session.frame.Resume;
import io.tributary.session.frame.Want;
import io.tributary.session.frame.Welcome;
import java.nio.ByteBuffer;
import java.util.List;
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
  private final LinkWatch link = new LinkWatch();
  private final UplinkStreams streams;
  private final Fetching fetching;

  /// What the hub waits for.
  private @Nullable DigestAsk digestOwed;

  private @Nullable Seeking seeking;

  private Connection connection = Connection.CLOSED;
  private String reason = "not connected yet";
  private long sinceNanos;
  private int hubBatchBytes;
  private @Nullable UUID hubId;
  private long sessions;
  private long refusals;

  /// A search for the place where a stream and the hub's part.
  private static final class Seeking {
    private final UplinkStream stream;
    private final int alias;
    private final ForkSearch search;
    private @Nullable DigestAsk asked;
    private long digest;

    private Seeking(UplinkStream stream, ForkSearch search) {
      this.stream = stream;
      this.alias = stream.alias();
      this.search = search;
    }
  }

  public Uplink(UplinkConfig config) {
    this.config = config;
    this.outflow = new Outflow(config);
    this.streams = new UplinkStreams(config.limits(), outflow, link);
    this.fetching = new Fetching(config.limits().batchBytes());
  }

  /// The link is up, and authenticated if it ever will be.
  public void connected(long nowNanos, Effects<UplinkEffect> out) {
    if (connection != Connection.CLOSED) {
      throw new IllegalStateException("the last link was not reported as gone: " + connection);
    }
    enter(Connection.GREETING, "waiting for the hub's welcome", nowNanos);
    link.start(config.heartbeatMs(), nowNanos);
    Hello hello =
        new Hello(
            ProtocolVersion.OLDEST,
            ProtocolVersion.NEWEST,
            config.heartbeatMs(),
            config.incarnation(),
            config.runId(),
            config.edgeId(),
            config.agentVersion());
    link.send(hello, nowNanos, out);
  }

  /// The link is gone, or could not be made. Without a link before, only the reason changes.
  public void disconnected(String why, long nowNanos, Effects<UplinkEffect> out) {
    switch (connection) {
      case CLOSED -> reason = why;
      case CLOSING -> enter(Connection.CLOSED, reason, nowNanos);
      case GREETING, CONNECTED -> enter(Connection.CLOSED, why, nowNanos);
    }
    streams.closeAll(out);
    Fetching.Absent lost = fetching.giveUp();
    if (lost != null) {
      out.add(new UplinkEffect.NotFetched(lost.streamId(), lost.from(), false));
    }
    fetching.restart();
    digestOwed = null;
    giveUpSeeking("the link to the hub is gone: " + why, out);
    outflow.restart(0, nowNanos);
  }

  /// A stream to mirror: once when it is born or found at the start, and again whenever `Describe` asks for it.
  public void offer(StreamOffer offer, long nowNanos, Effects<UplinkEffect> out) {
    outflow.lane(offer.className()); // refuses a class that does not exist
    UplinkStream stream = streams.offer(offer, connection != Connection.CLOSED);
    if (connection != Connection.CONNECTED || stream.state() != StreamState.OFFERED) {
      return;
    }
    if (streams.hasNoNumbersLeft()) {
      disconnect("the numbers for streams are used up; a new session follows", 0, nowNanos, out);
    } else {
      streams.open(stream, nowNanos, out);
    }
  }

  /// Says farewell; the owner closes the link when it is written.
  public void shutdown(String why, long nowNanos, Effects<UplinkEffect> out) {
    if (isLive()) {
      link.send(new Close(Close.Code.SHUTDOWN, why), nowNanos, out);
      disconnect(why, 0, nowNanos, out);
    }
  }

  /// A frame of the hub.
  public void onFrame(Frame frame, long nowNanos, Effects<UplinkEffect> out) {
    link.heard(nowNanos);
    if (!isLive()) {
      return; // what was on its way when the session ended
    }
    boolean isConnected = connection == Connection.CONNECTED;
    String broken =
        switch (frame) {
          case Ping ping -> {
            link.send(new Pong(ping.token()), nowNanos, out);
            yield null;
          }
          case Pong pong -> {
            outflow.pipe().onPong(pong.token(), nowNanos);
            yield null;
          }
          case Close close -> {
            disconnect("the hub closed: " + close.text(), 0, nowNanos, out);
            yield null;
          }
          case Refusal refusal when refusal.alias() == Refusal.SESSION -> {
            refused(refusal, nowNanos, out);
            yield null;
          }
          case Welcome welcome when !isConnected -> welcomed(welcome, nowNanos, out);
          case Resume resume when isConnected -> streams.resume(resume, nowNanos, out);
          case Ack ack when isConnected -> streams.ack(ack, nowNanos, out);
          case Refusal refusal when isConnected -> streams.refused(refusal, nowNanos, out);
          case Credit credit when isConnected ->
              outflow.onCredit(credit.bytes()) ? null : "more credit came back than was given";
          case Want want when isConnected -> wanted(want, nowNanos, out);
          case Found found when isConnected -> found(found, nowNanos, out);
          case DigestAsk ask when isConnected -> digestAsked(ask, nowNanos, out);
          case DigestIs answer when isConnected -> digestIs(answer, out);
          case Want f -> "a Want before the Welcome";
          case Found f -> "a Found before the Welcome";
          case DigestAsk f -> "a DigestAsk before the Welcome";
          case DigestIs f -> "a DigestIs before the Welcome";
          case Welcome f -> "a second Welcome";
          case Resume f -> "a Resume before the Welcome";
          case Ack f -> "an Ack before the Welcome";
          case Refusal f -> "a stream refused before the Welcome";
          case Credit f -> "credit before the Welcome";
          case Hello f -> "a Hello from a hub";
          case Open f -> "an Open from a hub";
          case Confirm f -> "a Confirm from a hub";
          case Data f -> "a Data frame from a hub";
          case GapFrame f -> "a Gap from a hub";
        };
    if (broken != null) {
      link.send(Refusal.ofSession(RefusalCode.PROTOCOL, 0, broken), nowNanos, out);
      disconnect("the hub broke the protocol: " + broken, 0, nowNanos, out);
    }
  }

  /// The bytes that came are no frame.
  public void onMalformed(Refusal refusal, long nowNanos, Effects<UplinkEffect> out) {
    if (isLive()) {
      link.send(refusal, nowNanos, out);
      disconnect("the hub sent what is no frame: " + refusal.text(), 0, nowNanos, out);
    }
  }

  /// To be called at `deadlineNanos` at the latest; earlier does no harm.
  public void tick(long nowNanos, Effects<UplinkEffect> out) {
    String over =
        switch (connection) {
          case GREETING ->
              welcomeInNanos(nowNanos) <= 0 ? "the hub did not answer the Hello" : null;
          case CONNECTED ->
              link.isDead(nowNanos)
                  ? "nothing was heard for two heartbeats"
                  : streams.tick(nowNanos, out);
          case CLOSING, CLOSED -> null;
        };
    if (over != null) {
      disconnect(over, 0, nowNanos, out);
    } else if (connection == Connection.CONNECTED
        && link.isSilent(nowNanos)
        && !outflow.pipe().isProbing()) {
      probe(nowNanos, out);
    }
  }

  /// When `tick` has something to do at the latest; `Long.MAX_VALUE` if never.
  public long deadlineNanos(long nowNanos) {
    long left =
        switch (connection) {
          case GREETING -> welcomeInNanos(nowNanos);
          case CONNECTED -> {
            long silent =
                outflow.pipe().isProbing() ? Long.MAX_VALUE : link.silentInNanos(nowNanos);
            long least = Math.min(silent, link.deadInNanos(nowNanos));
            yield Math.min(least, streams.tickInNanos(nowNanos));
          }
          case CLOSING, CLOSED -> Long.MAX_VALUE;
        };
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
      link.send(frame, nowNanos, out);
      if (outflow.pipe().isProbeDue()) {
        probe(nowNanos, out);
      }
    }
  }

  /// More is durable in the journal of this class.
  public void journalAdvanced(String className) {
    outflow.lane(className).wake();
  }

  /// Answers `ReadNext`: the batch from position to limit, untouched until the Uplink asks this class again.
  public void onBatch(
      long streamId,
      long from,
      long to,
      ByteBuffer bytes,
      long nowNanos,
      Effects<UplinkEffect> out) {
    UplinkStream stream = streams.resumed(streamId);
    ClassLane lane = outflow.laneOf(stream);
    int size = bytes.remaining();
    if (!streams.accepts(stream, from, to)) {
      lane.drop();
    } else if (from < stream.sent()) {
      lane.drop();
      String why = "the hub's end " + stream.sent() + " lies inside [" + from + ", " + to + ")";
      streams.fork(stream, why, nowNanos, out);
    } else if (size > hubBatchBytes) {
      lane.drop();
      String why = "a batch of " + size + " bytes, the hub takes " + hubBatchBytes;
      streams.refuse(stream, RefusalCode.LIMIT, why, nowNanos, out);
    } else {
      lane.put(stream, bytes, to);
    }
  }

  /// Answers `ReadNext`: a hole in the stream.
  public void onGap(long streamId, Gap gap, long digestAtTo) {
    UplinkStream stream = streams.resumed(streamId);
    ClassLane lane = outflow.laneOf(stream);
    if (streams.accepts(stream, gap.from(), gap.to())) {
      lane.put(stream, gap, digestAtTo);
    } else {
      lane.drop();
    }
  }

  /// Answers `ReadNext`: nothing more is durable now, or it cannot be read now.
  public void onNothing(String className) {
    outflow.lane(className).onNothing();
  }

  /// Answers `DigestAt`.
  public void onDigest(
      long streamId, long offset, long digest, long nowNanos, Effects<UplinkEffect> out) {
    streams.onDigest(streamId, offset, digest, nowNanos, out);
  }

  /// Answers `Jump`: the stream's end is the hub's now, durably.
  public void onJumped(long streamId, long nowNanos, Effects<UplinkEffect> out) {
    streams.onJumped(streamId, nowNanos, out);
  }

  /// Answers `Jump`: not done, for instance because new records took the offsets meanwhile.
  public void onJumpRefused(long streamId, String why, long nowNanos, Effects<UplinkEffect> out) {
    streams.onJumpRefused(streamId, why, nowNanos, out);
  }

  /// Asks the hub for the batch of a stream that begins at an offset. `Fetched` or `NotFetched` follows.
  ///
  /// @return false when the stream is not being mirrored now, or another batch is on its way
  public boolean fetch(long streamId, long from, long nowNanos, Effects<UplinkEffect> out) {
    UplinkStream stream = streams.streaming(streamId);
    if (connection != Connection.CONNECTED || stream == null || fetching.isFetching()) {
      return false;
    }
    link.send(fetching.begin(stream.alias(), streamId, from), nowNanos, out);
    return true;
  }

  /// Answers `Supply`.
  ///
  /// @param batch from position to limit; null when none that is kept and whole begins there
  public void onSupplied(
      Want want, @Nullable ByteBuffer batch, long nowNanos, Effects<UplinkEffect> out) {
    Found found = fetching.answer(want, batch);
    if (connection == Connection.CONNECTED && found != null) {
      link.send(found, nowNanos, out);
    }
  }

  /// Answers `Supply`: it cannot be read now, and the hub is to ask again.
  public void onNotSuppliedNow(Want want, long nowNanos, Effects<UplinkEffect> out) {
    Found found = fetching.answerNotNow(want);
    if (connection == Connection.CONNECTED && found != null) {
      link.send(found, nowNanos, out);
    }
  }

  /// Answers `TellDigest`.
  ///
  /// @param digest NOT_NOW when it cannot be read now
  @SuppressWarnings("ReferenceEquality") // an equal one of a later session may mean another stream
  public void onDigestTold(DigestAsk ask, long digest, long nowNanos, Effects<UplinkEffect> out) {
    if (connection == Connection.CONNECTED && digestOwed == ask) {
      digestOwed = null;
      link.send(new DigestIs(ask.alias(), ask.offset(), digest), nowNanos, out);
    }
  }

  /// Looks for the place where a stream that is refused as a fork parts from the hub's. `ForkFound` or `ForkNotFound`
  /// follows; until then no other one is looked for.
  ///
  /// @param trustsAcks whether what the hub acknowledged counts where digests are unknown; not so when it was put back to
  ///     an older state since
  /// @return false when the stream is not refused as a fork in this session, or another search goes on
  public boolean seekFork(
      long streamId, boolean trustsAcks, long nowNanos, Effects<UplinkEffect> out) {
    UplinkStream stream = streams.forked(streamId);
    if (connection != Connection.CONNECTED || stream == null || seeking != null) {
      return false;
    }
    long end = stream.offer().end();
    long top = stream.hubNext() < 0 ? end : Math.min(end, stream.hubNext());
    Seeking begun =
        new Seeking(stream, new ForkSearch(top, trustsAcks ? stream.offer().acked() : 0));
    seeking = begun;
    seek(begun, out);
    return true;
  }

  /// Answers `BoundaryAt`.
  public void onBoundary(
      long streamId, long at, long digest, long nowNanos, Effects<UplinkEffect> out) {
    Seeking sought = seeking;
    if (sought == null || sought.stream.id() != streamId || sought.asked != null) {
      return;
    }
    if (!isForked(sought)) {
      giveUpSeeking("the stream is not refused any more", out);
    } else if (sought.search.boundary(at, digest)) {
      DigestAsk ask = new DigestAsk(sought.alias, at);
      sought.asked = ask;
      sought.digest = digest;
      link.send(ask, nowNanos, out);
    } else {
      seek(sought, out);
    }
  }

  /// The journal has changed a stream that was refused: it is opened again, as it is offered next.
  public void reopen(long streamId, Effects<UplinkEffect> out) {
    streams.reopen(streamId, connection == Connection.CONNECTED, out);
  }

  public UplinkStatus status(long nowNanos) {
    List<UplinkStatus.Stream> list = streams.status();
    return new UplinkStatus(
        connection,
        reason,
        sinceNanos,
        hubId,
        outflow.credit(),
        list.stream().mapToLong(UplinkStatus.Stream::inFlightBytes).sum(),
        outflow.pipe().windowBytes(),
        outflow.pipe().roundTripNanos(),
        streams.ackedBytesPerSecond(nowNanos),
        streams.counters(sessions, refusals),
        list);
  }

  private @Nullable String welcomed(Welcome welcome, long nowNanos, Effects<UplinkEffect> out) {
    if (welcome.version() < ProtocolVersion.OLDEST || welcome.version() > ProtocolVersion.NEWEST) {
      return "version " + welcome.version() + " was not on offer";
    }
    sessions++;
    hubId = welcome.hubId();
    hubBatchBytes = welcome.maxBatchBytes();
    link.heartbeat(welcome.heartbeatMs());
    enter(Connection.CONNECTED, "connected to hub " + welcome.hubId(), nowNanos);
    outflow.restart(welcome.creditBytes(), nowNanos);
    probe(nowNanos, out); // while the link is empty: what a round trip takes without a queue
    streams.openAll(nowNanos, out);
    return null;
  }

  private @Nullable String wanted(Want want, long nowNanos, Effects<UplinkEffect> out) {
    if (!streams.wasOpened(want.alias())) {
      return "a Want for a stream that was not opened";
    }
    if (!fetching.asked(want)) {
      return "a Want before the last one was answered";
    }
    UplinkStream stream = streams.streaming(want.alias());
    if (stream == null) {
      onSupplied(want, null, nowNanos, out);
    } else {
      out.add(new UplinkEffect.Supply(want, stream.id()));
    }
    return null;
  }

  private @Nullable String found(Found found, long nowNanos, Effects<UplinkEffect> out) {
    return switch (fetching.found(found)) {
      case Fetching.More more -> {
        link.send(more.want(), nowNanos, out);
        yield null;
      }
      case Fetching.Whole whole -> {
        out.add(new UplinkEffect.Fetched(whole.streamId(), whole.from(), whole.batch()));
        yield null;
      }
      case Fetching.Absent absent -> {
        // For a stream that it has refused meanwhile the hub answers so, whatever it holds.
        boolean isAbsent = streams.streaming(absent.streamId()) != null;
        out.add(new UplinkEffect.NotFetched(absent.streamId(), absent.from(), isAbsent));
        yield null;
      }
      case Fetching.NotNow unread -> {
        out.add(new UplinkEffect.NotFetched(unread.streamId(), unread.from(), false));
        yield null;
      }
      case Fetching.Broken broken -> broken.what();
    };
  }

  private @Nullable String digestIs(DigestIs answer, Effects<UplinkEffect> out) {
    Seeking sought = seeking;
    DigestAsk ask = sought == null ? null : sought.asked;
    if (sought == null
        || ask == null
        || ask.alias() != answer.alias()
        || ask.offset() != answer.offset()) {
      return "a DigestIs that was not asked for";
    }
    sought.asked = null;
    if (answer.digest() == Digest.NOT_NOW) {
      giveUpSeeking("the hub cannot read its log now", out);
    } else if (isForked(sought)) {
      sought.search.compare(ask.offset(), sought.digest, answer.digest());
      seek(sought, out);
    } else {
      giveUpSeeking("the stream is not refused any more", out);
    }
    return null;
  }

  private void seek(Seeking sought, Effects<UplinkEffect> out) {
    long id = sought.stream.id();
    long next = sought.search.next();
    if (next >= 0) {
      out.add(new UplinkEffect.BoundaryAt(id, next));
    } else {
      seeking = null;
      ForkSearch search = sought.search;
      out.add(
          new UplinkEffect.ForkFound(id, search.proven(), search.agreed(), search.unprovenTo()));
    }
  }

  private boolean isForked(Seeking sought) {
    UplinkStream stream = streams.forked(sought.stream.id());
    return stream != null && stream.alias() == sought.alias;
  }

  private void giveUpSeeking(String why, Effects<UplinkEffect> out) {
    Seeking sought = seeking;
    seeking = null;
    if (sought != null) {
      out.add(new UplinkEffect.ForkNotFound(sought.stream.id(), why));
    }
  }

  private @Nullable String digestAsked(DigestAsk ask, long nowNanos, Effects<UplinkEffect> out) {
    if (!streams.wasOpened(ask.alias())) {
      return "a DigestAsk for a stream that was not opened";
    }
    if (digestOwed != null) {
      return "a DigestAsk before the last one was answered";
    }
    digestOwed = ask;
    UplinkStream stream = streams.streaming(ask.alias());
    if (stream == null) {
      onDigestTold(ask, Digest.UNKNOWN, nowNanos, out);
    } else {
      out.add(new UplinkEffect.TellDigest(ask, stream.id()));
    }
    return null;
  }

  private void refused(Refusal refusal, long nowNanos, Effects<UplinkEffect> out) {
    refusals++;
    String why = "the hub refused: " + refusal.code() + ": " + refusal.text();
    disconnect(why, refusal.retryAfterMs(), nowNanos, out);
  }

  private void disconnect(String why, int retryAfterMs, long nowNanos, Effects<UplinkEffect> out) {
    enter(Connection.CLOSING, why, nowNanos);
    out.add(new UplinkEffect.Disconnect(why, retryAfterMs));
  }

  private void probe(long nowNanos, Effects<UplinkEffect> out) {
    link.send(new Ping(outflow.pipe().probe(nowNanos)), nowNanos, out);
  }

  private long welcomeInNanos(long nowNanos) {
    return sinceNanos - nowNanos + TimeUnit.MILLISECONDS.toNanos(config.limits().handshakeMs());
  }

  private boolean isLive() {
    return connection == Connection.GREETING || connection == Connection.CONNECTED;
  }

  private void enter(Connection next, String why, long nowNanos) {
    connection = next;
    reason = why;
    sinceNanos = nowNanos;
  }
}
