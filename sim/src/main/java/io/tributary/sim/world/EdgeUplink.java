package io.tributary.sim.world;

import io.tributary.link.Backoff;
import io.tributary.link.LinkKind;
import io.tributary.log.JournalCursor;
import io.tributary.log.JournalStream;
import io.tributary.log.JumpResult;
import io.tributary.log.LogFullException;
import io.tributary.log.StreamPosition;
import io.tributary.session.Effects;
import io.tributary.session.StreamClass;
import io.tributary.session.StreamOffer;
import io.tributary.session.StreamState;
import io.tributary.session.Uplink;
import io.tributary.session.UplinkConfig;
import io.tributary.session.UplinkEffect;
import io.tributary.session.UplinkStatus;
import io.tributary.session.frame.DigestAsk;
import io.tributary.session.frame.Frame;
import io.tributary.session.frame.FrameCodec;
import io.tributary.session.frame.FrameReader;
import io.tributary.session.frame.FrameRefused;
import io.tributary.session.frame.Refusal;
import io.tributary.session.frame.RefusalCode;
import io.tributary.session.frame.Want;
import io.tributary.session.heal.Fetched;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// The half of an edge's process that mirrors: the real Uplink, with a link that it dials again and again. It lives as long
/// as the process.
final class EdgeUplink {
  /// A hub looks after its sessions so often; the rest is turns that wait for each other.
  private static final long DEAD_LINK_SLACK_NANOS = TimeUnit.MILLISECONDS.toNanos(1_500);

  private final SimEdge edge;
  private final int life;
  private final World world;
  private final Timeline timeline;
  private final Trace trace;
  private final Tally tally;
  private final Uplink uplink;
  private final Backoff backoff;
  private final Effects<UplinkEffect> effects = new Effects<>();
  private final TreeMap<Long, EdgeJournal> journalsByStream = new TreeMap<>();
  private @Nullable Connection connection;
  private boolean isDialing;

  /// Of the hub at the other end of the last link.
  private int hubLife;

  private long tickPlannedFor = Long.MAX_VALUE;
  private UplinkStatus.@Nullable Counters counted;

  /// The streams whose forks a person is resolving.
  private final TreeSet<Long> sealing = new TreeSet<>();

  /// @param life of the edge's process, to which this belongs
  EdgeUplink(SimEdge edge, String edgeId, int life, World world, SplittableRandom random) {
    this.edge = edge;
    this.life = life;
    this.world = world;
    this.timeline = world.timeline();
    this.trace = world.trace();
    this.tally = world.tally();
    this.backoff =
        new Backoff(world.story().isMetered() ? LinkKind.METERED : LinkKind.LAN, random.nextLong());
    this.uplink = newUplink(edgeId, random);
  }

  private Uplink newUplink(String edgeId, SplittableRandom random) {
    List<StreamClass> classes = new ArrayList<>();
    for (StreamClass known : StreamClass.DEFAULTS) {
      if (world.story().classes().containsKey(known.name())) {
        classes.add(known);
      }
    }
    return new Uplink(
        new UplinkConfig(
            edgeId,
            edge.incarnation(),
            new UUID(random.nextLong(), random.nextLong()),
            "world",
            classes,
            world.story().windowBytes(),
            world.story().heartbeatMs(),
            world.story().sessionLimits()));
  }

  /// The process is gone; the kernel says so to the hub.
  void closeLink() {
    if (connection != null) {
      connection.link.closeByEdge("the edge's process ended");
    }
  }

  /// The machine is gone; nobody says so.
  void abandonLink() {
    if (connection != null) {
      connection.link.abandonByEdge();
    }
  }

  private void forgetEffects() {
    while (!effects.isEmpty()) {
      effects.poll();
    }
  }

  /// Dials as soon as the backoff allows it.
  void dial() {
    if (connection != null || isDialing) {
      return;
    }
    if (!backoff.mayDial(timeline.nowNanos())) {
      edge.inTurn(life, backoff.untilDialNanos(timeline.nowNanos()), this::dial);
      return;
    }
    isDialing = true;
    edge.inTurn(
        life,
        world.dialNanos(),
        () -> {
          isDialing = false;
          Connection fresh = new Connection();
          SimLink.End hub = world.reach(fresh.link);
          if (hub == null) {
            uplink.disconnected("the hub does not answer", timeline.nowNanos(), effects);
            forgetEffects();
            redial(0);
          } else {
            connected(fresh, hub);
          }
        });
  }

