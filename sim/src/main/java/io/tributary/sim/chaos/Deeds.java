package io.tributary.sim.chaos;

import com.grack.nanojson.JsonArray;
import com.grack.nanojson.JsonObject;
import io.tributary.sim.plant.Plant;
import io.tributary.sim.plant.Program;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/// Carries mischief out, from its beginning to its end, and counts it.
final class Deeds {
  private static final Duration CRASH_PATIENCE = Duration.ofSeconds(20);
  private static final Duration CLONE_PATIENCE = Duration.ofSeconds(30);
  private static final Duration TAIL_PATIENCE = Duration.ofSeconds(30);

  /// A half-open link is found within two heartbeats; status may lag behind that by its own turn.
  private static final long NOTICED_MS = 2L * Arena.HEARTBEAT_MS + 1_500;

  final AtomicInteger kills = new AtomicInteger();
  final AtomicInteger pauses = new AtomicInteger();
  final AtomicInteger cuts = new AtomicInteger();
  final AtomicInteger halfOpens = new AtomicInteger();
  final AtomicInteger slowed = new AtomicInteger();
  final AtomicInteger fills = new AtomicInteger();
  final AtomicInteger corruptions = new AtomicInteger();
  final AtomicInteger hubCorruptions = new AtomicInteger();
  final AtomicInteger clones = new AtomicInteger();
  final AtomicInteger crashPoints = new AtomicInteger();
  final AtomicInteger bursts = new AtomicInteger();

  /// Times that something other than a reading was not as promised; the timeline says what.
  final AtomicInteger broken = new AtomicInteger();

  private final Arena arena;
  private final Timeline timeline;
  private final boolean traces;

  Deeds(Arena arena, Timeline timeline, boolean traces) {
    this.arena = arena;
    this.timeline = timeline;
    this.traces = traces;
  }

  /// Whether this deed needs the hub for itself.
  static boolean ofHub(Mischief mischief) {
    return switch (mischief) {
      case KILL_HUB, KILL_BOTH, PAUSE_HUB, CRASH_HUB, FILL_HUB, FLIP_HUB, CLONE -> true;
      case KILL_EDGE,
          PAUSE_EDGE,
          CRASH_EDGE,
          CUT,
          RESET,
          HALF_OPEN,
          THROTTLE,
          SLICE,
          DELAY,
          FILL_EDGE,
          BURST,
          FLIP_MIDDLE,
          FLIP_TAIL ->
          false;
    };
  }

  /// Whether this deed needs its edge for itself.
  static boolean ofEdge(Mischief mischief) {
    return switch (mischief) {
      case KILL_HUB, PAUSE_HUB, CRASH_HUB, FILL_HUB, FLIP_HUB -> false;
      case KILL_EDGE,
          KILL_BOTH,
          PAUSE_EDGE,
          CRASH_EDGE,
          CUT,
          RESET,
          HALF_OPEN,
          THROTTLE,
          SLICE,
          DELAY,
          FILL_EDGE,
          BURST,
          FLIP_MIDDLE,
          FLIP_TAIL,
          CLONE ->
          true;
    };
  }

