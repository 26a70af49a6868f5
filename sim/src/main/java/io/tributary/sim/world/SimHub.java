package io.tributary.sim.world;

import io.tributary.core.DeskLimits;
import io.tributary.core.HubSession;
import io.tributary.core.IntakeDesk;
import io.tributary.core.TopicRules;
import io.tributary.core.Wire;
import io.tributary.session.BatchCheck;
import io.tributary.session.IntakeConfig;
import io.tributary.session.IntakeStatus;
import io.tributary.session.frame.Frame;
import io.tributary.session.frame.FrameCodec;
import io.tributary.session.frame.FrameReader;
import io.tributary.session.frame.FrameRefused;
import io.tributary.session.frame.Open;
import io.tributary.session.frame.Refusal;
import io.tributary.session.frame.RefusalCode;
import io.tributary.session.frame.Resume;
import io.tributary.store.StoreRefused;
import io.tributary.store.TopicDeleted;
import io.tributary.store.TopicStatus;
import io.tributary.store.log.LogStore;
import io.tributary.store.log.LogStoreConfig;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// The hub's machine: the real desk, sessions and store, on a simulated disk, with a simulated wire for each connection.
///
/// Threads of the real hub are turns here: each connection's frames, the store's duty cycle, the answers of the one to
/// the other, and the ticks, in an order that the seed chooses.
final class SimHub {
  private static final long TICK_NANOS = TimeUnit.MILLISECONDS.toNanos(500);
  private static final long RESTART_NANOS = TimeUnit.MILLISECONDS.toNanos(200);
  private static final int INDEX_INTERVAL_BYTES = 1024;

  private final World world;
  private final Timeline timeline;
  private final Trace trace;
  private final Tally tally;
  private final SplittableRandom random;
  private final SimDisk disk;
  private final Auditor auditor;
  private final InstantSource clock;
  private UUID hubId;

  // Of the living process.
  private int life;
  private boolean isUp;
  private @Nullable LogStore store;
  private @Nullable IntakeDesk desk;
  private @Nullable HubScrub scrub;
  private boolean isScrubPlanned;
  private BatchCheck check = new BatchCheck();
  private final List<Connection> connections = new ArrayList<>();
  private boolean isStorePlanned;
  private @Nullable Fault diesAfterStore;
  private long awayNanos;
  private long pausedUntilNanos;
  private long effectsUntilPause = Long.MAX_VALUE;
  private long effectsUntilDeath = Long.MAX_VALUE;
  private long pauseNanos;
  private long forceNanos;
  private long heldBytesMost;
  private final SlowReader reader;

  SimHub(World world, SplittableRandom random, Auditor auditor) {
    this.world = world;
    this.timeline = world.timeline();
    this.trace = world.trace();
    this.tally = world.tally();
    this.random = random;
    this.auditor = auditor;
    this.disk = new SimDisk(random.split());
    this.hubId = new UUID(random.nextLong(), random.nextLong());
    this.reader = new SlowReader(auditor, tally, trace);
    this.clock = () -> Instant.ofEpochMilli(World.START_MS + timeline.elapsedMs());
  }

  SimDisk disk() {
    return disk;
  }

  /// Counts its starts and ends.
  int life() {
    return life;
  }

  boolean isUp() {
    return isUp;
  }

  LogStore store() {
    if (store == null) {
      throw new IllegalStateException("the hub is not up");
    }
    return store;
  }

