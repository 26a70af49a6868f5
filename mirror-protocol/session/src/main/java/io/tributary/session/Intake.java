package io.tributary.session;

import io.tributary.record.Digest;
import io.tributary.session.IntakeStatus.Connection;
import io.tributary.session.frame.Ack;
import io.tributary.session.frame.Close;
import io.tributary.session.frame.Confirm;
import io.tributary.session.frame.Credit;
import io.tributary.session.frame.Data;
import io.tributary.session.frame.DigestAsk;
import io.tributary.session.frame.DigestIs;
import io.tributary.session.frame.Direction;
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
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// The hub's half of a session, one for each link. Confined to one thread; does no I/O.
///
/// ```
/// GREETING --Hello--> ADMITTING --onAdmitted: Welcome--> CONNECTED --violation, silence, farewell--> CLOSING
///    any --disconnected--> CLOSED
/// ```
///
/// It trusts nothing. What breaks the order of frames or a bound ends the session with a typed Refusal; what is wrong
/// with the content of one stream refuses that stream, and the others go on.
///
/// Invariants, per stream: durable <= next; an Ack never says more than the store said is durable, and nothing at all
/// before the edge has confirmed. In all: bytes held <= the credit given, counted for a whole batch from its first slice.
public final class Intake {
  /// A stream: not in this session. A session: by the edge's own backoff.
  private static final int NEVER = 0;

  private final IntakeConfig config;
  private final SessionLimits limits;
  private final Inflow inflow;
  private final Fetching fetching;
  private @Nullable DigestAsk digestAsked;

  /// What the edge waits for.
  private @Nullable DigestAsk digestOwed;

  /// By alias; aliases are dense and never used again.
  private final List<IntakeStream> streams = new ArrayList<>();

  private final Set<Long> openIds = new HashSet<>();

  private Connection connection = Connection.GREETING;
  private String reason = "waiting for the edge's Hello";
  private long sinceNanos;
  private long lastHeardNanos;
  private long heartbeatNanos;
  private int version;
  private @Nullable Hello hello;
  private byte[] edgeId = new byte[0];
  private int nextAlias;
  private boolean probed;
  private long probeToken;

  /// @param check shared by the Intakes of a thread
  public Intake(IntakeConfig config, BatchCheck check) {
    this.config = config;
    this.limits = config.limits();
    this.inflow = new Inflow(limits, check);
    this.fetching = new Fetching(limits.batchBytes());
  }

  /// The link is up.
  public void connected(long nowNanos) {
    sinceNanos = nowNanos;
    lastHeardNanos = nowNanos;
  }

  /// The link is gone; whatever is answered from now on is ignored.
  public void disconnected(String why, long nowNanos, Effects<IntakeEffect> out) {
    enter(Connection.CLOSED, connection == Connection.CLOSING ? reason : why, nowNanos);
    Fetching.Absent lost = fetching.giveUp();
    if (lost != null) {
      out.add(new IntakeEffect.NotFetched(lost.streamId(), lost.from(), false));
    }
    DigestAsk unanswered = digestAsked;
    digestAsked = null;
    if (unanswered != null) {
      out.add(new IntakeEffect.Digested(idOf(unanswered), unanswered.offset(), null));
    }
  }

