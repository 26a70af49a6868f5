package io.tributary.sim.world;

import io.tributary.sim.world.SimLink.LinkQuality;
import io.tributary.store.TopicSpec;
import java.io.IOException;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// Lets the faults of a story strike, and tells the books what may be missing because of them. Nothing else may be.
final class Mishaps {
  private static final long RESTART_MS_MOST = 2_000;
  private static final int OPERATIONS_TO_CUT_MOST = 60;
  private static final int EFFECTS_MOST = 100;

  /// About how often the deletion of a topic changes the disk.
  private static final int USES_OF_DELETION = 20;

  private static final int SLOW_FORCE_MS_MOST = 1_000;
  private static final long HOUR_MS = TimeUnit.HOURS.toMillis(1);
  private static final long DAY_MS = Story.daysMs(1);
  private static final int CLONE_READINGS = 20;
  private static final long YEAR_MS = Story.daysMs(365);
  private static final long THIRTY_DAYS_MS = Story.daysMs(30);

  private final World world;
  private final SplittableRandom restarts;
  private final Tally tally;

  /// Of the mishap that strikes.
  private SplittableRandom random;

  private final Timeline timeline;

  Mishaps(World world, SplittableRandom random) {
    this.world = world;
    this.random = random;
    this.restarts = random.split();
    this.tally = world.tally();
    this.timeline = world.timeline();
  }