  /// Starts the process; what is on the disk is audited before any edge comes in.
  void start() {
    life++;
    int born = life;
    trace.note("hub", "starts");
    guard(() -> {
      LogStoreConfig config =
          LogStoreConfig.of(hubId).withRetentionIntervalMs(world.story().hubRetentionIntervalMs());
      config =
          new LogStoreConfig(
              hubId,
              config.queueCommands(),
              config.queueBytes(),
              config.groupBytes(),
              config.retentionIntervalMs(),
              INDEX_INTERVAL_BYTES);
      SplittableRandom ids = random.split();
      LogStore opened;
      try {
        opened = LogStore.open(disk, config, clock, () -> new UUID(ids.nextLong(), ids.nextLong()));
      } catch (IOException e) {
        trace.note("hub", "cannot start: " + e.getMessage());
        startAgain(RESTART_NANOS);
        return;
      }
      store = opened;
      var unused =
          opened.subscribeDeletions(
              topic -> auditor.topicDeleted(topic, Deletions.gapsEnd(opened)));
      reader.hubStarted(opened);
      if (!auditor.hubStarted(opened) || !world.production().hubStarted(opened)) {
        kill();
        startAgain(RESTART_NANOS);
        return;
      }
      check = new BatchCheck();
      desk =
          new IntakeDesk(
              opened,
              new TopicRules(world.story().topics(), null),
              new IntakeConfig(hubId, world.story().sessionLimits()),
              new DeskLimits(1000, 1000, 10, 2_000, 2_000, 500, 200),
              clock,
              timeline::nowNanos);
      scrub = new HubScrub(opened, desk, disk, world, () -> planScrub(born, delay()));
      isUp = true;
      tick(born);
      planScrub(born, delay());
      world.production().live(opened, born);
    });
  }

  /// Starts after a while, unless somebody else did.
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

  // --- what happens to it
  // ------------------------------------------------------------------------------------------

  /// SIGSTOP behind the n-th effect of its sessions from now.
  void pausesAtEffect(long effect, long nanos) {
    effectsUntilPause = effect;
    pauseNanos = nanos;
  }

  /// SIGKILL behind the n-th effect of its sessions from now.
  void diesAtEffect(long effect) {
    effectsUntilDeath = effect;
  }

  /// How long a force takes; 0: no time.
  void slowDisk(long nanosPerForce) {
    forceNanos = nanosPerForce;
  }

  boolean wasAwakeSince(long elapsedNanos) {
    return pausedUntilNanos < elapsedNanos;
  }

  /// The most that all sessions together held at once.
  long heldBytesMost() {
    return heldBytesMost;
  }

  private boolean isPaused() {
    return timeline.elapsedNanos() < pausedUntilNanos;
  }

  /// A session asks for something that leaves it.
  private void effect() {
    if (world.isHealing()) {
      return;
    }
    if (--effectsUntilDeath <= 0) {
      effectsUntilDeath = Long.MAX_VALUE;
      tally.struck(Fault.HUB_KILLED_AT_EFFECT);
      throw new PowerCut(true);
    }
    if (--effectsUntilPause <= 0) {
      effectsUntilPause = Long.MAX_VALUE;
      tally.struck(Fault.HUB_PAUSED);
      trace.note("hub", "stands still");
      pausedUntilNanos = timeline.elapsedNanos() + pauseNanos;
    }
  }

  /// A turn of the process; while it stands still, when it goes on.
  void inTurn(int born, long delayNanos, Runnable action) {
    timeline.after(
        delayNanos,
        () -> {
          if (life == born && isPaused()) {
            inTurn(born, pausedUntilNanos - timeline.elapsedNanos(), action);
          } else if (life == born) {
            guard(action);
          }
        });
  }

  private void tick(int born) {
    if (life != born || !isUp) {
      return;
    }
    see();
    IntakeDesk open = desk;
    if (open != null) {
      open.tick();
    }
    for (Connection connection : List.copyOf(connections)) {
      connection.tick();
    }
    if (isFailed()) {
      trace.note("hub", "restarts, since a log failed");
      kill();
      startAgain(RESTART_NANOS);
      return;
    }
    planStore(0);
    if (random.nextInt(8) == 0) {
      reader.read(store(), random);
    }
    inTurn(born, world.patientNanos(TICK_NANOS), () -> tick(born));
  }

  private void see() {
    long heldBytes = 0;
    for (Connection connection : connections) {
      heldBytes += connection.session.status().heldBytes();
    }
    heldBytesMost = Math.max(heldBytesMost, heldBytes);
    long allowed = connections.size() * world.story().sessionLimits().creditBytes();
    Violation.check(
        heldBytes <= allowed, "the hub holds %d B of %d sessions", heldBytes, connections.size());
  }

  private boolean isFailed() {
    return !store().status().troubles().isEmpty() && random.nextInt(4) == 0;
  }

