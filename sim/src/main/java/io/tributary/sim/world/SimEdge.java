package io.tributary.sim.world;

import io.tributary.link.Backoff;
import io.tributary.link.LinkKind;
import io.tributary.log.FullPolicy;
import io.tributary.log.JournalCursor;
import io.tributary.log.JournalStream;
import io.tributary.log.JumpResult;
import io.tributary.log.LogFullException;
import io.tributary.record.Header;
import io.tributary.session.Effects;
import io.tributary.session.StreamClass;
import io.tributary.session.StreamOffer;
import io.tributary.session.StreamState;
import io.tributary.session.Uplink;
import io.tributary.session.UplinkConfig;
import io.tributary.session.UplinkEffect;
import io.tributary.session.UplinkStatus;
import io.tributary.session.frame.Frame;
import io.tributary.session.frame.FrameCodec;
import io.tributary.session.frame.FrameReader;
import io.tributary.session.frame.FrameRefused;
import io.tributary.session.frame.Refusal;
import io.tributary.session.frame.RefusalCode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// An edge's machine: its devices, the real journals and the real Uplink, on a simulated disk and link.
///
/// Threads of the real edge are turns here: the devices, the commits of each class, and the uplink, in an order that
/// the seed chooses. A turn of a process that has died since does nothing.
final class SimEdge {
  private static final long RETRY_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
  private static final long RETAIN_NANOS = TimeUnit.SECONDS.toNanos(2);
  private static final long RESTART_NANOS = TimeUnit.MILLISECONDS.toNanos(200);

  /// A hub looks after its sessions so often; the rest is turns that wait for each other.
  private static final long DEAD_LINK_SLACK_NANOS = TimeUnit.MILLISECONDS.toNanos(1_500);

  private static final long CLOCK_SET_MS =
      1_704_067_200_000L; // 2024: before it, nobody has set the clock

  private final World world;
  private final Story.EdgePlan plan;
  private final Timeline timeline;
  private final Trace trace;
  private final Tally tally;
  private final SplittableRandom random;
  private final String name;
  private final SimDisk disk;
  private UUID incarnation;
  private final TreeMap<String, EdgeJournal> journals = new TreeMap<>();

  /// Readings that are still to be made.
  private int unmade;

  private long clockSkewMs;
  private SimLink.@Nullable LinkQuality spoiledLink;
  private long forceNanos;
  private @Nullable Urgency urgency;

  // Of the living process.
  private int life;
  private boolean isUp;
  private long pausedUntilNanos;
  private long effectsUntilPause = Long.MAX_VALUE;
  private long effectsUntilDeath = Long.MAX_VALUE;
  private long pauseNanos;
  private @Nullable Uplink uplink;
  private Backoff backoff;
  private final Effects<UplinkEffect> effects = new Effects<>();
  private final TreeMap<Long, EdgeJournal> journalsByStream = new TreeMap<>();
  private final TreeMap<String, Long> droppedSeen = new TreeMap<>();
  private final TreeMap<String, Boolean> commitPlanned = new TreeMap<>();
  private @Nullable Connection connection;
  private boolean isDialing;
  private long tickPlannedFor = Long.MAX_VALUE;
  private UplinkStatus.@Nullable Counters counted;

  SimEdge(
      World world, Story.EdgePlan plan, String name, UUID incarnation, SimDisk disk, long seed) {
    this.world = world;
    this.plan = plan;
    this.name = name;
    this.incarnation = incarnation;
    this.disk = disk;
    this.timeline = world.timeline();
    this.trace = world.trace();
    this.tally = world.tally();
    this.random = new SplittableRandom(seed);
    this.unmade = plan.readings();
    this.backoff = newBackoff();
  }

  /// Another machine that runs from a copy of this one's disk.
  SimEdge copy(SimDisk ofDisk, int readings) {
    SimEdge copy =
        new SimEdge(
            world,
            new Story.EdgePlan(plan.edgeId(), plan.topics(), readings, random.nextLong()),
            name + "'",
            incarnation,
            ofDisk,
            random.nextLong());
    journals.forEach((className, journal) -> copy.journals.put(className, journal.copy()));
    return copy;
  }