  void strike(Mishap mishap) throws IOException {
    random = new SplittableRandom(mishap.seed());
    SimEdge edge = world.edges().get(mishap.edge());
    SimHub hub = world.hub();
    Fault fault = mishap.fault();
    if (fault.name().startsWith("HUB_") && world.isHubAway()) {
      return;
    }
    world.trace().note("fault", fault.label(), mishap.edge(), mishap.forMs());
    switch (fault) {
      case EDGE_POWER_CUT -> {
        if (edge.isUp()) {
          tally.struck(fault);
          edgeOff(edge, true);
        }
      }
      case EDGE_KILLED -> {
        if (edge.isUp()) {
          tally.struck(fault);
          edgeOff(edge, false);
        }
      }
      case EDGE_POWER_CUT_IN_DISK_USE -> ambush(edge.disk(), DiskHarm.POWER_CUT);
      case EDGE_KILLED_IN_DISK_USE -> ambush(edge.disk(), DiskHarm.KILL);
      case EDGE_DISK_ERROR -> ambush(edge.disk(), DiskHarm.ERROR);
      case EDGE_NO_SPACE_IN_DISK_USE -> ambush(edge.disk(), DiskHarm.NO_SPACE);
      case EDGE_KILLED_AT_EFFECT -> edge.diesAtEffect(1 + random.nextInt(EFFECTS_MOST));
      case EDGE_PAUSED ->
          edge.pausesAtEffect(1 + random.nextInt(EFFECTS_MOST), nanos(mishap.forMs()));
      case EDGE_DISK_SLOW -> {
        tally.struck(fault);
        edge.slowDisk(nanos(1 + random.nextInt(SLOW_FORCE_MS_MOST)));
        after(mishap.forMs(), () -> edge.slowDisk(0));
      }
      case HUB_POWER_CUT -> {
        if (hub.isUp()) {
          tally.struck(fault);
          hubOff(true);
        }
      }
      case HUB_KILLED -> {
        if (hub.isUp()) {
          tally.struck(fault);
          hubOff(false);
        }
      }
      case HUB_POWER_CUT_IN_DISK_USE -> ambush(hub.disk(), DiskHarm.POWER_CUT);
      case HUB_KILLED_IN_DISK_USE -> ambush(hub.disk(), DiskHarm.KILL);
      case HUB_DISK_ERROR -> ambush(hub.disk(), DiskHarm.ERROR);
      case HUB_NO_SPACE_IN_DISK_USE -> ambush(hub.disk(), DiskHarm.NO_SPACE);
      case HUB_KILLED_AT_EFFECT -> hub.diesAtEffect(1 + random.nextInt(EFFECTS_MOST));
      case HUB_PAUSED ->
          hub.pausesAtEffect(1 + random.nextInt(EFFECTS_MOST), nanos(mishap.forMs()));
      case HUB_DISK_SLOW -> {
        tally.struck(fault);
        hub.slowDisk(nanos(1 + random.nextInt(SLOW_FORCE_MS_MOST)));
        after(mishap.forMs(), () -> hub.slowDisk(0));
      }
      case EDGE_FORCE_FAILED -> edge.disk().failForces(1);
      case HUB_FORCE_FAILED -> hub.disk().failForces(1);
      case EDGE_DISK_FULL -> full(edge.disk(), mishap);
      case HUB_DISK_FULL -> full(hub.disk(), mishap);
      case EDGE_BIT_FLIPPED_IN_MIDDLE -> flipMiddle(edge);
      case EDGE_BIT_FLIPPED_IN_TAIL -> flipTail(edge);
      case HUB_BIT_FLIPPED -> flipHub(hub);
      case BOTH_BITS_FLIPPED -> flipBoth(edge, hub);
      case EDGE_HARMED_WHILE_HEALING -> edge.disk().harmHealing(anyHarm(), 1 + random.nextInt(4));
      case HUB_HARMED_WHILE_HEALING -> hub.disk().harmHealing(anyHarm(), 1 + random.nextInt(4));
      case EDGE_BIT_FLIPPED_HARMLESSLY -> {
        if (edge.isUp()) {
          edge.kill();
          Flips.Harmless place = Flips.harmlessly(edge.disk(), "journal/", random);
          flippedHarmlessly(fault, "edge", place == null ? null : place.what());
          edge.startAgain(restartNanos());
        }
      }
      case HUB_BIT_FLIPPED_HARMLESSLY -> {
        if (hub.isUp()) {
          hub.kill();
          String directory = random.nextInt(3) == 0 ? "registry/" : "topics/";
          Flips.Harmless place = Flips.harmlessly(hub.disk(), directory, random);
          flippedHarmlessly(fault, "hub", place == null ? null : directory + place.what());
          if (place != null) {
            world.production().flippedHarmlessly(place.path());
          }
          hub.startAgain(restartNanos());
        }
      }
      case EDGE_DISK_LIED -> lie(edge, mishap);
      case EDGE_WIPED -> {
        tally.struck(fault);
        edge.wipe();
        edge.startAgain(restartNanos());
      }
      case EDGE_JOURNAL_REMOVED -> {
        List<String> segments = edge.disk().paths("journal/", ".segment");
        if (edge.isUp()) {
          edge.kill();
        }
        for (String segment : segments) {
          edge.disk().delete(segment);
          tally.struck(fault);
        }
        edge.startAgain(restartNanos());
      }
      case EDGE_OLD_IMAGE -> edgeOldImage(edge, mishap);
      case EDGE_CLONED -> cloneOf(edge, mishap);
      case HUB_OLD_IMAGE -> hubOldImage(hub, mishap);
      case HUB_EMPTY_DISK -> {
        tally.struck(fault);
        hub.powerCut();
        hub.disk().wipe();
        hub.become(new UUID(random.nextLong(), random.nextLong()));
        world.hubMayGoBack();
        hub.startAgain(restartNanos());
      }
      case HUB_TOPIC_DELETED -> {
        if (hub.isUp()) {
          List<TopicSpec> topics = world.story().topics();
          hub.deleteTopic(topics.get(random.nextInt(topics.size())).name());
          if (random.nextBoolean()) {
            DiskHarm[] harms = DiskHarm.values();
            hub.disk()
                .harmAt(
                    null,
                    harms[random.nextInt(harms.length)],
                    1 + random.nextInt(USES_OF_DELETION));
          }
        }
      }
      case LINK_CUT -> onLink(edge, fault, link -> link.cut(TimeUnit.SECONDS.toNanos(2)));
      case LINK_HALF_OPEN -> {
        int directions = 1 + random.nextInt(3);
        onLink(
            edge,
            fault,
            link -> {
              link.loseSilently((directions & 1) != 0, (directions & 2) != 0);
              edge.mustFindDead(link);
            });
      }
      case LINK_STALLED ->
          onLink(edge, fault, link -> link.stall(TimeUnit.MILLISECONDS.toNanos(mishap.forMs())));
      case LINK_DELAYED -> spoilLinks(edge, mishap, LinkQuality::delayed);
      case LINK_SLICED -> spoilLinks(edge, mishap, LinkQuality::sliced);
      case LINK_THROTTLED -> spoilLinks(edge, mishap, LinkQuality::throttled);
      case NETWORK_DOWN -> {
        tally.struck(fault);
        world.networkDown(TimeUnit.MILLISECONDS.toNanos(mishap.forMs()));
        for (SimEdge each : world.edges()) {
          onLink(each, Fault.LINK_CUT, link -> link.cut(TimeUnit.SECONDS.toNanos(20)));
        }
      }
      case RESENT_AFTER_30_DAYS -> hub.dieAfterNextStore(fault, nanos(THIRTY_DAYS_MS));
      case RESENT_AFTER_A_WHILE -> hub.dieAfterNextStore(fault, nanos(mishap.forMs()));
      case CLOCK_JUMPED -> {
        tally.struck(fault);
        edge.jumpClock(random.nextLong(-YEAR_MS, YEAR_MS));
      }
      case CLOCK_IN_1970 -> {
        tally.struck(fault);
        edge.forgetTime();
        after(mishap.forMs(), edge::setClock);
      }
      case CLOCK_SKEWED_BY_A_DAY -> {
        tally.struck(fault);
        long day = random.nextBoolean() ? DAY_MS : -DAY_MS;
        edge.jumpClock(day);
        after(mishap.forMs(), edge::setClock);
      }
      case CLOCK_BACKWARDS -> {
        tally.struck(fault);
        edge.jumpClock(-random.nextLong(HOUR_MS));
      }
      case WRITE_TORN,
          DROPPED_OLDEST,
          DROPPED_NEWEST,
          SOURCE_BLOCKED,
          HUB_RETENTION,
          SLOW_READER_PASSED,
          FORK_REFUSED,
          FORK_SEALED,
          CLONE_REFUSED,
          LOST_TAIL_JUMPED,
          EDGE_HEALED,
          HUB_HEALED,
          HUB_LOSS_TOLD,
          HUB_WENT_BACK ->
          throw new IllegalStateException(fault + " follows from others");
    }
  }

