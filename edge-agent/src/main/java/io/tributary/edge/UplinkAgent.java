package io.tributary.edge;

import io.tributary.agent.Agent;
import io.tributary.agent.Pulse;
import io.tributary.agent.Vital;
import io.tributary.link.Backoff;
import io.tributary.link.CipherWarmUp;
import io.tributary.link.DialFailed;
import io.tributary.link.Link;
import io.tributary.link.LinkConfig;
import io.tributary.log.Journal;
import io.tributary.log.JournalCursor;
import io.tributary.log.JournalStream;
import io.tributary.log.StreamPosition;
import io.tributary.session.Effects;
import io.tributary.session.StreamOffer;
import io.tributary.session.Uplink;
import io.tributary.session.UplinkConfig;
import io.tributary.session.UplinkEffect;
import io.tributary.session.UplinkStatus;
import io.tributary.session.frame.Data;
import io.tributary.session.frame.DigestAsk;
import io.tributary.session.frame.Frame;
import io.tributary.session.frame.Want;
import io.tributary.session.heal.Fetched;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// Runs the [Uplink] over a [Link]: dials, hands it what the hub sends, carries out its effects
/// against the journals' cursors, and writes. All of it on the agent's thread; the link's reader
/// and the journals only wake it.
final class UplinkAgent implements Agent, Vital {
  /// How much is sent before the hub's frames are looked at again.
  private static final int ROUND_BYTES = 256 * 1024;

  private static final long PUBLISH_NANOS = 100_000_000L;

  /// A dial waits for the network under bounds of its own: for a name, for up to four addresses, for
  /// a handshake. A hub that cannot be reached is no standstill of the edge.
  private static final long DIAL_NANOS_MOST = 120_000_000_000L;

  private static final System.Logger LOG = System.getLogger(UplinkAgent.class.getName());

  private final LinkConfig linkConfig;
  private final Predicate<String> isMirrored;
  private final Backoff backoff;
  private final Uplink uplink;
  private final Map<String, JournalAgent> journals = new HashMap<>();
  private final Map<String, JournalCursor> cursors = new HashMap<>();
  private final Map<String, Long> groupsSeen = new HashMap<>();
  private final Map<Long, String> classByStream = new HashMap<>();
  private final Effects<UplinkEffect> effects = new Effects<>();
  private final ConcurrentLinkedQueue<Consumer<Long>> answers = new ConcurrentLinkedQueue<>();
  private Runnable wake = () -> {};
  private final HubQuestions questions;

  private volatile @Nullable Link link;
  private volatile boolean stopping;
  private volatile UplinkStatus status;
  private volatile String lastAlarm = "";
  private volatile long dialledAtMs;
  private volatile long lastAckAtMs;
  private volatile boolean dialling;
  private final Pulse pulse = new Pulse("the uplink");
  private final Pulse refused = new Pulse("a stream");
  private boolean isWarm;
  private long publishedNanos;
  private int roundBytes;

  /// @param isMirrored of a topic's name, whether the hub is to have it
  UplinkAgent(
      UplinkConfig config,
      LinkConfig linkConfig,
      Iterable<JournalAgent> journals,
      Predicate<String> isMirrored,
      long seed) {
    this.isMirrored = isMirrored;
    this.linkConfig = linkConfig;
    this.backoff = new Backoff(linkConfig.kind(), seed);
    this.uplink = new Uplink(config);
    this.questions = new HubQuestions(uplink, effects, answers, () -> wake.run());
    for (JournalAgent journal : journals) {
      this.journals.put(journal.className(), journal);
      this.cursors.put(journal.className(), journal.journal().cursor());
    }
    this.status = uplink.status(System.nanoTime());
  }

  /// How this agent is woken. Set once, before it starts.
  void wire(Runnable wake) {
    this.wake = wake;
  }

  @Override
  public String name() {
    return "uplink";
  }

  /// The Uplink as it was a moment ago. Any thread.
  UplinkStatus status() {
    return status;
  }

  /// What a person should know, most recent first; empty if there was nothing.
  String lastAlarm() {
    return lastAlarm;
  }

  /// When the last dial began, on the wall clock; 0: never.
  long dialledAtMs() {
    return dialledAtMs;
  }

  /// When the hub acknowledged something last, on the wall clock; 0: never.
  long lastAckAtMs() {
    return lastAckAtMs;
  }

  /// Frees a dial or a write that blocks, so that the agent can end. Any thread.
  void stop() {
    stopping = true;
    Link open = link;
    if (open != null) {
      open.close("the edge stops");
    }
  }