  String name() {
    return name;
  }

  SimDisk disk() {
    return disk;
  }

  boolean isUp() {
    return isUp;
  }

  Iterable<EdgeJournal> journals() {
    return journals.values();
  }

  /// An accident that no promise covers: acknowledged readings may be gone after the next start.
  void mayLoseTail() {
    journals.values().forEach(EdgeJournal::mayLoseTail);
  }

  UUID incarnation() {
    return incarnation;
  }

  void jumpClock(long ms) {
    clockSkewMs += ms;
    journals.values().forEach(EdgeJournal::clockJumped);
  }

  /// The clock of a machine without a battery: 1970, until it is set.
  void forgetTime() {
    clockSkewMs = -World.START_MS - timeline.elapsedMs();
    journals.values().forEach(EdgeJournal::clockJumped);
  }

  void setClock() {
    clockSkewMs = 0;
    journals.values().forEach(EdgeJournal::clockJumped);
  }

  private long nowMs() {
    return Math.max(0, World.START_MS + timeline.elapsedMs() + clockSkewMs);
  }

  // --- what happens to it
  // ------------------------------------------------------------------------------------------

  /// SIGSTOP behind the n-th effect of its session from now.
  void pausesAtEffect(long effect, long nanos) {
    effectsUntilPause = effect;
    pauseNanos = nanos;
  }

  /// SIGKILL behind the n-th effect of its session from now.
  void diesAtEffect(long effect) {
    effectsUntilDeath = effect;
  }

  /// How long a force takes; 0: no time.
  void slowDisk(long nanosPerForce) {
    forceNanos = nanosPerForce;
  }

  /// Nothing fails any more.
  void heal() {
    forceNanos = 0;
    spoilLink(null);
  }

  /// @param quality of its link, now and after the next dial; null: as it was
  void spoilLink(SimLink.@Nullable LinkQuality quality) {
    spoiledLink = quality;
    if (connection != null) {
      connection.link.become(linkQuality());
    }
  }

  private SimLink.LinkQuality linkQuality() {
    return spoiledLink == null ? world.story().linkQuality() : spoiledLink;
  }

  /// Nothing is heard over this link any more in one direction at least: within two heartbeats somebody says so.
  void mustFindDead(SimLink link) {
    int born = life;
    long heartbeatNanos = TimeUnit.MILLISECONDS.toNanos(world.story().heartbeatMs());
    long patienceNanos = 2 * heartbeatNanos + link.queueNanosMost() + DEAD_LINK_SLACK_NANOS;
    long sinceNanos = timeline.elapsedNanos();
    timeline.after(
        patienceNanos,
        () -> {
          boolean isSame =
              connection != null
                  && connection.link == link
                  && life == born
                  && uplink().status(timeline.nowNanos()).connection()
                      == UplinkStatus.Connection.CONNECTED;
          boolean wasAwake = pausedUntilNanos < sinceNanos && world.hub().wasAwakeSince(sinceNanos);
          Violation.check(
              !isSame || !wasAwake || link.isSpoiledSince(sinceNanos),
              "%s: still connected %d ms after its link went dead",
              name,
              TimeUnit.NANOSECONDS.toMillis(patienceNanos));
        });
  }

  private boolean isPaused() {
    return timeline.elapsedNanos() < pausedUntilNanos;
  }

  /// An effect was carried out.
  ///
  /// @return false when the process stands still now
  private boolean goesOn() {
    if (!world.isHealing() && --effectsUntilDeath <= 0) {
      effectsUntilDeath = Long.MAX_VALUE;
      tally.struck(Fault.EDGE_KILLED_AT_EFFECT);
      throw new PowerCut(true);
    }
    if (!world.isHealing() && --effectsUntilPause <= 0) {
      effectsUntilPause = Long.MAX_VALUE;
      tally.struck(Fault.EDGE_PAUSED);
      trace.note(name, "stands still");
      pausedUntilNanos = timeline.elapsedNanos() + pauseNanos;
      inTurn(life, 0, this::serve);
    }
    return !isPaused();
  }

  // --- the process
  // --------------------------------------------------------------------------------------------------

