package io.tributary.sim.world;

import io.tributary.log.FullPolicy;
import io.tributary.log.JournalStream;
import io.tributary.log.LogFullException;
import io.tributary.record.Header;
import io.tributary.session.heal.Fetched;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// An edge's machine: its devices, the real journals, and the uplink, on a simulated disk and link.
///
/// Threads of the real edge are turns here: the devices, the commits of each class, and the uplink, in an order that
/// the seed chooses. A turn of a process that has died since does nothing.
final class SimEdge {
  private static final long RETRY_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
  private static final long RETAIN_NANOS = TimeUnit.SECONDS.toNanos(2);
  private static final int SCRUB_MS = 100;
  private static final String CLONE_MARK = "'";
  private static final long RESTART_NANOS = TimeUnit.MILLISECONDS.toNanos(200);

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
  private @Nullable EdgeUplink uplink;
  private @Nullable EdgeScrub scrub;
  private final TreeMap<String, Long> droppedSeen = new TreeMap<>();
  private final TreeMap<String, Boolean> commitPlanned = new TreeMap<>();

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
  }

  /// Another machine that runs from a copy of this one's disk.
  SimEdge copy(SimDisk ofDisk, int readings) {
    SimEdge copy =
        new SimEdge(
            world,
            new Story.EdgePlan(plan.edgeId(), plan.topics(), readings, random.nextLong()),
            name + CLONE_MARK,
            incarnation,
            ofDisk,
            random.nextLong());
    journals.forEach((className, journal) -> copy.journals.put(className, journal.copy()));
    return copy;
  }

  String name() {
    return name;
  }

  /// Whether it runs from a copy of another one's disk.
  boolean isClone() {
    return name.endsWith(CLONE_MARK);
  }

  SimDisk disk() {
    return disk;
  }

  boolean isUp() {
    return isUp;
  }

  /// Counts its starts and ends.
  int life() {
    return life;
  }

  /// Whether that life of its process goes on.
  boolean isAlive(int ofLife) {
    return life == ofLife && isUp;
  }

  EdgeJournal journal(String className) {
    EdgeJournal journal = journals.get(className);
    if (journal == null) {
      throw new IllegalStateException("no journal of class " + className);
    }
    return journal;
  }

  EdgeJournal anyJournal(SplittableRandom chooser) {
    List<EdgeJournal> all = List.copyOf(journals.values());
    return all.get(chooser.nextInt(all.size()));
  }

  Collection<EdgeJournal> journals() {
    return journals.values();
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

  long nowMs() {
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
    SimLink link = link();
    if (link != null) {
      link.become(linkQuality());
    }
  }

  SimLink.LinkQuality linkQuality() {
    return spoiledLink == null ? world.story().linkQuality() : spoiledLink;
  }

  long untilAwakeNanos() {
    return pausedUntilNanos - timeline.elapsedNanos();
  }

  boolean wasAwakeSince(long elapsedNanos) {
    return pausedUntilNanos < elapsedNanos;
  }

  boolean isPaused() {
    return timeline.elapsedNanos() < pausedUntilNanos;
  }

  /// An effect was carried out.
  ///
  /// @return false when the process stands still now
  boolean goesOn() {
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
      inTurn(life, 0, () -> uplink().serve());
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
      droppedSeen.clear();
      commitPlanned.clear();
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
      EdgeUplink session = new EdgeUplink(this, plan.edgeId(), born, world, random);
      uplink = session;
      scrub = new EdgeScrub(this, session, world);
      isUp = true;
      session.offerStreams();
      inTurn(born, delayNanos(5), session::dial);
      for (String topic : plan.topics()) {
        inTurn(born, delayNanos(50), () -> read(born, topic));
      }
      inTurn(born, RETAIN_NANOS, () -> retain(born));
      inTurn(born, delayNanos(SCRUB_MS), () -> scrub(born));
      journals.values().forEach(journal -> move(born, journal));
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

  void inTurn(int born, long delayNanos, Runnable action) {
    timeline.after(
        delayNanos,
        () -> {
          if (life == born && isUp) {
            whenAwake(born, action);
          }
        });
  }

  /// At once, or when the process is let go on; nothing when it is dead by then.
  void whenAwake(int born, Runnable action) {
    if (isPaused()) {
      inTurn(born, pausedUntilNanos - timeline.elapsedNanos(), action);
    } else {
      guard(action);
    }
  }

  void guard(Runnable action) {
    try {
      action.run();
    } catch (PowerCut cut) {
      world.edgeDied(this, !cut.isKill());
    }
  }

  long delayNanos(long mostMs) {
    return random.nextLong(TimeUnit.MILLISECONDS.toNanos(mostMs) + 1);
  }

  private void end() {
    life++;
    isUp = false;
    uplink = null;
    scrub = null;
    pausedUntilNanos = 0;
  }

  void kill() {
    EdgeUplink session = uplink;
    end();
    disk.killProcess();
    if (session != null) {
      session.closeLink();
    }
  }

  void powerCut() {
    EdgeUplink session = uplink;
    end();
    if (disk.isLying()) {
      journals.values().forEach(EdgeJournal::liedTo);
    }
    disk.cutPower();
    if (session != null) {
      session.abandonLink();
    }
  }

  /// Forgets everything but its name.
  void wipe() {
    EdgeUplink session = uplink;
    end();
    disk.wipe();
    if (session != null) {
      session.abandonLink();
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
  void failed(IOException e) {
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
    EdgeJournal journal = journal(ofClass.name());
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
  boolean commit(EdgeJournal journal) throws IOException {
    boolean isDone = journal.commit(nowMs());
    countDropped(journal);
    if (isDone) {
      inTurn(life, delayNanos(2), () -> uplink().serve());
    }
    return isDone;
  }

  /// Moves to a successor, turn by turn, what a seal left behind it.
  void move(int born, EdgeJournal journal) {
    if (!journal.journal().isMoving()) {
      return;
    }
    inTurn(
        born,
        delayNanos(20),
        () -> {
          long pause = 0;
          try {
            if (journal.hasGroup() && !commit(journal)) {
              pause = world.patientNanos(RETRY_NANOS);
            } else {
              journal.move(nowMs());
            }
          } catch (LogFullException e) {
            pause = world.patientNanos(RETRY_NANOS);
            if (world.isHealing()) {
              journal.doubleQuota(); // a person reads that it waits for room, and gives it some
              kill();
              startAgain(RESTART_NANOS);
              return;
            }
          } catch (IOException e) {
            failed(e);
            return;
          }
          inTurn(born, pause, () -> move(born, journal));
          uplink().serve();
        });
  }

  /// Somewhere in the next uses of its disk the edge is killed, or its power goes.
  void strikesSoon() {
    if (!world.isHealing() && random.nextBoolean()) {
      DiskHarm harm = random.nextBoolean() ? DiskHarm.KILL : DiskHarm.POWER_CUT;
      disk.harmAt(null, harm, 1 + random.nextInt(12));
    }
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

  private void scrub(int born) {
    long idleNanos = scrub().turn();
    long nextNanos = Math.min(idleNanos, TimeUnit.MILLISECONDS.toNanos(SCRUB_MS));
    inTurn(born, world.patientNanos(nextNanos + delayNanos(2)), () -> scrub(born));
  }

  EdgeScrub scrub() {
    if (scrub == null) {
      throw new IllegalStateException("the edge is not up");
    }
    return scrub;
  }

  void fetched(Fetched fetched) {
    if (scrub != null) {
      scrub.answered(fetched);
    }
  }

  // --- the end
  // ------------------------------------------------------------------------------------------------------

  private EdgeUplink uplink() {
    if (uplink == null) {
      throw new IllegalStateException("the edge is not up");
    }
    return uplink;
  }

  /// Its uplink has a link to the hub.
  void connected() {
    if (world.story().alarmsGoFirst() && world.isAfterOutage() && urgency == null) {
      urgency = new Urgency(name, timeline.elapsedNanos());
      for (EdgeJournal journal : journals.values()) {
        for (JournalStream stream : journal.streams()) {
          urgency.waits(stream.id(), stream.end(), journal.className().equals("alarm"));
        }
      }
    }
  }

  /// The hub has acknowledged what lies below `end`.
  void acked(long streamId, long end) {
    if (urgency != null) {
      urgency.acked(streamId, end, timeline.elapsedNanos());
    }
  }

  /// Why not everything that lies here is at the hub yet; null: it is.
  @Nullable String undelivered() {
    return isUp ? uplink().undelivered() : name + " is not up";
  }

  /// Whether the disk holds a record of a stream, in a batch that passes its check.
  boolean holdsWhole(EdgeJournal journal, long streamId, long offset) {
    try {
      return Flips.isWhole(disk, journal.directory(), streamId, offset);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  /// Whether what is urgent has waited for what is not.
  void checkUrgency() {
    if (urgency != null) {
      urgency.check();
    }
  }

  /// What the journal holds of a stream; null: nothing.
  @Nullable JournalStream held(Lineage lineage) {
    long streamId = lineage.book().streamId();
    for (EdgeJournal journal : journals.values()) {
      JournalStream stream = journal.journal().stream(streamId);
      if (stream != null) {
        return stream;
      }
    }
    return null;
  }

  boolean isFork(long streamId) {
    return uplink().isFork(streamId);
  }

  @Nullable SimLink link() {
    return uplink == null ? null : uplink.link();
  }

  void mustFindDead(SimLink link) {
    uplink().mustFindDead(link);
  }
}