  /// A frame of the edge.
  public void onFrame(Frame frame, long nowNanos, Effects<IntakeEffect> out) {
    lastHeardNanos = nowNanos;
    if (!isLive()) {
      return; // what was on its way when the session ended
    }
    boolean isConnected = connection == Connection.CONNECTED;
    switch (frame) {
      case Hello greeting when connection == Connection.GREETING ->
          greeted(greeting, nowNanos, out);
      case Ping ping -> send(new Pong(ping.token()), out);
      case Pong pong -> ponged(pong, out);
      case Close close -> disconnect("the edge closed: " + close.text(), nowNanos, out);
      case Refusal refusal when refusal.alias() == Refusal.SESSION ->
          disconnect("the edge refused: " + refusal.code() + ": " + refusal.text(), nowNanos, out);
      case Data data when isConnected -> data(data, nowNanos, out);
      case GapFrame gap when isConnected -> gap(gap, nowNanos, out);
      case Open open when isConnected -> open(open, nowNanos, out);
      case Confirm confirm when isConnected -> confirm(confirm, nowNanos, out);
      case Refusal refusal when isConnected -> refusedByEdge(refusal, nowNanos, out);
      case Want want when isConnected -> wanted(want, nowNanos, out);
      case Found found when isConnected -> found(found, nowNanos, out);
      case DigestIs answer when isConnected -> digestIs(answer, nowNanos, out);
      case DigestAsk ask when isConnected -> digestAskedByEdge(ask, nowNanos, out);
      case Want f -> violated(RefusalCode.PROTOCOL, "a Want before the Welcome", nowNanos, out);
      case Found f -> violated(RefusalCode.PROTOCOL, "a Found before the Welcome", nowNanos, out);
      case DigestIs f ->
          violated(RefusalCode.PROTOCOL, "a DigestIs before the Welcome", nowNanos, out);
      case DigestAsk f ->
          violated(RefusalCode.PROTOCOL, "a DigestAsk before the Welcome", nowNanos, out);
      case Hello f -> violated(RefusalCode.PROTOCOL, "a second Hello", nowNanos, out);
      case Data f -> violated(RefusalCode.PROTOCOL, "data before the Welcome", nowNanos, out);
      case GapFrame f -> violated(RefusalCode.PROTOCOL, "a Gap before the Welcome", nowNanos, out);
      case Open f -> violated(RefusalCode.PROTOCOL, "an Open before the Welcome", nowNanos, out);
      case Confirm f ->
          violated(RefusalCode.PROTOCOL, "a Confirm before the Welcome", nowNanos, out);
      case Refusal f ->
          violated(RefusalCode.PROTOCOL, "a stream refused before the Welcome", nowNanos, out);
      case Welcome f -> violated(RefusalCode.PROTOCOL, "a Welcome from an edge", nowNanos, out);
      case Resume f -> violated(RefusalCode.PROTOCOL, "a Resume from an edge", nowNanos, out);
      case Ack f -> violated(RefusalCode.PROTOCOL, "an Ack from an edge", nowNanos, out);
      case Credit f -> violated(RefusalCode.PROTOCOL, "credit from an edge", nowNanos, out);
    }
  }

  /// The bytes that came are no frame.
  public void onMalformed(Refusal refusal, long nowNanos, Effects<IntakeEffect> out) {
    if (isLive()) {
      violated(refusal.code(), refusal.text(), nowNanos, out);
    }
  }

  /// Answers `Admit`: the edge is who it says and may come in.
  public void onAdmitted(long nowNanos, Effects<IntakeEffect> out) {
    Hello greeting = hello;
    if (connection != Connection.ADMITTING || greeting == null) {
      return;
    }
    enter(Connection.CONNECTED, "connected", nowNanos);
    int heartbeatMs =
        Math.clamp(greeting.heartbeatMs(), limits.heartbeatMsLeast(), limits.heartbeatMsMost());
    heartbeatNanos = nanos(heartbeatMs);
    send(
        new Welcome(
            version, config.hubId(), limits.batchBytes(), heartbeatMs, limits.creditBytes()),
        out);
  }

  /// Answers `Admit`: no. Also ends a session that was admitted, when the edge's right is taken away.
  public void onRefused(Refusal refusal, long nowNanos, Effects<IntakeEffect> out) {
    if (isLive()) {
      send(refusal, out);
      disconnect("refused: " + refusal.code() + ": " + refusal.text(), nowNanos, out);
    }
  }

  /// Ends the session without blame: the hub stops, or the edge came back over another link.
  public void shutdown(Close.Code code, String why, long nowNanos, Effects<IntakeEffect> out) {
    if (isLive()) {
      send(new Close(code, why), out);
      disconnect(why, nowNanos, out);
    }
  }

  /// The doorkeeper wants to know whether this session is alive: `Answered` follows if it is.
  public void probe(long token, Effects<IntakeEffect> out) {
    if (isLive()) {
      probed = true;
      probeToken = token;
      send(new Ping(token), out);
    }
  }