  void start() {
    life++;
    int born = life;
    trace.note(name, "starts");
    guard(() -> {
      forgetEffects();
      journalsByStream.clear();
      droppedSeen.clear();
      commitPlanned.clear();
      connection = null;
      isDialing = false;
      counted = null;
      tickPlannedFor = Long.MAX_VALUE;
      try {
        for (Story.ClassPlan ofClass : world.story().classes().values()) {
          journals
              .computeIfAbsent(ofClass.name(), className -> newJournal(ofClass))
              .start(disk, nowMs());
        }
      } catch (IOException e) {
        trace.note(name, "cannot start: " + e.getMessage());
        end();
        startAgain(RESTART_NANOS);
        return;
      }
      backoff = newBackoff();
      uplink = newUplink();
      isUp = true;
      offerStreams();
      inTurn(born, delayNanos(5), this::dial);
      for (String topic : plan.topics()) {
        inTurn(born, delayNanos(50), () -> read(born, topic));
      }
      inTurn(born, RETAIN_NANOS, () -> retain(born));
    });
  }

  /// Starts after a while, unless somebody else did, or it was switched off.
  void startAgain(long nanos) {
    int dead = life;
    timeline.after(
        nanos,
        () -> {
          if (life == dead) {
            start();
          }
        });
  }

  private EdgeJournal newJournal(Story.ClassPlan ofClass) {
    return new EdgeJournal(
        ofClass,
        new UUID(random.nextLong(), random.nextLong()),
        plan.edgeId(),
        world.ledger(),
        tally,
        trace);
  }

  private Backoff newBackoff() {
    return new Backoff(
        world.story().isMetered() ? LinkKind.METERED : LinkKind.LAN, random.nextLong());
  }

  private Uplink newUplink() {
    List<StreamClass> classes = new ArrayList<>();
    for (StreamClass known : StreamClass.DEFAULTS) {
      if (world.story().classes().containsKey(known.name())) {
        classes.add(known);
      }
    }
    return new Uplink(
        new UplinkConfig(
            plan.edgeId(),
            incarnation,
            new UUID(random.nextLong(), random.nextLong()),
            "world",
            classes,
            world.story().windowBytes(),
            world.story().heartbeatMs(),
            world.story().sessionLimits()));
  }

  private void inTurn(int born, long delayNanos, Runnable action) {
    timeline.after(
        delayNanos,
        () -> {
          if (life == born && isUp) {
            whenAwake(born, action);
          }
        });
  }

  /// At once, or when the process is let go on; nothing when it is dead by then.
  private void whenAwake(int born, Runnable action) {
    if (isPaused()) {
      inTurn(born, pausedUntilNanos - timeline.elapsedNanos(), action);
    } else {
      guard(action);
    }
  }

  private void guard(Runnable action) {
    try {
      action.run();
    } catch (PowerCut cut) {
      world.edgeDied(this, !cut.isKill());
    }
  }

  private long delayNanos(long mostMs) {
    return random.nextLong(TimeUnit.MILLISECONDS.toNanos(mostMs) + 1);
  }

  private void forgetEffects() {
    while (!effects.isEmpty()) {
      effects.poll();
    }
  }

  private void end() {
    life++;
    isUp = false;
    uplink = null;
    pausedUntilNanos = 0;
  }

  void kill() {
    end();
    disk.killProcess();
    if (connection != null) {
      connection.link.closeByEdge("the edge's process ended");
    }
  }

  void powerCut() {
    end();
    if (disk.isLying()) {
      journals.values().forEach(EdgeJournal::liedTo);
    }
    disk.cutPower();
    if (connection != null) {
      connection.link.abandonByEdge();
    }
  }

  /// Forgets everything but its name.
  void wipe() {
    end();
    disk.wipe();
    if (connection != null) {
      connection.link.abandonByEdge();
    }
    for (EdgeJournal journal : journals.values()) {
      for (Lineage lineage : journal.lineages()) {
        lineage.restartedAt(0, true);
      }
    }
    journals.clear();
    incarnation = new UUID(random.nextLong(), random.nextLong());
  }

  /// A log has failed: the process ends, so that the next one recovers.
  private void failed(IOException e) {
    trace.note(name, "restarts: " + e.getMessage());
    kill();
    startAgain(RESTART_NANOS);
  }