  /// One deed, at one edge, with random choices of its own.
  void carryOut(Mischief mischief, Station station, SplittableRandom random)
      throws IOException, InterruptedException {
    Program edge = station.edge().program();
    Program hub = arena.hub().program();
    switch (mischief) {
      case KILL_EDGE -> {
        say(station.id() + ": SIGKILL");
        kill(edge);
        sleep(random.nextInt(1_000));
        start(station);
      }
      case KILL_HUB -> {
        say("hub: SIGKILL");
        kill(hub);
        sleep(random.nextInt(1_500));
        startHub();
      }
      case KILL_BOTH -> {
        say("hub and " + station.id() + ": SIGKILL");
        kill(hub);
        kill(edge);
        sleep(random.nextInt(1_000));
        hub.start();
        start(station);
        arena.plant().awaitReady(arena.hub());
      }
      case PAUSE_EDGE -> pause(edge, 300 + random.nextInt(4_000));
      case PAUSE_HUB -> pause(hub, 300 + random.nextInt(4_000));
      case CRASH_EDGE -> {
        if (crash(edge, CrashPoint.any(random))) {
          start(station);
        }
      }
      case CRASH_HUB -> {
        if (crash(hub, CrashPoint.any(random))) {
          startHub();
        }
      }
      case CUT -> {
        say(station.id() + ": link cut");
        cuts.incrementAndGet();
        station.link().cut();
        sleep(300 + random.nextInt(3_000));
        station.link().heal();
      }
      case RESET -> {
        say(station.id() + ": connections reset");
        for (int i = random.nextInt(4); i >= 0; i--) {
          cuts.incrementAndGet();
          station.link().reset();
          sleep(random.nextInt(700));
        }
      }
      case HALF_OPEN -> halfOpen(station, random);
      case THROTTLE -> {
        int rate = 4_000 + random.nextInt(40_000);
        say(station.id() + ": link at " + rate + " B/s");
        slowed.incrementAndGet();
        station.link().slow(rate);
        sleep(1_000 + random.nextInt(4_000));
        station.link().slow(0);
      }
      case SLICE -> {
        int bytes = 1 + random.nextInt(60);
        say(station.id() + ": link in slices of " + bytes + " B");
        slowed.incrementAndGet();
        station.link().slice(bytes);
        sleep(1_000 + random.nextInt(3_000));
        station.link().slice(0);
      }
      case DELAY -> {
        int ms = 50 + random.nextInt(400);
        say(station.id() + ": link delayed by " + ms + " ms");
        slowed.incrementAndGet();
        station.link().delay(ms);
        sleep(1_000 + random.nextInt(3_000));
        station.link().delay(0);
      }
      case FILL_EDGE -> fill(station.id(), station.disk(), 1_000 + random.nextInt(3_000));
      case FILL_HUB -> fill("hub", arena.hubDisk(), 1_000 + random.nextInt(3_000));
      case BURST -> {
        say(station.id() + ": link cut, and a burst of large readings");
        bursts.incrementAndGet();
        cuts.incrementAndGet();
        station.link().cut();
        station.feeds().forEach(f -> f.burst(true));
        sleep(4_000 + random.nextInt(4_000));
        station.feeds().forEach(f -> f.burst(false));
        station.link().heal();
      }
      case FLIP_MIDDLE -> flip(mischief, station, random);
      case FLIP_TAIL -> flipTail(station, random);
      case FLIP_HUB -> flipHub(random);
      case CLONE -> clone(station);
    }
  }

  private void pause(Program program, int ms) throws IOException, InterruptedException {
    say(program.name() + ": SIGSTOP for " + ms + " ms");
    pauses.incrementAndGet();
    program.signal("STOP");
    sleep(ms);
    program.signal("CONT");
  }

  /// True when the program is dead now and is to be started.
  private boolean crash(Program program, CrashPoint point)
      throws IOException, InterruptedException {
    if (!traces) {
      return false;
    }
    kill(program);
    program.start(point.before());
    boolean struck = program.await(CRASH_PATIENCE);
    say(program.name() + ": " + (struck ? "SIGKILL upon " : "came past ") + point);
    if (struck) {
      crashPoints.incrementAndGet();
    } else {
      kill(program);
    }
    return true;
  }

  private void halfOpen(Station station, SplittableRandom random)
      throws IOException, InterruptedException {
    say(station.id() + ": link half-open");
    halfOpens.incrementAndGet();
    station.link().stall();
    sleep((int) NOTICED_MS);
    if (Arena.isConnected(station)) {
      fail(station.id() + " says connected " + NOTICED_MS + " ms after its link went silent");
    }
    sleep(random.nextInt(2_000));
    station.link().reset();
    station.link().heal();
  }

  private void fill(String name, @Nullable SmallDisk disk, int ms)
      throws IOException, InterruptedException {
    if (disk == null || disk.refused() != null) {
      return;
    }
    say(name + ": disk full for " + ms + " ms");
    fills.incrementAndGet();
    disk.fill();
    sleep(ms);
    disk.free();
  }

  /// A disk that lies, and takes back what the hub has: the edge must hear from the hub where to go on before it hands out
  /// those offsets anew. So its devices are silent meanwhile; else it were a fork, which waits for its owner.
  private void flipTail(Station station, SplittableRandom random)
      throws IOException, InterruptedException {
    station.feeds().forEach(Feed::hold);
    for (Feed feed : station.feeds()) {
      if (!feed.settle(TAIL_PATIENCE)) {
        say(station.id() + ": does not get everything acknowledged; its tail is spared");
        station.feeds().forEach(Feed::release);
        return;
      }
    }
    flip(Mischief.FLIP_TAIL, station, random);
    if (Arena.await(TAIL_PATIENCE, () -> Arena.isDrained(station))) {
      station.feeds().forEach(Feed::release);
    } else {
      say(station.id() + ": its devices stay silent in this round");
    }
  }