  /// How long a machine is off.
  long restartNanos() {
    return nanos(1 + restarts.nextLong(RESTART_MS_MOST));
  }

  private static long nanos(long ms) {
    return TimeUnit.MILLISECONDS.toNanos(ms);
  }

  /// Harm at the n-th use of a disk from now: of any kind, or of one kind, where the rare ones come soon.
  private void ambush(SimDisk disk, DiskHarm harm) {
    if (random.nextBoolean()) {
      disk.harmAt(null, harm, 1 + random.nextInt(OPERATIONS_TO_CUT_MOST));
      return;
    }
    DiskUse[] uses = DiskUse.values();
    DiskUse use = uses[random.nextInt(uses.length)];
    boolean isFrequent = use == DiskUse.WRITE || use == DiskUse.FORCE;
    if (use == DiskUse.TRUNCATE) {
      disk.harmAt(DiskUse.WRITE, DiskHarm.NO_SPACE, 1 + random.nextInt(5)); // which is cut back
      disk.harmAt(use, harm, 1);
      return;
    }
    disk.harmAt(use, harm, 1 + random.nextInt(isFrequent ? 20 : 3));
  }

  private void spoilLinks(SimEdge edge, Mishap mishap, UnaryOperator<LinkQuality> spoiled) {
    tally.struck(mishap.fault());
    edge.spoilLink(spoiled.apply(world.story().linkQuality()));
    after(mishap.forMs(), () -> edge.spoilLink(null));
  }