  // --- devices
  // ------------------------------------------------------------------------------------------------------

  private void read(int born, String topic) {
    if (unmade == 0 || world.isHealing()) {
      unmade = 0;
      return;
    }
    Story.ClassPlan ofClass = world.story().classOf(topic);
    EdgeJournal journal = journals.get(ofClass.name());
    if (journal == null) {
      throw new IllegalStateException("no journal of class " + ofClass.name());
    }
    long busyNanos = journal.busyUntilNanos() - timeline.elapsedNanos();
    if (busyNanos > 0) {
      inTurn(born, busyNanos, () -> read(born, topic)); // its agent waits for the disk
      return;
    }
    int burst = 1 + random.nextInt(random.nextInt(8) == 0 ? 20 : 4);
    long pause = TimeUnit.MILLISECONDS.toNanos(world.story().durationMs()) * plan.topics().size();
    pause = random.nextLong(2 * pause * 3 / Math.max(1, plan.readings()) + 1);
    try {
      for (int i = 0; i < burst && unmade > 0; i++) {
        if (!handOver(journal, topic, ofClass)) {
          pause = world.patientNanos(RETRY_NANOS);
          break;
        }
      }
      if (journal.hasGroup()) {
        planCommit(born, journal, TimeUnit.MILLISECONDS.toNanos(world.story().lingerMs()));
      }
    } catch (IOException e) {
      failed(e);
      return;
    }
    inTurn(born, pause, () -> read(born, topic));
  }

  /// False: the source must wait.
  private boolean handOver(EdgeJournal journal, String topic, Story.ClassPlan ofClass)
      throws IOException {
    byte[] filler = new byte[random.nextInt(ofClass.valueBytesMost())];
    if (random.nextBoolean()) {
      random.nextBytes(filler);
    }
    long now = nowMs();
    List<Header> headers = new ArrayList<>();
    headers.add(new Header("source", "device".getBytes(StandardCharsets.UTF_8)));
    if (now < CLOCK_SET_MS) {
      headers.add(new Header("clock", "suspect".getBytes(StandardCharsets.UTF_8)));
    }
    if (random.nextInt(8) == 0) {
      headers.add(new Header("note", null));
    }
    long timestampMs = Math.max(0, now - random.nextInt(100));
    long newStreamId = random.nextLong() >>> 1;
    for (int tries = 0; tries < 3; tries++) {
      switch (journal.add(world.story().topic(topic), timestampMs, filler, headers, newStreamId)) {
        case TAKEN -> {
          unmade--;
          return true;
        }
        case BLOCKED -> {
          if (journal.hasGroup()) {
            commit(journal);
          }
          journal.journal().retain(nowMs());
          return false;
        }
        case GROUP_FULL -> {
          if (!commit(journal)) {
            return false;
          }
        }
      }
    }
    return false;
  }

  private void planCommit(int born, EdgeJournal journal, long delayNanos) {
    if (Boolean.TRUE.equals(commitPlanned.put(journal.className(), true))) {
      return;
    }
    inTurn(
        born,
        delayNanos,
        () -> {
          if (forceNanos > 0 && journal.busyUntilNanos() < timeline.elapsedNanos()) {
            journal.busyUntil(timeline.elapsedNanos() + forceNanos);
            commitPlanned.put(journal.className(), false);
            planCommit(born, journal, forceNanos);
            return;
          }
          commitPlanned.put(journal.className(), false);
          try {
            if (journal.hasGroup() && !commit(journal)) {
              planCommit(born, journal, world.patientNanos(RETRY_NANOS));
            }
          } catch (IOException e) {
            failed(e);
          }
        });
  }

  /// False: there is no room, the group waits.
  private boolean commit(EdgeJournal journal) throws IOException {
    boolean isDone = journal.commit(nowMs());
    countDropped(journal);
    if (isDone) {
      inTurn(life, delayNanos(2), this::serve);
    }
    return isDone;
  }

  private void countDropped(EdgeJournal journal) {
    long dropped = journal.droppedRecords();
    Long before = droppedSeen.put(journal.className(), dropped);
    if (journal.policy() == FullPolicy.DROP_OLDEST) {
      tally.struck(Fault.DROPPED_OLDEST, dropped - (before == null ? 0 : before));
    }
  }