  @Override
  public int doWork(long nowNanos) {
    if (stopping) {
      return 0;
    }
    int work = 0;
    Link open = link;
    if (open == null) {
      work = offerNewStreams(nowNanos);
      if (backoff.mayDial(nowNanos)) {
        dial();
        work++;
      }
    } else {
      work = serve(open, nowNanos);
    }
    if (work > 0 || nowNanos - publishedNanos >= PUBLISH_NANOS) {
      publish(nowNanos, work == 0);
    }
    return work;
  }

  @Override
  public long idleNanos(long nowNanos) {
    if (link == null) {
      return backoff.untilDialNanos(nowNanos);
    }
    return Math.max(0, uplink.deadlineNanos(nowNanos) - nowNanos);
  }

  /// A turn waits for the network in a dial, or in a write that the link's reader breaks when the
  /// hub takes nothing: then it is that bound which counts.
  @Override
  public long turnNanosMost() {
    Link open = link;
    return dialling
        ? DIAL_NANOS_MOST
        : open != null && open.isWriting()
            ? STANDSTILL_NANOS + linkConfig.stuckAfter().toNanos()
            : STANDSTILL_NANOS;
  }

  private void publish(long nowNanos, boolean idle) {
    if (idle || nowNanos - publishedNanos >= PUBLISH_NANOS) {
      publishedNanos = nowNanos;
      UplinkStatus fresh = uplink.status(nowNanos);
      status = fresh;
      beat(fresh, nowNanos);
    }
  }

  /// There is work for the uplink while the hub is there and lacks something. A hub that cannot be
  /// reached, or has fallen silent, makes no work: the edge is built for outages.
  private void beat(UplinkStatus now, long nowNanos) {
    Link open = link;
    if (open == null
        || now.connection() != UplinkStatus.Connection.CONNECTED
        || nowNanos - open.lastReadNanos() >= STANDSTILL_NANOS) {
      pulse.rests();
      refused.rests();
      return;
    }
    boolean lags = false;
    String refusal = null;
    for (UplinkStatus.Stream stream : now.streams()) {
      JournalStream held = journalOf(stream.streamId()).journal().stream(stream.streamId());
      if (held == null || held.end() <= stream.acked()) {
        continue;
      }
      if (stream.refusalCode() == null) {
        lags = true;
      } else {
        refusal =
            "'"
                + stream.topic()
                + "' was refused: "
                + stream.refusalCode()
                + ": "
                + stream.refusalText();
      }
    }
    if (lags) {
      pulse.waits(
          "the hub answers, but takes and acknowledges nothing of what the edge holds for it",
          nowNanos);
    } else {
      pulse.rests();
    }
    if (refusal == null) {
      refused.rests();
    } else {
      refused.waits(refusal, nowNanos);
    }
  }

  /// The hub is there, and lacks something that does not reach it.
  @Override
  public @Nullable String standstill(long nowNanos) {
    String stands = pulse.standstill(nowNanos);
    return stands != null ? stands : refused.standstill(nowNanos);
  }

  private void dial() {
    if (!isWarm && linkConfig.tls() != null) {
      CipherWarmUp.run();
    }
    isWarm = true;
    dialledAtMs = System.currentTimeMillis();
    Link fresh = new Link(linkConfig, wake);
    link = fresh;
    if (stopping) {
      return;
    }
    dialling = true;
    try {
      fresh.dial();
    } catch (DialFailed e) {
      link = null;
      uplink.disconnected(String.valueOf(e.getMessage()), System.nanoTime(), effects);
      settleEffects();
      backoff.failed(System.nanoTime(), 0);
      return;
    } finally {
      dialling = false;
    }
    long connectedNanos = System.nanoTime();
    backoff.connected(connectedNanos);
    uplink.connected(connectedNanos, effects);
  }

  private int serve(Link open, long nowNanos) {
    int work = 0;
    try {
      for (Frame frame; (frame = open.poll()) != null; work++) {
        uplink.onFrame(frame, nowNanos, effects);
        carryOut(open, nowNanos);
      }
      String ended = open.closedBecause();
      if (ended != null) {
        end(open, ended, 0, nowNanos);
        return work + 1;
      }
      for (Consumer<Long> answer; (answer = answers.poll()) != null; work++) {
        answer.accept(nowNanos);
      }
      uplink.tick(nowNanos, effects);
      work += offerNewStreams(nowNanos);
      work += noticeCommits();
      work += send(open, nowNanos);
    } catch (IOException e) {
      hearLastWords(open, nowNanos);
      if (link == open) {
        end(open, String.valueOf(e.getMessage()), 0, nowNanos);
      }
      work++;
    }
    return work;
  }