  private void connected(Connection fresh, SimLink.End hub) {
    fresh.link.connect(fresh, hub);
    connection = fresh;
    backoff.connected(timeline.nowNanos());
    edge.connected();
    world.connected(edge.name());
    uplink.connected(timeline.nowNanos(), effects);
    serve();
  }

  private void redial(long retryAfterMs) {
    long waitMs = backoff.failed(timeline.nowNanos(), retryAfterMs);
    edge.inTurn(life, TimeUnit.MILLISECONDS.toNanos(waitMs), this::dial);
  }

  /// One round of the uplink's duty cycle.
  void serve() {
    Connection open = connection;
    if (open == null || edge.isPaused()) {
      return;
    }
    try {
      carryOut(open); // what a pause has left
      if (connection != open || edge.isPaused()) {
        return;
      }
      uplink.tick(timeline.nowNanos(), effects);
      offerStreams();
      for (EdgeJournal journal : edge.journals()) {
        uplink.journalAdvanced(journal.className());
      }
      carryOut(open);
      if (edge.isPaused()) {
        return;
      }
      int room = open.room();
      while (connection == open && room > 0 && !edge.isPaused()) {
        uplink.fill(room, timeline.nowNanos(), effects);
        if (effects.isEmpty()) {
          break;
        }
        carryOut(open);
        room = open.room();
      }
    } catch (IOException e) {
      edge.failed(e);
      return;
    }
    if (connection == open) {
      open.flush();
    }
    see();
    planTick();
  }

  private void planTick() {
    long now = timeline.nowNanos();
    long deadline = uplink.deadlineNanos(now);
    if (deadline == Long.MAX_VALUE) {
      return;
    }
    long wait = Math.max(1, deadline - now);
    long at = timeline.elapsedNanos() + wait;
    if (at < tickPlannedFor || tickPlannedFor <= timeline.elapsedNanos()) {
      tickPlannedFor = at;
      edge.inTurn(
          life,
          wait,
          () -> {
            if (tickPlannedFor == timeline.elapsedNanos()) {
              tickPlannedFor = Long.MAX_VALUE;
            }
            serve();
          });
    }
  }

  private void see() {
    UplinkStatus status = uplink.status(timeline.nowNanos());
    tally.visited("uplink." + status.connection());
    for (UplinkStatus.Stream stream : status.streams()) {
      tally.visited("uplinkStream." + stream.state());
      if (stream.state() == StreamState.REFUSED && stream.refusalCode() == RefusalCode.FORK) {
        journalOf(stream.streamId()).lineage(stream.streamId()).book().forkNamed();
        planSeal(stream.streamId());
      }
      Violation.check(
          stream.acked() <= stream.sent(), "%s: acked beyond sent: %s", edge.name(), stream);
    }
    Violation.check(status.creditBytes() >= 0, "%s: credit is negative: %s", edge.name(), status);
    UplinkStatus.Counters before = counted;
    UplinkStatus.Counters now = status.counters();
    counted = now;
    if (now.forks() > (before == null ? 0 : before.forks())) {
      tally.struck(Fault.FORK_REFUSED);
    }
  }

  void offerStreams() {
    for (EdgeJournal journal : edge.journals()) {
      for (JournalStream stream : journal.streams()) {
        if (journalsByStream.put(stream.id(), journal) == null) {
          uplink.offer(offer(journal, stream), timeline.nowNanos(), effects);
        }
      }
    }
  }