  private void flip(Mischief mischief, Station station, SplittableRandom random)
      throws IOException, InterruptedException {
    kill(station.edge().program());
    int first = random.nextInt(2);
    Damage damage = null;
    for (int i = 0; i < 2 && damage == null; i++) {
      Path journal = station.journals().get((first + i) % 2);
      damage =
          mischief == Mischief.FLIP_TAIL
              ? Damage.inTheTail(journal, random)
              : Damage.inTheMiddle(journal, random);
    }
    if (damage == null) {
      say(station.id() + ": SIGKILL; nothing to damage yet");
    } else {
      station.hurt(damage);
      corruptions.incrementAndGet();
      say(station.id() + ": SIGKILL, and a byte flipped in " + damage.what());
    }
    start(station);
  }

  /// While the hub runs, or between SIGKILL and start: it must heal itself from the edge.
  private void flipHub(SplittableRandom random) throws IOException, InterruptedException {
    boolean runs = random.nextBoolean();
    if (!runs) {
      kill(arena.hub().program());
    }
    HubDamage damage = HubDamage.flip(arena.topics(), runs, random);
    if (damage == null) {
      say("hub: nothing to damage yet");
    } else {
      arena.stations().forEach(station -> station.hurtAtHub(damage));
      hubCorruptions.incrementAndGet();
      say("hub: " + (runs ? "" : "SIGKILL, and ") + "a byte flipped in " + damage.what());
    }
    if (!runs) {
      startHub();
    }
  }

  /// A second agent on a copy of the directory: the hub must refuse it and name both.
  private void clone(Station station) throws IOException, InterruptedException {
    kill(station.edge().program());
    int number = clones.incrementAndGet();
    Path copy = arena.plant().directory().resolve(station.id() + "-copy-" + number);
    copy(station.dataDirectory(), copy);
    start(station);
    if (!Arena.await(CLONE_PATIENCE, () -> Arena.isConnected(station))) {
      fail(station.id() + " does not connect before its clone starts");
    }
    Plant.Edge clone = station.twin(copy, number);
    clone.program().start();
    arena.plant().awaitReady(clone);
    boolean[] clonedIn = new boolean[1];
    boolean named =
        Arena.await(
            CLONE_PATIENCE,
            () -> {
              JsonObject status = Plant.status(clone.http());
              clonedIn[0] |=
                  status != null
                      && "connected".equals(status.getObject("connection").getString("state"));
              return isNamed(station.id());
            });
    clone.program().kill();
    Plant.delete(copy);
    say(station.id() + ": a clone was " + (named ? "refused and named" : "NOT named"));
    if (!named || clonedIn[0]) {
      fail("a clone of " + station.id() + (clonedIn[0] ? " was let in" : " is not in hub status"));
    }
  }

  private boolean isNamed(String edgeId) {
    JsonObject status = Plant.status(arena.hub().http());
    return status != null
        && status.getArray("clones", new JsonArray()).stream()
            .anyMatch(c -> edgeId.equals(((JsonObject) c).getString("edge")));
  }

  private void kill(Program program) throws InterruptedException {
    kills.incrementAndGet();
    program.kill();
  }

  private void start(Station station) throws IOException, InterruptedException {
    station.edge().program().start();
    arena.plant().awaitReady(station.edge());
  }

  private void startHub() throws IOException, InterruptedException {
    arena.hub().program().start();
    arena.plant().awaitReady(arena.hub());
  }

  private void fail(String text) {
    broken.incrementAndGet();
    say("BROKEN: " + text);
  }

  private void say(String text) {
    timeline.say(text);
  }

  private static void sleep(int ms) throws InterruptedException {
    TimeUnit.MILLISECONDS.sleep(ms);
  }

  private static void copy(Path from, Path to) throws IOException {
    Files.walkFileTree(
        from,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes)
              throws IOException {
            Files.createDirectories(to.resolve(from.relativize(directory).toString()));
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            try {
              Files.copy(file, to.resolve(from.relativize(file).toString()));
            } catch (NoSuchFileException e) {
              return FileVisitResult.CONTINUE; // deleted meanwhile
            }
            return FileVisitResult.CONTINUE;
          }
        });
  }
}