  /// Answers `OpenStream`.
  ///
  /// @param next the first offset that the store lacks; everything below it is durable, for it will be acknowledged
  /// @param digestAtEnd the store's digest at the edge's end if that is below `next`, else UNKNOWN
  public void onOpened(
      int alias, long next, long digestAtNext, long digestAtEnd, Effects<IntakeEffect> out) {
    IntakeStream stream = streams.get(alias);
    if (connection == Connection.CONNECTED && stream.state() == StreamState.OPENING) {
      stream.opened(next);
      send(new Resume(alias, next, digestAtNext, digestAtEnd), out);
    }
  }

  /// Answers `OpenStream`: no.
  ///
  /// @param retryAfterMs when the edge may try again in this session; 0: not
  public void onOpenRefused(
      int alias, RefusalCode code, int retryAfterMs, String text, Effects<IntakeEffect> out) {
    refuse(alias, code, retryAfterMs, text, out);
  }

  /// A topic was deleted: its streams are refused, and the edge may open them again, which begins another topic of that
  /// name where there may be one.
  ///
  /// @param retryAfterMs when; 0: not in this session
  public void onTopicDeleted(String topic, int retryAfterMs, Effects<IntakeEffect> out) {
    for (IntakeStream stream : streams) {
      if (stream.spec().topic().equals(topic)) {
        refuse(stream.alias(), RefusalCode.TOPIC, retryAfterMs, "the topic was deleted", out);
      }
    }
  }

  /// Answers `Append` and `AppendGap`: everything of the stream below `end` is durable. The Ack goes out with `flush`.
  public void onDurable(int alias, long end) {
    if (connection == Connection.CONNECTED) {
      inflow.durable(streams.get(alias), end);
    }
  }

  /// Answers `Append` and `AppendGap`: not stored, nor anything of the stream behind it.
  public void onAppendFailed(
      int alias, RefusalCode code, int retryAfterMs, String text, Effects<IntakeEffect> out) {
    if (connection == Connection.CONNECTED) {
      inflow.failed(streams.get(alias));
      refuse(alias, code, retryAfterMs, text, out);
    }
  }

  /// Asks the edge for the batch of a stream that begins at an offset. `Fetched` or `NotFetched` follows.
  ///
  /// @return false when the stream is not being mirrored now, or another batch is on its way
  public boolean fetch(long streamId, long from, Effects<IntakeEffect> out) {
    IntakeStream stream = streaming(streamId);
    if (stream == null || fetching.isFetching()) {
      return false;
    }
    send(fetching.begin(stream.alias(), streamId, from), out);
    return true;
  }

  /// Asks the edge for its digest of all records of a stream below an offset. `Digested` follows.
  ///
  /// @return false when the stream is not being mirrored now, or another question is open
  public boolean askDigest(long streamId, long offset, Effects<IntakeEffect> out) {
    IntakeStream stream = streaming(streamId);
    if (stream == null || digestAsked != null) {
      return false;
    }
    DigestAsk ask = new DigestAsk(stream.alias(), offset);
    digestAsked = ask;
    send(ask, out);
    return true;
  }

  /// Answers `Supply`.
  ///
  /// @param batch from position to limit; null when none that is kept and whole begins there
  public void onSupplied(Want want, @Nullable ByteBuffer batch, Effects<IntakeEffect> out) {
    Found found = fetching.answer(want, batch);
    if (connection == Connection.CONNECTED && found != null) {
      send(found, out);
    }
  }

  /// Answers `Supply`: it cannot be read now, and the edge is to ask again.
  public void onNotSuppliedNow(Want want, Effects<IntakeEffect> out) {
    Found found = fetching.answerNotNow(want);
    if (connection == Connection.CONNECTED && found != null) {
      send(found, out);
    }
  }

  /// Answers `TellDigest`.
  ///
  /// @param digest NOT_NOW when it cannot be read now
  @SuppressWarnings("ReferenceEquality") // the same question may be asked again
  public void onDigestTold(DigestAsk ask, long digest, Effects<IntakeEffect> out) {
    if (connection == Connection.CONNECTED && digestOwed == ask) {
      digestOwed = null;
      send(new DigestIs(ask.alias(), ask.offset(), digest), out);
    }
  }