  private void after(long ms, Runnable action) {
    timeline.after(TimeUnit.MILLISECONDS.toNanos(ms), action);
  }

  private void edgeOff(SimEdge edge, boolean isPowerCut) {
    if (isPowerCut) {
      edge.powerCut();
    } else {
      edge.kill();
    }
    edge.startAgain(restartNanos());
  }

  private void hubOff(boolean isPowerCut) {
    if (isPowerCut) {
      world.hub().powerCut();
    } else {
      world.hub().kill();
    }
    world.hub().startAgain(restartNanos());
  }

  private void full(SimDisk disk, Mishap mishap) {
    disk.setCapacityBytes(0);
    after(mishap.forMs(), () -> world.giveRoom(disk));
  }

  private void flippedHarmlessly(Fault fault, String who, @Nullable String place) {
    if (place != null) {
      tally.struck(fault);
      tally.visited("flip." + who + "." + place);
    }
  }

  private void flipMiddle(SimEdge edge) throws IOException {
    if (!edge.isUp()) {
      return; // what lies there may be damaged already
    }
    edge.kill();
    for (EdgeJournal journal : edge.journals()) {
      Flips.Flip flip = Flips.inMiddle(edge.disk(), journal.directory(), random);
      if (flip != null) {
        tally.struck(Fault.EDGE_BIT_FLIPPED_IN_MIDDLE);
        flippedAtEdge(edge, journal, flip);
        break;
      }
    }
    edge.startAgain(restartNanos());
  }

  private void flipTail(SimEdge edge) throws IOException {
    if (!edge.isUp()) {
      return;
    }
    edge.kill();
    for (EdgeJournal journal : edge.journals()) {
      Flips.Flip flip = Flips.inTail(edge.disk(), journal.directory(), random);
      if (flip != null) {
        tally.struck(Fault.EDGE_BIT_FLIPPED_IN_TAIL);
        world
            .trace()
            .note(edge.name(), "flip in " + flip.path(), flip.place().from(), flip.place().to());
        journal.mayLoseTail();
        break;
      }
    }
    edge.startAgain(restartNanos());
  }

  private DiskHarm anyHarm() {
    DiskHarm[] harms = DiskHarm.values();
    return random.nextInt(3) == 0 ? harms[random.nextInt(harms.length)] : DiskHarm.POWER_CUT;
  }

  /// What lies in the edge's journal and at the hub is hit at both.
  private void flipBoth(SimEdge edge, SimHub hub) throws IOException {
    if (!hub.isUp() || !edge.isUp()) {
      return;
    }
    for (int tries = 0; tries < 5; tries++) {
      EdgeJournal journal = edge.anyJournal(random);
      Flips.Flip atEdge = Flips.inMiddleOfStream(edge.disk(), journal.directory(), random);
      Flips.Flip atHub =
          atEdge == null ? null : Flips.where(hub.disk(), "topics/", atEdge.place(), random);
      if (atEdge != null && atHub != null) {
        tally.struck(Fault.BOTH_BITS_FLIPPED);
        edge.kill();
        atEdge.strike(edge.disk());
        flippedAtEdge(edge, journal, atEdge);
        edge.startAgain(restartNanos());
        hub.powerCut();
        atHub.strike(hub.disk());
        flippedAtHub(atHub);
        hub.startAgain(restartNanos());
        return;
      }
    }
  }