  private void retain(int born) {
    try {
      for (EdgeJournal journal : journals.values()) {
        journal.journal().retain(nowMs());
        countDropped(journal);
      }
    } catch (LogFullException e) {
      trace.note(name, "cannot retain now: " + e.getMessage());
    } catch (IOException e) {
      failed(e);
      return;
    }
    inTurn(born, world.patientNanos(RETAIN_NANOS), () -> retain(born));
  }

  // --- uplink
  // -------------------------------------------------------------------------------------------------------

  private Uplink uplink() {
    if (uplink == null) {
      throw new IllegalStateException("the edge is not up");
    }
    return uplink;
  }

  private void dial() {
    if (connection != null || isDialing) {
      return;
    }
    if (!backoff.mayDial(timeline.nowNanos())) {
      inTurn(life, backoff.untilDialNanos(timeline.nowNanos()), this::dial);
      return;
    }
    isDialing = true;
    int born = life;
    timeline.after(
        world.dialNanos(),
        () -> {
          if (life != born || !isUp) {
            return;
          }
          if (isPaused()) {
            isDialing = false;
            inTurn(born, pausedUntilNanos - timeline.elapsedNanos(), this::dial);
            return;
          }
          isDialing = false;
          Connection fresh = new Connection(born);
          SimLink.End hub = world.reach(fresh.link);
          guard(() -> {
            if (hub == null) {
              uplink().disconnected("the hub does not answer", timeline.nowNanos(), effects);
              forgetEffects();
              redial(0);
            } else {
              connected(fresh, hub);
            }
          });
        });
  }

  private void connected(Connection fresh, SimLink.End hub) {
    fresh.link.connect(fresh, hub);
    connection = fresh;
    backoff.connected(timeline.nowNanos());
    if (world.story().alarmsGoFirst() && world.isAfterOutage() && urgency == null) {
      urgency = new Urgency(name, timeline.elapsedNanos());
      for (EdgeJournal journal : journals.values()) {
        for (JournalStream stream : journal.streams()) {
          urgency.waits(stream.id(), stream.end(), journal.className().equals("alarm"));
        }
      }
    }
    uplink().connected(timeline.nowNanos(), effects);
    serve();
  }

  private void redial(long retryAfterMs) {
    long waitMs = backoff.failed(timeline.nowNanos(), retryAfterMs);
    inTurn(life, TimeUnit.MILLISECONDS.toNanos(waitMs), this::dial);
  }