  /// The operator deletes a topic.
  void deleteTopic(String name) {
    LogStore open = store();
    TopicStatus topic = open.topic(name);
    if (topic == null) {
      return;
    }
    auditor.deletions().asked(topic);
    trace.note("operator", "deletes " + name);
    open.deleteTopic(
        name,
        new TopicDeleted() {
          @Override
          public void deleted(TopicStatus gone) {
            trace.note("operator", "hears that it is done");
          }

          @Override
          public void refused(StoreRefused why) {
            trace.note("operator", "is refused: " + why.code());
          }
        });
    planStore(delay());
  }

  /// An edge dials in; null: nobody answers.
  SimLink.@Nullable End accept(SimLink link) {
    IntakeDesk open = desk;
    if (!isUp || open == null) {
      return null;
    }
    Connection connection = new Connection(link, life, open);
    connections.add(connection);
    return connection;
  }

  void planStore(long delayNanos) {
    if (isStorePlanned || !isUp) {
      return;
    }
    isStorePlanned = true;
    int born = life;
    inTurn(
        born,
        delayNanos + forceNanos,
        () -> {
          isStorePlanned = false;
          runStore();
        });
  }

  private void planScrub(int born, long delayNanos) {
    if (!isScrubPlanned) {
      isScrubPlanned = true;
      inTurn(
          born,
          delayNanos,
          () -> {
            isScrubPlanned = false;
            planScrub(born, world.patientNanos(scrub().turn()));
            planStore(delay());
          });
    }
  }

  HubScrub scrub() {
    if (scrub == null) {
      throw new IllegalStateException("the hub is not up");
    }
    return scrub;
  }

  private void runStore() {
    LogStore open = store();
    auditor.audit(open);
    int work;
    try {
      work = open.agent().doWork(timeline.nowNanos());
    } catch (PowerCut | Violation e) {
      throw e;
    } catch (Exception e) {
      throw new IllegalStateException("the store's turn failed", e);
    }
    Fault dies = diesAfterStore;
    if (dies != null && work > 0) {
      diesAfterStore = null;
      trace.note("hub", "dies before it answers");
      world.hubDiedForLong(dies, awayNanos);
      return;
    }
    world.production().hear();
    if (work > 0) {
      planStore(delay());
    }
  }

  private long delay() {
    long most = TimeUnit.MILLISECONDS.toNanos(world.story().storeDelayMs());
    return most == 0 ? 0 : random.nextLong(most);
  }

  /// The next group that is stored is not answered: the machine is off, for so long.
  void dieAfterNextStore(Fault fault, long nanos) {
    diesAfterStore = fault;
    awayNanos = nanos;
  }

  /// Nothing fails any more.
  void heal() {
    diesAfterStore = null;
    forceNanos = 0;
  }

  /// The process is gone; connections are reset, as the kernel does it.
  void kill() {
    end();
    disk.killProcess();
    for (Connection connection : List.copyOf(connections)) {
      connection.link.closeByHub("the hub's process ended");
    }
    connections.clear();
  }

  /// The machine is off: nobody tells the edges.
  void powerCut() {
    end();
    disk.cutPower();
    for (Connection connection : connections) {
      connection.link.abandonByHub();
    }
    connections.clear();
  }

  private void end() {
    life++;
    isUp = false;
    isStorePlanned = false;
    isScrubPlanned = false;
    scrub = null;
    diesAfterStore = null;
    pausedUntilNanos = 0;
    store = null;
    desk = null;
    world.production().hubEnded();
  }

  UUID hubId() {
    return hubId;
  }

  /// The file beside the topics that names the hub goes with the disk.
  void become(UUID id) {
    hubId = id;
  }

  void guard(Runnable action) {
    try {
      action.run();
    } catch (PowerCut cut) {
      world.hubDied(!cut.isKill());
    }
  }

  /// A connection of an edge: what the server's event loop is in the real hub.
  private final class Connection implements Wire, SimLink.End {
    private final SimLink link;
    private final int born;
    private final FrameReader frames = new FrameReader();
    private final HubSession session;
    private final ArrayDeque<byte[]> unread = new ArrayDeque<>();
    private ByteBuffer unsent = ByteBuffer.allocate(4096);
    private final Map<Integer, Long> streamIds = new HashMap<>();
    private boolean isReadingPaused;
    private boolean isGone;