  /// The link broke under a write; what the hub said before may tell why, and when to come again.
  private void hearLastWords(Link open, long nowNanos) {
    for (Frame frame; link == open && (frame = open.poll()) != null; ) {
      uplink.onFrame(frame, nowNanos, effects);
      try {
        carryOut(open, nowNanos);
      } catch (IOException e) {
        continue; // nothing goes out any more, but what came in counts
      }
    }
  }

  private int send(Link open, long nowNanos) throws IOException {
    roundBytes = 0;
    int carried = carryOut(open, nowNanos);
    while (link == open && roundBytes < ROUND_BYTES) {
      uplink.fill(ROUND_BYTES - roundBytes, nowNanos, effects);
      int more = carryOut(open, nowNanos);
      if (more == 0) {
        break;
      }
      carried += more;
    }
    if (link == open) {
      open.flush();
    }
    return carried;
  }

  private int noticeCommits() {
    int noticed = 0;
    for (JournalAgent journal : journals.values()) {
      long groups = journal.groups();
      if (groups != groupsSeen.getOrDefault(journal.className(), -1L)) {
        groupsSeen.put(journal.className(), groups);
        uplink.journalAdvanced(journal.className());
        noticed++;
      }
    }
    return noticed;
  }

  /// A stream is known by its first durable group; streams found at the start are new as well.
  private int offerNewStreams(long nowNanos) {
    int offered = 0;
    for (JournalAgent journal : journals.values()) {
      for (JournalStream stream : streamsOf(journal.journal())) {
        if (!classByStream.containsKey(stream.id())) {
          classByStream.put(stream.id(), journal.className());
          uplink.offer(offerOf(journal, stream), nowNanos, effects);
          offered++;
        }
      }
    }
    return offered;
  }

  /// Those that readings go to, and those that were sealed: of these the hub may still want to heal or to compare. A successor
  /// is offered when it is whole: a hub that has all of it already, since its seal was lost with an image of this disk, may
  /// no longer know its digest in the middle, and would take what is a part for a fork.
  private List<JournalStream> streamsOf(Journal journal) {
    List<JournalStream> streams = new ArrayList<>(journal.streams().values());
    streams.addAll(journal.sealedStreams());
    streams.removeIf(stream -> !isMirrored.test(stream.topic()));
    return streams;
  }

  private static StreamOffer offerOf(JournalAgent journal, JournalStream stream) {
    return new StreamOffer(
        stream.id(),
        stream.topic(),
        journal.className(),
        stream.start(),
        stream.end(),
        stream.digestAtEnd(),
        stream.acked(),
        stream.isSealed());
  }

  private int carryOut(Link open, long nowNanos) throws IOException {
    int count = 0;
    for (UplinkEffect effect; link == open && (effect = effects.poll()) != null; count++) {
      switch (effect) {
        case UplinkEffect.Send(Frame frame) -> {
          if (frame instanceof Data data) {
            roundBytes += data.slice().remaining();
            pulse.moved(nowNanos);
          }
          open.send(frame);
        }
        case UplinkEffect.ReadNext(String className) -> read(className, nowNanos);
        case UplinkEffect.Describe(long id) -> describe(id, nowNanos);
        case UplinkEffect.DigestAt(long id, long offset) ->
            uplink.onDigest(
                id, offset, journalOf(id).journal().digestAt(id, offset), nowNanos, effects);
        case UplinkEffect.ResumeCursor(long id, long offset) -> cursorOf(id).resume(id, offset);
        case UplinkEffect.SuspendCursor(long id) -> suspend(id);
        case UplinkEffect.Acked(long id, long end) -> {
          journalOf(id).journal().acked(id, end);
          journalOf(id).acknowledged();
          lastAckAtMs = System.currentTimeMillis();
          pulse.moved(nowNanos);
        }
        case UplinkEffect.WentBack(long id, long acked, long next) ->
            journalOf(id).journal().wentBack(id, next);
        case UplinkEffect.Jump jump -> jump(jump);
        case UplinkEffect.Supply(Want want, long id) -> questions.supply(want, id);
        case UplinkEffect.TellDigest(DigestAsk ask, long id) -> questions.tellDigest(ask, id);
        case UplinkEffect.Fetched(long id, long from, ByteBuffer batch) ->
            questions.fetched(Fetched.whole(batch));
        case UplinkEffect.NotFetched(long id, long from, boolean isAbsent) ->
            questions.fetched(
                Fetched.without(isAbsent ? Fetched.Outcome.ABSENT : Fetched.Outcome.GONE));
        case UplinkEffect.BoundaryAt(long id, long offset) -> {
          StreamPosition boundary = journalOf(id).journal().boundaryAt(id, offset);
          uplink.onBoundary(id, boundary.next(), boundary.digest(), nowNanos, effects);
        }
        case UplinkEffect.ForkFound found -> questions.sought(found, "");
        case UplinkEffect.ForkNotFound(long id, String why) -> questions.sought(null, why);
        case UplinkEffect.Alarm(String text) -> alarm(text);
        case UplinkEffect.Disconnect(String reason, int retryAfterMs) -> {
          farewell(open);
          end(open, reason, retryAfterMs, nowNanos);
        }
      }
    }
    return count;
  }