  /// One round of the uplink's duty cycle.
  private void serve() {
    Connection open = connection;
    if (open == null || isPaused()) {
      return;
    }
    try {
      carryOut(open); // what a pause has left
      if (connection != open || isPaused()) {
        return;
      }
      uplink().tick(timeline.nowNanos(), effects);
      offerStreams();
      for (EdgeJournal journal : journals.values()) {
        uplink().journalAdvanced(journal.className());
      }
      carryOut(open);
      if (isPaused()) {
        return;
      }
      int room = open.room();
      while (connection == open && room > 0 && !isPaused()) {
        uplink().fill(room, timeline.nowNanos(), effects);
        if (effects.isEmpty()) {
          break;
        }
        carryOut(open);
        room = open.room();
      }
    } catch (IOException e) {
      failed(e);
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
    long deadline = uplink().deadlineNanos(now);
    if (deadline == Long.MAX_VALUE) {
      return;
    }
    long wait = Math.max(1, deadline - now);
    long at = timeline.elapsedNanos() + wait;
    if (at < tickPlannedFor || tickPlannedFor <= timeline.elapsedNanos()) {
      tickPlannedFor = at;
      inTurn(
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
    UplinkStatus status = uplink().status(timeline.nowNanos());
    tally.visited("uplink." + status.connection());
    for (UplinkStatus.Stream stream : status.streams()) {
      tally.visited("uplinkStream." + stream.state());
      if (stream.state() == StreamState.REFUSED && stream.refusalCode() == RefusalCode.FORK) {
        journalOf(stream.streamId()).lineage(stream.streamId()).book().forkNamed();
      }
      Violation.check(stream.acked() <= stream.sent(), "%s: acked beyond sent: %s", name, stream);
    }
    Violation.check(status.creditBytes() >= 0, "%s: credit is negative: %s", name, status);
    UplinkStatus.Counters before = counted;
    UplinkStatus.Counters now = status.counters();
    counted = now;
    if (now.forks() > (before == null ? 0 : before.forks())) {
      tally.struck(Fault.FORK_REFUSED);
    }
  }

  private void offerStreams() {
    for (EdgeJournal journal : journals.values()) {
      for (JournalStream stream : journal.streams()) {
        if (journalsByStream.put(stream.id(), journal) == null) {
          uplink().offer(offer(journal, stream), timeline.nowNanos(), effects);
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
        stream.acked());
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
    while (connection == open && !isPaused()) {
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
              uplink().offer(offer(journalOf(id), stream), now, effects);
            }
          }
        }
        case UplinkEffect.DigestAt(long id, long offset) -> {
          tally.visited("uplinkStream.CHECKING");
          long digest = journalOf(id).journal().digestAt(id, offset);
          uplink().onDigest(id, offset, digest, now, effects);
        }
        case UplinkEffect.ResumeCursor(long id, long offset) ->
            journalOf(id).cursor().resume(id, offset);
        case UplinkEffect.SuspendCursor(long id) -> journalOf(id).cursor().suspend(id);
        case UplinkEffect.Acked(long id, long end) -> acked(id, end);
        case UplinkEffect.WentBack(long id, long acked, long next) -> wentBack(id, acked, next);
        case UplinkEffect.Jump jump -> jump(jump);
        case UplinkEffect.Alarm(String text) -> trace.note(name, "alarm: " + text);
        case UplinkEffect.Disconnect(String reason, int retryAfterMs) -> {
          open.flush();
          open.leave(reason, retryAfterMs);
        }
      }
      if (!goesOn()) {
        return;
      }
    }
  }

  private void readNext(String className, long now) throws IOException {
    EdgeJournal journal = journals.get(className);
    if (journal == null) {
      throw new IllegalStateException("no journal of class " + className);
    }
    switch (journal.cursor().next()) {
      case null -> uplink().onNothing(className);
      case JournalCursor.BatchPiece batch ->
          uplink().onBatch(batch.streamId(), batch.from(), batch.to(), batch.bytes(), now, effects);
      case JournalCursor.GapPiece gap ->
          uplink().onGap(gap.streamId(), gap.gap(), gap.digestAtTo());
    }
  }

  private void acked(long streamId, long end) {
    trace.note(name, "is acknowledged", streamId, end);
    if (urgency != null) {
      urgency.acked(streamId, end, timeline.elapsedNanos());
    }
    StreamBook book = journalOf(streamId).lineage(streamId).book();
    world.acked(book, end);
    journalOf(streamId).acked(streamId, end, nowMs());
  }

  private void wentBack(long streamId, long acked, long next) {
    StreamBook book = journalOf(streamId).lineage(streamId).book();
    Violation.check(
        world.hubMayHaveGoneBack(),
        "%s: the hub has %d, and had acknowledged %d",
        book,
        next,
        acked);
    tally.struck(Fault.HUB_WENT_BACK);
    journalOf(streamId).wentBack(streamId, next);
  }

  private void jump(UplinkEffect.Jump jump) {
    EdgeJournal journal = journalOf(jump.streamId());
    inTurn(
        life,
        delayNanos(20),
        () -> {
          try {
            if (journal.hasGroup() && !commit(journal)) {
              uplink()
                  .onJumpRefused(jump.streamId(), "the disk is full", timeline.nowNanos(), effects);
            } else if (journal.jump(jump, nowMs()) == JumpResult.JUMPED) {
              uplink().onJumped(jump.streamId(), timeline.nowNanos(), effects);
            } else {
              uplink()
                  .onJumpRefused(
                      jump.streamId(), "new readings took its place", timeline.nowNanos(), effects);
            }
          } catch (LogFullException e) {
            uplink()
                .onJumpRefused(jump.streamId(), "the disk is full", timeline.nowNanos(), effects);
          } catch (IOException e) {
            failed(e);
            return;
          }
          serve();
        });
  }

  // --- the end
  // ------------------------------------------------------------------------------------------------------

  /// Why not everything that lies here is at the hub yet; null: it is.
  @Nullable String undelivered() {
    if (!isUp) {
      return name + " is not up";
    }
    UplinkStatus status = uplink().status(timeline.nowNanos());
    if (connection == null || !connection.isWithLivingHub()) {
      return name + " is not connected: " + status;
    }
    for (EdgeJournal journal : journals.values()) {
      if (journal.hasGroup()) {
        return name + ": a group waits";
      }
      for (JournalStream stream : journal.streams()) {
        boolean isStreaming =
            status.streams().stream()
                .anyMatch(open ->
                    open.streamId() == stream.id() && open.state() == StreamState.STREAMING);
        boolean isDone = isStreaming && stream.acked() >= stream.end();
        if (!isDone && !isFork(status, stream.id())) {
          return name + ": " + stream + ", " + status;
        }
      }
    }
    return null;
  }

  /// Whether what is urgent has waited for what is not.
  void checkUrgency() {
    if (urgency != null) {
      urgency.check();
    }
  }

  @Nullable JournalStream held(Lineage lineage) {
    long streamId = lineage.book().streamId();
    EdgeJournal journal = journalsByStream.get(streamId);
    return journal == null ? null : journal.journal().stream(streamId);
  }

  boolean isFork(long streamId) {
    return isFork(uplink().status(timeline.nowNanos()), streamId);
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
    private final int born;
    private final SimLink link;
    private final FrameReader frames = new FrameReader();
    private final int hubLife = world.hub().life();
    private ByteBuffer unsent = ByteBuffer.allocate(4096);

    Connection(int born) {
      this.born = born;
      this.link = world.newLink(linkQuality());
    }

    private boolean isAlive() {
      return life == born && connection == this;
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
      trace.note(name, world.told(frame), before, unsent.position());
      if (frame instanceof Refusal refusal) {
        world.refuses(name, refusal);
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
      if (isAlive() && isPaused()) {
        later(bytes);
      } else if (isAlive()) {
        guard(() -> read(bytes));
      }
    }

    /// The kernel keeps what comes while the process stands still.
    private void later(ByteBuffer bytes) {
      byte[] kept = new byte[bytes.remaining()];
      bytes.get(kept);
      inTurn(
          born, pausedUntilNanos - timeline.elapsedNanos(), () -> received(ByteBuffer.wrap(kept)));
    }

    private void read(ByteBuffer bytes) {
      try {
        while (bytes.hasRemaining() && isAlive()) {
          if (isPaused()) {
            later(bytes);
            return;
          }
          Frame frame = frames.next(bytes);
          if (frame == null) {
            break;
          }
          uplink().onFrame(frame, timeline.nowNanos(), effects);
          carryOut(this);
        }
      } catch (FrameRefused e) {
        uplink()
            .onMalformed(
                Refusal.ofSession(RefusalCode.MALFORMED, 0, String.valueOf(e.getMessage())),
                timeline.nowNanos(),
                effects);
      } catch (IOException e) {
        failed(e);
        return;
      }
      serve();
    }

    @Override
    public void closed(String why) {
      if (isAlive()) {
        whenAwake(
            born,
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
        whenAwake(born, SimEdge.this::serve);
      }
    }

    /// The session is over: what it asked for that needs no link is still done.
    private void leave(String why, long retryAfterMs) {
      trace.note(name, "disconnects: " + why);
      connection = null;
      link.closeByEdge(why);
      uplink().disconnected(why, timeline.nowNanos(), effects);
      try {
        for (UplinkEffect left; (left = effects.poll()) != null; ) {
          switch (left) {
            case UplinkEffect.SuspendCursor(long id) -> journalOf(id).cursor().suspend(id);
            case UplinkEffect.Acked(long id, long end) -> acked(id, end);
            default -> {
              // Frames, reads and questions of a session that has ended.
            }
          }
        }
      } catch (IOException e) {
        failed(e);
        return;
      }
      see();
      redial(retryAfterMs);
    }
  }
}