  /// Sends the Acks and the credit that have come together: to be called when the owner has handed over all it had.
  public void flush(Effects<IntakeEffect> out) {
    if (connection == Connection.CONNECTED) {
      inflow.flush(out);
    }
  }

  /// To be called at `deadlineNanos` at the latest; earlier does no harm.
  public void tick(long nowNanos, Effects<IntakeEffect> out) {
    switch (connection) {
      case GREETING, ADMITTING -> {
        if (nowNanos - sinceNanos >= nanos(limits.handshakeMs())) {
          violated(RefusalCode.PROTOCOL, "the handshake takes too long", nowNanos, out);
        }
      }
      case CONNECTED -> {
        if (nowNanos - lastHeardNanos >= 2 * heartbeatNanos) {
          String why = "nothing was heard for two heartbeats";
          shutdown(Close.Code.SILENCE, why, nowNanos, out);
        } else {
          flush(out);
        }
      }
      case CLOSING, CLOSED -> {}
    }
  }

  /// When `tick` has something to do at the latest; `Long.MAX_VALUE` if never.
  public long deadlineNanos(long nowNanos) {
    return switch (connection) {
      case GREETING, ADMITTING -> sinceNanos + nanos(limits.handshakeMs());
      case CONNECTED -> lastHeardNanos + 2 * heartbeatNanos;
      case CLOSING, CLOSED -> Long.MAX_VALUE;
    };
  }

  public IntakeStatus status() {
    List<IntakeStatus.Stream> list = new ArrayList<>(streams.size());
    for (IntakeStream stream : streams) {
      list.add(stream.status());
    }
    return new IntakeStatus(
        connection, reason, sinceNanos, hello, inflow.heldBytes(), List.copyOf(list));
  }

  private void greeted(Hello greeting, long nowNanos, Effects<IntakeEffect> out) {
    version = ProtocolVersion.agree(greeting.minVersion(), greeting.maxVersion());
    if (version == ProtocolVersion.NONE) {
      violated(
          RefusalCode.VERSION,
          "this hub speaks versions " + ProtocolVersion.OLDEST + " to " + ProtocolVersion.NEWEST,
          nowNanos,
          out);
      return;
    }
    hello = greeting;
    edgeId = greeting.edgeId().getBytes(StandardCharsets.UTF_8);
    connection = Connection.ADMITTING;
    reason = "deciding about the edge";
    out.add(new IntakeEffect.Admit(greeting));
  }

  private void ponged(Pong pong, Effects<IntakeEffect> out) {
    if (probed && pong.token() == probeToken) {
      probed = false;
      out.add(new IntakeEffect.Answered(probeToken));
    }
  }

  private void open(Open open, long nowNanos, Effects<IntakeEffect> out) {
    Hello greeting = Objects.requireNonNull(hello, "connected without a Hello");
    if (open.alias() != nextAlias) {
      violated(RefusalCode.PROTOCOL, "alias " + open.alias() + " is not the next", nowNanos, out);
      return;
    }
    nextAlias++;
    if (streams.size() >= limits.streams()) {
      // Not remembered: an edge with too many topics keeps those that fit, and we keep our memory.
      String text = "more than " + limits.streams() + " streams in one session";
      send(new Refusal(RefusalCode.LIMIT, open.alias(), NEVER, text), out);
      return;
    }
    if (!openIds.add(open.streamId())) {
      violated(
          RefusalCode.PROTOCOL, "stream " + open.streamId() + " is open already", nowNanos, out);
      return;
    }
    StreamSpec spec =
        new StreamSpec(
            open.streamId(),
            greeting.edgeId(),
            greeting.incarnation(),
            open.topic(),
            open.className());
    streams.add(new IntakeStream(open.alias(), spec, open.end()));
    if (open.direction() == Direction.HUB_TO_EDGE) {
      refuse(open.alias(), RefusalCode.UNSUPPORTED, NEVER, "there is no downlink yet", out);
    } else if (!TopicName.isLegal(open.topic())) {
      refuse(open.alias(), RefusalCode.TOPIC, NEVER, "not a topic's name", out);
    } else {
      out.add(new IntakeEffect.OpenStream(open.alias(), spec, open.end()));
    }
  }