  private static StreamOffer offer(EdgeJournal journal, JournalStream stream) {
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

  private EdgeJournal journalOf(long streamId) {
    EdgeJournal journal = journalsByStream.get(streamId);
    if (journal == null) {
      throw new IllegalStateException("nobody offered stream " + streamId);
    }
    return journal;
  }

  private void carryOut(Connection open) throws IOException {
    long now = timeline.nowNanos();
    while (connection == open && !edge.isPaused()) {
      UplinkEffect effect = effects.poll();
      if (effect == null) {
        break;
      }
      switch (effect) {
        case UplinkEffect.Send(Frame frame) -> open.send(frame);
        case UplinkEffect.ReadNext(String className) -> readNext(className, now);
        case UplinkEffect.Describe(long id) -> {
          for (JournalStream stream : journalOf(id).streams()) {
            if (stream.id() == id) {
              uplink.offer(offer(journalOf(id), stream), now, effects);
            }
          }
        }
        case UplinkEffect.DigestAt(long id, long offset) -> {
          tally.visited("uplinkStream.CHECKING");
          long digest = journalOf(id).journal().digestAt(id, offset);
          uplink.onDigest(id, offset, digest, now, effects);
        }
        case UplinkEffect.ResumeCursor(long id, long offset) ->
            journalOf(id).cursor().resume(id, offset);
        case UplinkEffect.SuspendCursor(long id) -> journalOf(id).cursor().suspend(id);
        case UplinkEffect.Acked(long id, long end) -> acked(id, end);
        case UplinkEffect.WentBack(long id, long acked, long next) -> wentBack(id, acked, next);
        case UplinkEffect.Jump jump -> jump(jump);
        case UplinkEffect.Supply(Want want, long id) -> supply(want, id);
        case UplinkEffect.TellDigest(DigestAsk ask, long id) ->
            uplink.onDigestTold(
                ask, journalOf(id).journal().digestAt(id, ask.offset()), now, effects);
        case UplinkEffect.Fetched fetched -> edge.fetched(Fetched.whole(fetched.batch()));
        case UplinkEffect.NotFetched missed ->
            edge.fetched(
                Fetched.without(missed.isAbsent() ? Fetched.Outcome.ABSENT : Fetched.Outcome.GONE));
        case UplinkEffect.BoundaryAt(long id, long offset) -> {
          StreamPosition boundary = journalOf(id).journal().boundaryAt(id, offset);
          uplink.onBoundary(id, boundary.next(), boundary.digest(), now, effects);
        }
        case UplinkEffect.ForkFound fork -> seal(fork);
        case UplinkEffect.ForkNotFound(long id, String why) -> sealing.remove(id);
        case UplinkEffect.Alarm(String text) -> trace.note(edge.name(), "alarm: " + text);
        case UplinkEffect.Disconnect(String reason, int retryAfterMs) -> {
          open.flush();
          open.leave(reason, retryAfterMs);
        }
      }
      if (!edge.goesOn()) {
        return;
      }
    }
  }

  private void readNext(String className, long now) throws IOException {
    switch (edge.journal(className).cursor().next()) {
      case null -> uplink.onNothing(className);
      case JournalCursor.BatchPiece batch ->
          uplink.onBatch(batch.streamId(), batch.from(), batch.to(), batch.bytes(), now, effects);
      case JournalCursor.GapPiece gap -> uplink.onGap(gap.streamId(), gap.gap(), gap.digestAtTo());
    }
  }

  /// Asks the hub for a batch; false: not now.
  boolean fetch(long streamId, long from) {
    boolean isAsked = uplink.fetch(streamId, from, timeline.nowNanos(), effects);
    edge.inTurn(life, 0, this::serve);
    return isAsked;
  }

  /// The hub heals its log: the scrub reads for it in one of its turns.
  private void supply(Want want, long streamId) {
    edge.inTurn(
        life,
        edge.delayNanos(5),
        () -> {
          try {
            ByteBuffer batch = edge.scrub().batchFor(journalOf(streamId), streamId, want);
            tally.visited(batch == null ? "heal.supply.NOTHING" : "heal.supply.SLICE");
            uplink.onSupplied(want, batch, timeline.nowNanos(), effects);
          } catch (IOException e) {
            edge.failed(e);
            return;
          }
          serve();
        });
  }

  private void acked(long streamId, long end) {
    trace.note(edge.name(), "is acknowledged", streamId, end);
    edge.acked(streamId, end);
    StreamBook book = journalOf(streamId).lineage(streamId).book();
    // What a paused edge reads only now was true before its hub went back.
    if (hubLife == world.hub().life() || !world.hubMayHaveGoneBack()) {
      world.acked(book, end);
    }
    journalOf(streamId).acked(streamId, end, edge.nowMs());
  }

  private void wentBack(long streamId, long acked, long next) {
    StreamBook book = journalOf(streamId).lineage(streamId).book();
    Violation.check(
        world.hubMayHaveGoneBack() || book.wasDeleted(),
        "%s: the hub has %d, and had acknowledged %d",
        book,
        next,
        acked);
    tally.struck(Fault.HUB_WENT_BACK);
    journalOf(streamId).wentBack(streamId, next);
  }

  private void jump(UplinkEffect.Jump jump) {
    EdgeJournal journal = journalOf(jump.streamId());
    edge.inTurn(
        life,
        edge.delayNanos(20),
        () -> {
          try {
            if (journal.hasGroup() && !edge.commit(journal)) {
              uplink.onJumpRefused(
                  jump.streamId(), "the disk is full", timeline.nowNanos(), effects);
            } else if (journal.jump(jump, edge.nowMs()) == JumpResult.JUMPED) {
              uplink.onJumped(jump.streamId(), timeline.nowNanos(), effects);
            } else {
              uplink.onJumpRefused(
                  jump.streamId(), "new readings took its place", timeline.nowNanos(), effects);
            }
          } catch (LogFullException e) {
            uplink.onJumpRefused(jump.streamId(), "the disk is full", timeline.nowNanos(), effects);
          } catch (IOException e) {
            edge.failed(e);
            return;
          }
          serve();
        });
  }

  /// Where the story has somebody who resolves forks: he sees it after a while. What a disk that lied still holds may
  /// be half a group, and the books do not follow that into another stream. Nobody seals on a second machine that should
  /// not be there.
  private void planSeal(long streamId) {
    if (isToBeSealed(streamId) && sealing.add(streamId)) {
      edge.inTurn(
          life,
          edge.delayNanos(2_000),
          () -> {
            boolean trustsAcks = !world.hubMayHaveGoneBack();
            if (!uplink.seekFork(streamId, trustsAcks, timeline.nowNanos(), effects)) {
              sealing.remove(streamId);
            }
            serve();
          });
    }
  }

  private boolean isToBeSealed(long streamId) {
    return world.story().isSealing() && !edge.isClone() && !journalOf(streamId).isLiedTo();
  }

  private void seal(UplinkEffect.ForkFound fork) {
    long id = fork.streamId();
    EdgeJournal journal = journalOf(id);
    edge.inTurn(
        life,
        edge.delayNanos(20),
        () -> {
          sealing.remove(id);
          edge.strikesSoon();
          try {
            boolean isCommitted = !journal.hasGroup() || edge.commit(journal);
            if (isCommitted && fork.at() < journal.lineage(id).end()) {
              journal.seal(fork, edge.nowMs());
            }
          } catch (LogFullException e) {
            trace.note(edge.name(), "cannot seal now: " + e.getMessage());
          } catch (IOException e) {
            edge.failed(e);
            return;
          }
          uplink.reopen(id, effects);
          edge.move(life, journal);
          serve();
        });
  }

  /// Nothing is heard over this link any more in one direction at least: within two heartbeats somebody says so.
  void mustFindDead(SimLink link) {
    long heartbeatNanos = TimeUnit.MILLISECONDS.toNanos(world.story().heartbeatMs());
    long patienceNanos = 2 * heartbeatNanos + link.queueNanosMost() + DEAD_LINK_SLACK_NANOS;
    long sinceNanos = timeline.elapsedNanos();
    timeline.after(
        patienceNanos,
        () -> {
          boolean isSame =
              connection != null
                  && connection.link == link
                  && edge.isAlive(life)
                  && uplink.status(timeline.nowNanos()).connection()
                      == UplinkStatus.Connection.CONNECTED;
          boolean wasAwake =
              edge.wasAwakeSince(sinceNanos) && world.hub().wasAwakeSince(sinceNanos);
          Violation.check(
              !isSame || !wasAwake || link.isSpoiledSince(sinceNanos),
              "%s: still connected %d ms after its link went dead",
              edge.name(),
              TimeUnit.NANOSECONDS.toMillis(patienceNanos));
        });
  }

  /// Why not everything of these journals is at the hub yet; null: it is.
  @Nullable String undelivered() {
    UplinkStatus status = uplink.status(timeline.nowNanos());
    if (connection == null || !connection.isWithLivingHub()) {
      return edge.name() + " is not connected: " + status;
    }
    for (EdgeJournal journal : edge.journals()) {
      if (journal.hasGroup()) {
        return edge.name() + ": a group waits";
      }
      if (journal.journal().isMoving()) {
        return edge.name() + ": a successor is not whole";
      }
      for (JournalStream stream : journal.streams()) {
        boolean isStreaming =
            status.streams().stream()
                .anyMatch(open ->
                    open.streamId() == stream.id() && open.state() == StreamState.STREAMING);
        boolean isDone = isStreaming && stream.acked() >= stream.end();
        boolean isGivenUp = isFork(status, stream.id()) && !isToBeSealed(stream.id());
        if (!isDone && !isGivenUp) {
          return edge.name() + ": " + stream + ", " + status;
        }
      }
    }
    return null;
  }

  boolean isFork(long streamId) {
    return isFork(uplink.status(timeline.nowNanos()), streamId);
  }

  private static boolean isFork(UplinkStatus status, long streamId) {
    return status.streams().stream()
        .anyMatch(stream ->
            stream.streamId() == streamId
                && stream.state() == StreamState.REFUSED
                && stream.refusalCode() == RefusalCode.FORK);
  }

  @Nullable SimLink link() {
    return connection == null ? null : connection.link;
  }

  /// A session's link, at the edge.
  private final class Connection implements SimLink.End {
    private final SimLink link;
    private final FrameReader frames = new FrameReader();
    private ByteBuffer unsent = ByteBuffer.allocate(4096);

    Connection() {
      hubLife = world.hub().life();
      this.link = world.newLink(edge.linkQuality());
    }

    private boolean isAlive() {
      return edge.isAlive(life) && connection == this;
    }

    /// The hub at the other end has not died since.
    boolean isWithLivingHub() {
      return hubLife == world.hub().life();
    }

    int room() {
      return link.roomToHub() - unsent.position();
    }

    void send(Frame frame) {
      int most = FrameCodec.sizeBytesMost(frame);
      if (unsent.remaining() < most) {
        ByteBuffer larger = ByteBuffer.allocate(unsent.capacity() * 2 + most);
        unsent = larger.put(unsent.flip());
      }
      int before = unsent.position();
      FrameCodec.encode(frame, unsent);
      trace.note(edge.name(), world.told(frame), before, unsent.position());
      if (frame instanceof Refusal refusal) {
        world.refuses(edge.name(), refusal);
      }
    }

    void flush() {
      if (unsent.position() > 0) {
        byte[] bytes = new byte[unsent.position()];
        unsent.flip().get(bytes);
        unsent.clear();
        link.sendToHub(bytes);
      }
    }

    @Override
    public void received(ByteBuffer bytes) {
      if (isAlive() && edge.isPaused()) {
        later(bytes);
      } else if (isAlive()) {
        edge.guard(() -> read(bytes));
      }
    }

    /// The kernel keeps what comes while the process stands still.
    private void later(ByteBuffer bytes) {
      byte[] kept = new byte[bytes.remaining()];
      bytes.get(kept);
      edge.inTurn(life, edge.untilAwakeNanos(), () -> received(ByteBuffer.wrap(kept)));
    }

    private void read(ByteBuffer bytes) {
      try {
        while (bytes.hasRemaining() && isAlive()) {
          if (edge.isPaused()) {
            later(bytes);
            return;
          }
          Frame frame = frames.next(bytes);
          if (frame == null) {
            break;
          }
          uplink.onFrame(frame, timeline.nowNanos(), effects);
          carryOut(this);
        }
      } catch (FrameRefused e) {
        uplink.onMalformed(
            Refusal.ofSession(RefusalCode.MALFORMED, 0, String.valueOf(e.getMessage())),
            timeline.nowNanos(),
            effects);
      } catch (IOException e) {
        edge.failed(e);
        return;
      }
      serve();
    }

    @Override
    public void closed(String why) {
      if (isAlive()) {
        edge.whenAwake(
            life,
            () -> {
              if (isAlive()) {
                leave(why, 0);
              }
            });
      }
    }

    @Override
    public void drained() {
      if (isAlive()) {
        edge.whenAwake(life, EdgeUplink.this::serve);
      }
    }

    /// The session is over: what it asked for that needs no link is still done.
    private void leave(String why, long retryAfterMs) {
      trace.note(edge.name(), "disconnects: " + why);
      connection = null;
      link.closeByEdge(why);
      uplink.disconnected(why, timeline.nowNanos(), effects);
      try {
        for (UplinkEffect left; (left = effects.poll()) != null; ) {
          switch (left) {
            case UplinkEffect.SuspendCursor(long id) -> journalOf(id).cursor().suspend(id);
            case UplinkEffect.Acked(long id, long end) -> acked(id, end);
            case UplinkEffect.NotFetched missed ->
                edge.fetched(Fetched.without(Fetched.Outcome.GONE));
            case UplinkEffect.ForkNotFound missed -> sealing.remove(missed.streamId());
            default -> {
              // Frames, reads and questions of a session that has ended.
            }
          }
        }
      } catch (IOException e) {
        edge.failed(e);
        return;
      }
      see();
      redial(retryAfterMs);
    }
  }
}