  private void flippedAtEdge(SimEdge edge, EdgeJournal journal, Flips.Flip flip) {
    BatchParser.Place place = flip.place();
    world.trace().note(edge.name(), "flip in " + flip.path(), place.from(), place.to());
    if (place.isControl()) {
      journal.mayLoseState();
    } else {
      world.ledger().stream(place.streamId())
          .flippedAtEdge(new StreamBook.Range(place.from(), place.to()));
    }
  }

  private void flipHub(SimHub hub) throws IOException {
    if (!hub.isUp()) {
      return;
    }
    hub.powerCut();
    Flips.Flip flip = Flips.anywhere(hub.disk(), random);
    if (flip != null) {
      tally.struck(Fault.HUB_BIT_FLIPPED);
      flippedAtHub(flip);
    }
    hub.startAgain(restartNanos());
  }

  private void flippedAtHub(Flips.Flip flip) {
    BatchParser.Place place = flip.place();
    world
        .trace()
        .note(
            "hub",
            "flip in " + flip.path() + ", stream " + place.streamId(),
            place.from(),
            place.to());
    if (world.production().flipped(world.hub().disk(), flip)) {
      return;
    }
    world.auditor().hubMayGoBack();
    world.auditor().flipped(flip.path());
    if (place.streamId() >= 0) {
      world.auditor().flippedAtHub(place);
    }
  }

  private void lie(SimEdge edge, Mishap mishap) {
    edge.disk().setLying(true);
    after(
        mishap.forMs(),
        () -> {
          tally.struck(Fault.EDGE_DISK_LIED, edge.disk().faults().lies() > 0 ? 1 : 0);
          edge.powerCut();
          edge.disk().setLying(false);
          edge.startAgain(restartNanos());
        });
  }

  private void edgeOldImage(SimEdge edge, Mishap mishap) {
    SimDisk.Image image = edge.disk().image();
    UUID incarnation = edge.incarnation();
    IdentityHashMap<EdgeJournal, Map<Long, Lineage.Past>> pasts = new IdentityHashMap<>();
    edge.journals().forEach(journal -> pasts.put(journal, journal.past()));
    after(
        mishap.forMs(),
        () -> {
          if (edge.incarnation().equals(incarnation)) {
            tally.struck(Fault.EDGE_OLD_IMAGE);
            edge.powerCut();
            edge.disk().restore(image);
            for (EdgeJournal journal : edge.journals()) {
              journal.becomes(pasts.getOrDefault(journal, Map.of()));
              journal.lineages().forEach(lineage -> lineage.book().putBack());
            }
            edge.startAgain(restartNanos());
          }
        });
  }

  private void cloneOf(SimEdge edge, Mishap mishap) {
    if (!edge.isUp() || edge.disk().isLying()) {
      return;
    }
    tally.struck(Fault.EDGE_CLONED);
    SimDisk disk = world.newDisk();
    disk.restore(edge.disk().image());
    SimEdge clone = edge.copy(disk, CLONE_READINGS);
    for (EdgeJournal journal : edge.journals()) {
      for (Lineage lineage : journal.lineages()) {
        lineage.book().lostTail();
      }
    }
    world.born(clone);
    clone.startAgain(restartNanos());
    after(
        mishap.forMs() + RESTART_MS_MOST,
        () -> {
          clone.powerCut();
          world.gone(clone);
        });
  }

  private void hubOldImage(SimHub hub, Mishap mishap) {
    SimDisk.Image image = hub.disk().image();
    UUID hubId = hub.hubId();
    after(
        mishap.forMs(),
        () -> {
          if (world.isHubAway()) {
            return;
          }
          tally.struck(Fault.HUB_OLD_IMAGE);
          hub.powerCut();
          hub.disk().restore(image);
          hub.become(hubId);
          world.hubMayGoBack();
          hub.startAgain(restartNanos());
        });
  }

  private void onLink(SimEdge edge, Fault fault, java.util.function.Consumer<SimLink> what) {
    SimLink link = edge.link();
    if (link != null) {
      tally.struck(fault);
      what.accept(link);
    }
  }
}