  private void confirm(Confirm confirm, long nowNanos, Effects<IntakeEffect> out) {
    IntakeStream stream = byAlias(confirm.alias());
    if (stream != null && stream.state() == StreamState.REFUSED) {
      return; // it was on its way when the topic was deleted
    }
    if (stream == null
        || stream.state() != StreamState.CHECKING
        || confirm.from() != stream.next()
        || isOfShorterEdge(confirm.kind()) != (stream.next() > stream.edgeEnd())) {
      violated(RefusalCode.PROTOCOL, "a Confirm that fits no Resume", nowNanos, out);
      return;
    }
    stream.confirmed(confirm.kind());
    inflow.acknowledge(stream);
    switch (confirm.kind()) {
      case RESUME, SEALED -> {}
      case LOST_TAIL ->
          out.add(notice(stream, "the edge's disk lost the records behind " + stream.edgeEnd()));
      case HUB_WENT_BACK ->
          out.add(notice(stream, "this hub lost what it had acknowledged behind " + stream.next()));
    }
  }

  /// Whether the edge has less than the hub, which it says only where that is so.
  private static boolean isOfShorterEdge(Confirm.Kind kind) {
    return kind == Confirm.Kind.LOST_TAIL || kind == Confirm.Kind.SEALED;
  }

  private void refusedByEdge(Refusal refusal, long nowNanos, Effects<IntakeEffect> out) {
    IntakeStream stream = byAlias(refusal.alias());
    if (stream == null) {
      violated(RefusalCode.PROTOCOL, "a refusal of no stream", nowNanos, out);
    } else if (stream.state() != StreamState.REFUSED) {
      drop(stream, refusal.code(), refusal.text());
      out.add(notice(stream, "the edge refused it: " + refusal.code() + ": " + refusal.text()));
    }
  }

  private void data(Data data, long nowNanos, Effects<IntakeEffect> out) {
    IntakeStream stream = byAlias(data.alias());
    if (stream == null) {
      violated(RefusalCode.PROTOCOL, "data of no stream", nowNanos, out);
    } else {
      refuse(inflow.data(stream, data, edgeId, out), nowNanos, out);
    }
  }

  private void gap(GapFrame gap, long nowNanos, Effects<IntakeEffect> out) {
    IntakeStream stream = byAlias(gap.alias());
    if (stream == null) {
      violated(RefusalCode.PROTOCOL, "a Gap of no stream", nowNanos, out);
    } else {
      refuse(inflow.gap(stream, gap, out), nowNanos, out);
    }
  }

  private void wanted(Want want, long nowNanos, Effects<IntakeEffect> out) {
    IntakeStream stream = byAlias(want.alias());
    if (stream == null) {
      violated(RefusalCode.PROTOCOL, "a Want of no stream", nowNanos, out);
    } else if (!fetching.asked(want)) {
      violated(RefusalCode.PROTOCOL, "a Want before the last one was answered", nowNanos, out);
    } else if (stream.state() == StreamState.STREAMING) {
      out.add(new IntakeEffect.Supply(want, stream.spec().streamId()));
    } else {
      onSupplied(want, null, out);
    }
  }

  private void found(Found found, long nowNanos, Effects<IntakeEffect> out) {
    switch (fetching.found(found)) {
      case Fetching.More more -> send(more.want(), out);
      case Fetching.Whole whole ->
          out.add(new IntakeEffect.Fetched(whole.streamId(), whole.from(), whole.batch()));
      case Fetching.Absent absent -> {
        // For a stream that was refused meanwhile the edge answers so, whatever it holds.
        boolean isAbsent = streaming(absent.streamId()) != null;
        out.add(new IntakeEffect.NotFetched(absent.streamId(), absent.from(), isAbsent));
      }
      case Fetching.NotNow unread ->
          out.add(new IntakeEffect.NotFetched(unread.streamId(), unread.from(), false));
      case Fetching.Broken broken -> violated(RefusalCode.PROTOCOL, broken.what(), nowNanos, out);
    }
  }