    Connection(SimLink link, int born, IntakeDesk open) {
      this.link = link;
      this.born = born;
      this.session = open.connect(this, check);
    }

    private boolean isAlive() {
      return life == born && !isGone;
    }

    @Override
    public void received(ByteBuffer bytes) {
      if (!isAlive()) {
        return;
      }
      if (isReadingPaused || SimHub.this.isPaused() || !unread.isEmpty()) {
        byte[] kept = new byte[bytes.remaining()];
        bytes.get(kept);
        unread.add(kept);
        later(this::readOn);
        return;
      }
      guard(() -> read(bytes));
    }

    private void readOn() {
      while (!isReadingPaused && !SimHub.this.isPaused() && !unread.isEmpty() && isAlive()) {
        read(ByteBuffer.wrap(unread.poll()));
      }
    }

    private void read(ByteBuffer bytes) {
      try {
        while (bytes.hasRemaining() && isAlive()) {
          Frame frame = frames.next(bytes);
          if (frame == null) {
            break;
          }
          if (frame instanceof Open opens) {
            streamIds.put(opens.alias(), opens.streamId());
          }
          session.onFrame(frame);
        }
      } catch (FrameRefused e) {
        session.onMalformed(
            Refusal.ofSession(RefusalCode.MALFORMED, 0, String.valueOf(e.getMessage())));
      }
      if (isAlive()) {
        session.flush();
      }
      planStore(delay());
    }

    private void see() {
      IntakeStatus status = session.status();
      tally.visited("intake." + status.connection());
      for (IntakeStatus.Stream stream : status.streams()) {
        tally.visited("intakeStream." + stream.state());
      }
    }

    private void tick() {
      if (isAlive()) {
        session.tick();
        see();
      }
    }

    @Override
    public void closed(String why) {
      later(() -> leave(why));
    }

    private void leave(String why) {
      if (isGone) {
        return;
      }
      isGone = true;
      connections.remove(this);
      link.closeByHub(why);
      session.closed(why);
      see();
      planStore(delay());
    }

    @Override
    public void drained() {}

    @Override
    public String peer() {
      return "simulated";
    }

    @Override
    public @Nullable List<String> provenNames() {
      return null;
    }

    @Override
    public void send(Frame frame) {
      effect();
      int most = FrameCodec.sizeBytesMost(frame);
      if (unsent.remaining() < most) {
        ByteBuffer larger = ByteBuffer.allocate(unsent.capacity() * 2 + most);
        unsent = larger.put(unsent.flip());
      }
      int before = unsent.position();
      FrameCodec.encode(frame, unsent);
      trace.note("hub", world.told(frame), before, unsent.position());
      if (frame instanceof Resume resume) {
        world.ledger().stream(streamIds.getOrDefault(resume.alias(), -1L)).resumed();
      }
      if (frame instanceof Refusal refusal) {
        world.refuses("the hub", refusal);
        if (refusal.code() == RefusalCode.CLONE) {
          tally.struck(Fault.CLONE_REFUSED);
        }
      }
    }

    @Override
    public void flush() {
      if (SimHub.this.isPaused()) {
        later(this::flush);
      } else if (unsent.position() > 0) {
        byte[] bytes = new byte[unsent.position()];
        unsent.flip().get(bytes);
        unsent.clear();
        link.sendToEdge(bytes);
      }
    }

    @Override
    public void disconnect(String reason) {
      later(() -> leave(reason));
    }

    @Override
    public void pauseReading() {
      isReadingPaused = true;
      tally.visited("hub.READING_PAUSED");
    }

    @Override
    public void resumeReading() {
      isReadingPaused = false;
      later(this::readOn);
    }

    @Override
    public void execute(Runnable task) {
      inTurn(
          born,
          delay() / 4,
          () -> {
            if (isAlive()) {
              task.run();
              planStore(delay());
            }
          });
    }

    private void later(Runnable task) {
      inTurn(
          born,
          0,
          () -> {
            if (isAlive()) {
              task.run();
            }
          });
    }
  }
}
