package io.tributary.sim.world;

import io.tributary.sim.world.Story.Mishap;
import java.io.IOException;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.concurrent.TimeUnit;

/// Lets the faults of a story strike, and tells the books what may be missing because of them. Nothing else may be.
final class Mishaps {
  private static final long RESTART_MS_MOST = 2_000;
  private static final int OPERATIONS_TO_CUT_MOST = 60;
  private static final int CLONE_READINGS = 20;
  private static final long YEAR_MS = Story.daysMs(365);
  private static final long THIRTY_DAYS_MS = Story.daysMs(30);

  private final World world;
  private final SplittableRandom random;
  private final Tally tally;
  private final Timeline timeline;

  Mishaps(World world, SplittableRandom random) {
    this.world = world;
    this.random = random;
    this.tally = world.tally();
    this.timeline = world.timeline();
  }

  void strike(Mishap mishap) throws IOException {
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
      case EDGE_POWER_CUT_IN_DISK_USE ->
          edge.disk().cutPowerAt(1 + random.nextInt(OPERATIONS_TO_CUT_MOST));
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
      case HUB_POWER_CUT_IN_DISK_USE ->
          hub.disk().cutPowerAt(1 + random.nextInt(OPERATIONS_TO_CUT_MOST));
      case EDGE_FORCE_FAILED -> edge.disk().failForces(1);
      case HUB_FORCE_FAILED -> hub.disk().failForces(1);
      case EDGE_DISK_FULL -> full(edge.disk(), mishap);
      case HUB_DISK_FULL -> full(hub.disk(), mishap);
      case EDGE_BIT_FLIPPED_IN_MIDDLE -> flipMiddle(edge);
      case EDGE_BIT_FLIPPED_IN_TAIL -> flipTail(edge);
      case HUB_BIT_FLIPPED -> flipHub(hub);
      case EDGE_BIT_FLIPPED_HARMLESSLY -> {
        if (edge.isUp()) {
          edge.kill();
          boolean isFlipped = Flips.harmlessly(edge.disk(), "journal/", random);
          tally.struck(fault, isFlipped ? 1 : 0);
          edge.startAgain(restartNanos());
        }
      }
      case HUB_BIT_FLIPPED_HARMLESSLY -> {
        if (hub.isUp()) {
          hub.kill();
          String directory = random.nextInt(3) == 0 ? "registry/" : "topics/";
          boolean isFlipped = Flips.harmlessly(hub.disk(), directory, random);
          tally.struck(fault, isFlipped ? 1 : 0);
          hub.startAgain(restartNanos());
        }
      }
      case EDGE_DISK_LIED -> lie(edge, mishap);
      case EDGE_WIPED -> {
        tally.struck(fault);
        edge.wipe();
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
        world.auditor().hubMayGoBack();
        hub.startAgain(restartNanos());
      }
      case LINK_CUT -> onLink(edge, fault, link -> link.cut(TimeUnit.SECONDS.toNanos(2)));
      case LINK_HALF_OPEN -> {
        int directions = 1 + random.nextInt(3);
        onLink(
            edge, fault, link -> link.loseSilently((directions & 1) != 0, (directions & 2) != 0));
      }
      case LINK_STALLED ->
          onLink(edge, fault, link -> link.stall(TimeUnit.MILLISECONDS.toNanos(mishap.forMs())));
      case NETWORK_DOWN -> {
        tally.struck(fault);
        world.networkDown(TimeUnit.MILLISECONDS.toNanos(mishap.forMs()));
        for (SimEdge each : world.edges()) {
          onLink(each, Fault.LINK_CUT, link -> link.cut(TimeUnit.SECONDS.toNanos(20)));
        }
      }
      case RESENT_AFTER_30_DAYS -> hub.dieAfterNextStore();
      case CLOCK_JUMPED -> {
        tally.struck(fault);
        edge.jumpClock(random.nextLong(-YEAR_MS, YEAR_MS));
      }
      case CLOCK_IN_1970 -> {
        tally.struck(fault);
        edge.forgetTime();
        after(mishap.forMs(), edge::setClock);
      }
      case WRITE_TORN,
          DROPPED_OLDEST,
          DROPPED_NEWEST,
          SOURCE_BLOCKED,
          HUB_RETENTION,
          FORK_REFUSED,
          CLONE_REFUSED,
          LOST_TAIL_JUMPED,
          HUB_WENT_BACK ->
          throw new IllegalStateException(fault + " follows from others");
    }
  }

  /// How long a machine is off.
  long restartNanos() {
    return TimeUnit.MILLISECONDS.toNanos(1 + random.nextLong(RESTART_MS_MOST));
  }

  long thirtyDaysNanos() {
    return TimeUnit.MILLISECONDS.toNanos(THIRTY_DAYS_MS);
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

  private void flipMiddle(SimEdge edge) throws IOException {
    if (!edge.isUp()) {
      return; // what lies there may be damaged already
    }
    edge.kill();
    for (EdgeJournal journal : edge.journals()) {
      Flips.Flip flip = Flips.inMiddle(edge.disk(), journal.directory(), random);
      if (flip != null) {
        tally.struck(Fault.EDGE_BIT_FLIPPED_IN_MIDDLE);
        BatchParser.Place place = flip.place();
        world.trace().note(edge.name(), "flip in " + flip.path(), place.from(), place.to());
        if (place.isControl()) {
          journal.mayLoseState();
        } else {
          world.ledger().stream(place.streamId())
              .flippedAtEdge(new StreamBook.Range(place.from(), place.to()));
        }
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

  private void flipHub(SimHub hub) throws IOException {
    if (!hub.isUp()) {
      return;
    }
    hub.powerCut();
    Flips.Flip flip = Flips.anywhere(hub.disk(), random);
    if (flip != null) {
      tally.struck(Fault.HUB_BIT_FLIPPED);
      BatchParser.Place place = flip.place();
      world
          .trace()
          .note(
              "hub",
              "flip in " + flip.path() + ", stream " + place.streamId(),
              place.from(),
              place.to());
      world.auditor().hubMayGoBack();
      world.auditor().flipped();
      if (place.streamId() >= 0) {
        world.auditor().flippedAtHub(place);
      }
    }
    hub.startAgain(restartNanos());
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
    after(
        mishap.forMs(),
        () -> {
          if (edge.incarnation().equals(incarnation)) {
            tally.struck(Fault.EDGE_OLD_IMAGE);
            edge.powerCut();
            edge.disk().restore(image);
            edge.mayLoseTail();
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
          world.auditor().hubMayGoBack();
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