  private static void farewell(Link open) {
    try {
      open.flush();
    } catch (IOException e) {
      LOG.log(System.Logger.Level.DEBUG, "the hub was faster than our farewell", e);
    }
  }

  private void read(String className, long nowNanos) throws IOException {
    JournalCursor cursor = cursors.get(className);
    switch (cursor == null ? null : cursor.next()) {
      case null -> uplink.onNothing(className);
      case JournalCursor.BatchPiece batch ->
          uplink.onBatch(
              batch.streamId(), batch.from(), batch.to(), batch.bytes(), nowNanos, effects);
      case JournalCursor.GapPiece gap -> uplink.onGap(gap.streamId(), gap.gap(), gap.digestAtTo());
    }
  }

  private void describe(long streamId, long nowNanos) {
    JournalAgent journal = journalOf(streamId);
    JournalStream stream = journal.journal().stream(streamId);
    if (stream != null) {
      uplink.offer(offerOf(journal, stream), nowNanos, effects);
    }
  }

  /// The journal belongs to its own thread: it jumps there, and the answer comes back here.
  private void jump(UplinkEffect.Jump jump) {
    journalOf(jump.streamId())
        .jump(
            jump,
            refusal -> {
              answers.add(nowNanos -> {
                if (refusal == null) {
                  uplink.onJumped(jump.streamId(), nowNanos, effects);
                } else {
                  uplink.onJumpRefused(jump.streamId(), refusal, nowNanos, effects);
                }
              });
              wake.run();
            });
  }

  /// What others ask of the hub, and the hub of this edge. Any thread.
  HubQuestions questions() {
    return questions;
  }

  private void suspend(long streamId) {
    try {
      cursorOf(streamId).suspend(streamId);
    } catch (IOException e) {
      alarm("closing a segment failed: " + e.getMessage());
    }
  }

  private void alarm(String text) {
    lastAlarm = text;
    LOG.log(System.Logger.Level.WARNING, text);
  }

  private void end(Link open, String reason, int retryAfterMs, long nowNanos) {
    link = null;
    open.close(reason);
    uplink.disconnected(reason, nowNanos, effects);
    settleEffects();
    backoff.failed(System.nanoTime(), retryAfterMs);
  }

  /// What is still to be done without a link: the cursors and the watermarks, no frame.
  private void settleEffects() {
    for (UplinkEffect effect; (effect = effects.poll()) != null; ) {
      switch (effect) {
        case UplinkEffect.SuspendCursor(long id) -> suspend(id);
        case UplinkEffect.Acked(long id, long end) -> journalOf(id).journal().acked(id, end);
        case UplinkEffect.NotFetched missed ->
            questions.fetched(Fetched.without(Fetched.Outcome.GONE));
        case UplinkEffect.ForkNotFound(long id, String why) -> questions.sought(null, why);
        case UplinkEffect.Alarm(String text) -> alarm(text);
        default -> {
          // Frames, reads and questions of a session that has ended.
        }
      }
    }
  }

  private JournalAgent journalOf(long streamId) {
    JournalAgent journal = journals.get(classByStream.getOrDefault(streamId, ""));
    if (journal == null) {
      throw new IllegalStateException("no journal holds stream " + streamId);
    }
    return journal;
  }

  private JournalCursor cursorOf(long streamId) {
    JournalCursor cursor = cursors.get(classByStream.getOrDefault(streamId, ""));
    if (cursor == null) {
      throw new IllegalStateException("no cursor reads stream " + streamId);
    }
    return cursor;
  }

  @Override
  public void onClose() {
    Link open = link;
    if (open != null) {
      open.close("the edge stops");
    }
    for (JournalCursor cursor : cursors.values()) {
      try {
        cursor.close();
      } catch (IOException e) {
        alarm("closing a segment failed: " + e.getMessage());
      }
    }
  }
}