  /// An edge looks for the place where a stream parts from ours: it asks while the stream is refused.
  private void digestAskedByEdge(DigestAsk ask, long nowNanos, Effects<IntakeEffect> out) {
    IntakeStream stream = byAlias(ask.alias());
    if (stream == null) {
      violated(RefusalCode.PROTOCOL, "a DigestAsk of no stream", nowNanos, out);
    } else if (digestOwed != null) {
      String what = "a DigestAsk before the last one was answered";
      violated(RefusalCode.PROTOCOL, what, nowNanos, out);
    } else {
      digestOwed = ask;
      if (stream.wasOpened() && stream.state() == StreamState.REFUSED) {
        out.add(new IntakeEffect.TellDigest(ask, stream.spec()));
      } else {
        onDigestTold(ask, Digest.UNKNOWN, out);
      }
    }
  }

  private void digestIs(DigestIs answer, long nowNanos, Effects<IntakeEffect> out) {
    DigestAsk ask = digestAsked;
    if (ask == null || ask.alias() != answer.alias() || ask.offset() != answer.offset()) {
      violated(RefusalCode.PROTOCOL, "a DigestIs that was not asked for", nowNanos, out);
      return;
    }
    digestAsked = null;
    Long digest = answer.digest() == Digest.NOT_NOW ? null : Long.valueOf(answer.digest());
    out.add(new IntakeEffect.Digested(idOf(ask), ask.offset(), digest));
  }

  private long idOf(DigestAsk ask) {
    return streams.get(ask.alias()).spec().streamId();
  }

  private void refuse(@Nullable Refusal refusal, long nowNanos, Effects<IntakeEffect> out) {
    if (refusal == null) {
      return;
    }
    if (refusal.alias() == Refusal.SESSION) {
      violated(refusal.code(), refusal.text(), nowNanos, out);
    } else {
      refuse(refusal.alias(), refusal.code(), refusal.retryAfterMs(), refusal.text(), out);
    }
  }

  private void refuse(
      int alias, RefusalCode code, int retryAfterMs, String text, Effects<IntakeEffect> out) {
    IntakeStream stream = streams.get(alias);
    if (connection != Connection.CONNECTED || stream.state() == StreamState.REFUSED) {
      return;
    }
    drop(stream, code, text);
    send(new Refusal(code, alias, retryAfterMs, text), out);
    out.add(notice(stream, "refused: " + code + ": " + text));
  }

  private void drop(IntakeStream stream, RefusalCode code, String text) {
    inflow.drop(stream, code, text);
    openIds.remove(stream.spec().streamId());
  }

  private @Nullable IntakeStream streaming(long streamId) {
    for (IntakeStream stream : streams) {
      if (stream.spec().streamId() == streamId && stream.state() == StreamState.STREAMING) {
        return connection == Connection.CONNECTED ? stream : null;
      }
    }
    return null;
  }

  private @Nullable IntakeStream byAlias(int alias) {
    return alias < streams.size() ? streams.get(alias) : null;
  }

  private void violated(RefusalCode code, String what, long nowNanos, Effects<IntakeEffect> out) {
    send(Refusal.ofSession(code, NEVER, what), out);
    disconnect("the edge was refused: " + code + ": " + what, nowNanos, out);
  }

  private void disconnect(String why, long nowNanos, Effects<IntakeEffect> out) {
    enter(Connection.CLOSING, why, nowNanos);
    out.add(new IntakeEffect.Disconnect(why));
  }

  private boolean isLive() {
    return connection != Connection.CLOSING && connection != Connection.CLOSED;
  }

  private void enter(Connection next, String why, long nowNanos) {
    connection = next;
    reason = why;
    sinceNanos = nowNanos;
  }

  private static IntakeEffect.Notice notice(IntakeStream stream, String text) {
    return new IntakeEffect.Notice(
        "edge "
            + stream.spec().edgeId()
            + ", stream "
            + stream.spec().streamId()
            + " (topic "
            + stream.spec().topic()
            + "): "
            + text);
  }

  private static void send(Frame frame, Effects<IntakeEffect> out) {
    out.add(new IntakeEffect.Send(frame));
  }

  private static long nanos(int ms) {
    return TimeUnit.MILLISECONDS.toNanos(ms);
  }
}
