package io.tributary.sim.world;

import io.tributary.log.FullPolicy;
import io.tributary.log.JournalStream;
import io.tributary.session.frame.Data;
import io.tributary.session.frame.Frame;
import io.tributary.session.frame.Refusal;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// One hub, a few edges, their disks, links and clocks, and a story of what goes wrong: one seed, one thread.
///
/// STORY --all faults have struck--> HEALING --everything is delivered--> JUDGED
///
/// While it heals nothing fails any more and no reading is made. What is not delivered then within a bound, or is
/// delivered otherwise than it was acknowledged, is a violation.
final class World {
  /// The hub's wall clock at the beginning.
  static final long START_MS = 1_790_000_000_000L;

  /// How long everything may take to be delivered when nothing fails any more.
  private static final long HEAL_MS_MOST = TimeUnit.MINUTES.toMillis(15);

  /// How often everything is read after it was delivered: once to find, once to see that nothing is left.
  private static final long ROUNDS_TO_HEAL = 3;

  private static final long TURNS_MOST = 3_000_000;
  private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(250);
  private static final long HUB_RESTART_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

  private final long seed;
  private final SplittableRandom random;
  private final Timeline timeline = new Timeline();
  private final Trace trace;
  private final Tally tally = new Tally();
  private final Ledger ledger = new Ledger();
  private final Auditor auditor;
  private final Story story;
  private final Mishaps mishaps;
  private final Production production;
  private final SimHub hub;
  private final List<SimEdge> edges = new ArrayList<>();
  private final List<SimEdge> clones = new ArrayList<>();
  private final List<SimDisk> disks = new ArrayList<>();
  private final Reunion reunion;
  private boolean isHealing;
  private boolean isDelivered;
  private long healFromMs;
  private long networkDownUntilNanos;
  private long hubDownUntilNanos;
  private String waitsFor = "";

  /// Of the hub and each edge: which life, and how often it had read everything.
  private @Nullable List<Long> roundsAtDelivery;

  /// A stream of an edge, and what its journal held of it.
  private record Judged(
      SimEdge edge, EdgeJournal journal, Lineage lineage, @Nullable JournalStream held) {}

  /// What became of a seed.
  ///
  /// @param violation what was broken; null: nothing
  /// @param mishaps the story's
  record Outcome(
      long seed, long digest, Tally tally, @Nullable String violation, List<Mishap> mishaps) {}

  World(Script script, @Nullable PrintWriter words) {
    this.seed = script.seed();
    this.random = new SplittableRandom(seed);
    this.trace = new Trace(timeline, words);
    this.auditor = new Auditor(ledger, tally, trace);
    this.story = new Story(script.plot(), random.split(), script.mishaps());
    this.mishaps = new Mishaps(this, random.split());
    boolean isDrawn = script.plot() == Plot.ANYTHING && Production.isIn(seed);
    this.production = new Production(this, seed, story.isProducing() || isDrawn);
    this.hub = new SimHub(this, random.split(), auditor);
    this.reunion = new Reunion(story.edges().size(), tally, hub::heldBytesMost);
    disks.add(hub.disk());
    for (Story.EdgePlan plan : story.edges()) {
      edges.add(
          new SimEdge(
              this,
              plan,
              plan.edgeId(),
              new UUID(random.nextLong(), random.nextLong()),
              newDisk(),
              plan.seed()));
    }
  }

  static Outcome run(long seed, @Nullable PrintWriter words) {
    return run(new Script(seed, Plot.ANYTHING, null), words);
  }

  static Outcome run(Script script, @Nullable PrintWriter words) {
    World world = new World(script, words);
    String violation = null;
    try {
      world.live();
    } catch (Violation e) {
      world.tally.broken(e.kind());
      violation = e.getMessage();
      if (words != null) {
        e.printStackTrace(words);
      }
    } catch (RuntimeException | AssertionError | VirtualMachineError e) {
      // A world that finds no memory has shown nothing.
      StringWriter stack = new StringWriter();
      e.printStackTrace(new PrintWriter(stack));
      violation = stack.toString();
    }
    world.countDisks();
    world.tally.lived(world.timeline.elapsedMs());
    return new Outcome(
        script.seed(), world.trace.digest(), world.tally, violation, world.story.mishaps());
  }

  private void live() {
    trace.note("world", "seed", seed, story.durationMs());
    hub.start();
    for (SimEdge edge : edges) {
      edge.start();
    }
    production.begin();
    long last = story.durationMs();
    for (Mishap mishap : story.mishaps()) {
      timeline.after(
          TimeUnit.MILLISECONDS.toNanos(mishap.atMs()),
          () -> {
            try {
              mishaps.strike(mishap);
            } catch (IOException e) {
              throw new IllegalStateException(e);
            }
          });
      last = Math.max(last, mishap.atMs() + mishap.forMs() + 5_000);
    }
    timeline.after(TimeUnit.MILLISECONDS.toNanos(last), this::heal);
    while (!isDelivered) {
      if (!timeline.step()) {
        throw new Violation("nothing is planned any more");
      }
      if (timeline.taken() > TURNS_MOST) {
        throw new Violation("more than " + TURNS_MOST + " turns; waits for " + waitsFor);
      }
    }
    tally.turns(timeline.taken());
    judge();
  }

  private void heal() {
    if (isHubAway()) {
      timeline.after(hubDownUntilNanos - timeline.elapsedNanos() + LOOK_NANOS, this::heal);
      return;
    }
    isHealing = true;
    edges.forEach(SimEdge::heal);
    production.heal();
    healFromMs = timeline.elapsedMs();
    trace.note("world", "heals");
    for (SimDisk disk : disks) {
      disk.heal();
      giveRoom(disk);
    }
    hub.heal();
    look();
  }

  private void look() {
    String undelivered = hub.isUp() ? null : "the hub is not up";
    for (SimEdge edge : edges) {
      undelivered = undelivered == null ? edge.undelivered() : undelivered;
    }
    undelivered = undelivered == null ? production.undelivered() : undelivered;
    undelivered = undelivered == null ? Deletions.leftover(hub) : undelivered;
    if (undelivered == null) {
      undelivered = unhealed();
    }
    if (undelivered == null) {
      isDelivered = true;
      return;
    }
    waitsFor = undelivered;
    Violation.check(
        Violation.Kind.MISSING,
        timeline.elapsedMs() - healFromMs < HEAL_MS_MOST,
        "not delivered %d s after the last fault: %s",
        TimeUnit.MILLISECONDS.toSeconds(HEAL_MS_MOST),
        undelivered);
    timeline.after(LOOK_NANOS, this::look);
  }

  /// Everything is delivered. Why not everything has been read and healed since; null: it has.
  private @Nullable String unhealed() {
    if (hub.isUp() && hub.scrub().isBusy()) {
      return "the hub heals";
    }
    List<Long> rounds = new ArrayList<>(List.of((long) hub.life(), hub.scrub().rounds()));
    for (SimEdge edge : edges) {
      if (edge.scrub().isBusy()) {
        return edge.name() + " heals";
      }
      rounds.add((long) edge.life());
      rounds.add(edge.scrub().rounds());
    }
    List<Long> since = roundsAtDelivery;
    if (since == null || !isOfSameLives(since, rounds)) {
      roundsAtDelivery = rounds;
      return "all is read for its check";
    }
    for (int i = 1; i < rounds.size(); i += 2) {
      if (rounds.get(i) - since.get(i) < ROUNDS_TO_HEAL) {
        return "all is read for its check";
      }
    }
    return null;
  }

  private static boolean isOfSameLives(List<Long> since, List<Long> rounds) {
    for (int i = 0; i < rounds.size(); i += 2) {
      if (!since.get(i).equals(rounds.get(i))) {
        return false;
      }
    }
    return true;
  }

  /// Everything is said to be delivered: is it?
  private void judge() {
    trace.note("world", "is judged");
    disks.forEach(disk -> trace.mix(disk.operations()));
    Violation.check(auditor.audit(hub.store()), "the hub cannot be read");
    Violation.check(auditor.auditAgain(hub.store()), "the hub cannot be read again");
    Violation.check(production.audit(hub.store()), "what producers wrote cannot be read");
    auditor.checkGaps(mirrored());
    auditor.checkOnce();
    for (SimEdge edge : edges) {
      for (EdgeJournal journal : edge.journals()) {
        for (Lineage lineage : journal.lineages()) {
          if (edge.isFork(lineage.book().streamId())) {
            Violation.check(
                lineage.book().hasLostTail(), "%s is refused as a fork", lineage.book());
          } else {
            JournalStream held = edge.held(lineage);
            judge(lineage, held == null ? 0 : held.start());
            judgeHealing(edge, journal, lineage, held);
          }
        }
      }
    }
    edges.forEach(SimEdge::checkUrgency);
    auditor.countGaps();
    judgeWhatIsDurable();
  }

  /// The power goes everywhere: what was healed is still healed, and the hub starts again and holds the same.
  private void judgeWhatIsDurable() {
    List<Judged> judged = new ArrayList<>();
    for (SimEdge edge : edges) {
      for (EdgeJournal journal : edge.journals()) {
        for (Lineage lineage : journal.lineages()) {
          if (!edge.isFork(lineage.book().streamId())) {
            judged.add(new Judged(edge, journal, lineage, edge.held(lineage)));
          }
        }
      }
    }
    judged.removeIf(one -> one.edge().disk().isHealingUnproven() || hub.disk().isHealingUnproven());
    edges.forEach(SimEdge::powerCut);
    hub.powerCut();
    hub.start();
    Violation.check(hub.isUp(), "the hub does not start again");
    Violation.check(auditor.auditAgain(hub.store()), "the hub cannot be read after a start");
    judged.forEach(one -> judgeHealing(one.edge(), one.journal(), one.lineage(), one.held()));
  }

  private Set<Long> mirrored() {
    Set<Long> streams = new TreeSet<>();
    for (SimEdge edge : edges) {
      for (EdgeJournal journal : edge.journals()) {
        for (Lineage lineage : journal.lineages()) {
          boolean isThere = edge.held(lineage) != null;
          if (isThere && !edge.isFork(lineage.book().streamId())) {
            streams.add(lineage.book().streamId());
          }
        }
      }
    }
    return streams;
  }

  private void judge(Lineage lineage, long start) {
    StreamBook stream = lineage.book();
    for (long offset = 0; offset < lineage.end(); offset++) {
      Reading reading = lineage.at(offset);
      if (reading == null) {
        continue;
      }
      int held = offset < stream.hubNext() ? stream.atHub(offset) : StreamBook.MISSING;
      switch (reading.state()) {
        case KEPT -> {
          boolean isThere =
              held == reading.id() || (held == StreamBook.MISSING && stream.isKeptShortly());
          boolean isDeclared = held <= StreamBook.GAP;
          Violation.check(
              Violation.Kind.MISSING,
              held != StreamBook.GAP - Auditor.HUB_LOST
                  || offset < start
                  || isGivenUpOtherwise(stream),
              "%s went with its topic, and the edge still holds it from %d on",
              reading,
              start);
          Violation.check(
              Violation.Kind.MISSING,
              isThere
                  || isDeclared
                  || stream.isFlippedAtHub(offset)
                  || isExcused(stream, offset, start),
              "%s of %s is not at the hub, but %d",
              reading,
              stream,
              held);
          Violation.check(
              held != StreamBook.GAP - Auditor.DROP_NEWEST || reading.inDoubt(),
              "%s was not dropped, but a Gap says so",
              reading);
        }
        case DROPPED ->
            Violation.check(
                Violation.Kind.MISSING,
                held <= StreamBook.GAP
                    || (held == StreamBook.MISSING && stream.isKeptShortly())
                    || stream.isFlippedAtHub(offset)
                    || isExcused(stream, offset, start),
                "%s has no Gap, but %d",
                reading,
                held);
        case OPEN, VANISHED, EXCUSED -> throw new Violation("what became of " + reading + "?");
      }
    }
  }

  /// Other accidents than a deletion may be the reason for which an edge gave up what it holds.
  private boolean isGivenUpOtherwise(StreamBook stream) {
    return auditor.hasGoneBack() || stream.hasLostTail() || stream.isEvidenceDamaged();
  }

  /// What was damaged at one end and whole at the other is whole at both.
  private void judgeHealing(
      SimEdge edge, EdgeJournal journal, Lineage lineage, @Nullable JournalStream held) {
    StreamBook stream = lineage.book();
    long id = stream.streamId();
    for (long offset = 0; offset < Math.min(lineage.end(), stream.hubNext()); offset++) {
      Reading reading = lineage.at(offset);
      if (reading == null
          || reading.state() != Reading.State.KEPT
          || stream.isForkNamed(offset)
          || stream.isUnsure()) {
        continue;
      }
      int atHub = stream.atHub(offset);
      boolean isAtEdge = held != null && offset >= held.start();
      if (stream.isFlippedAtHub(offset) && atHub == StreamBook.MISSING && !stream.isKeptShortly()) {
        // The edge's own copy was damaged when the hub asked, and an older image has made it whole
        // since: the hub has told that it is lost, and asks again only after its next start.
        boolean isWholeByImage = stream.isFlippedAtEdge(offset) && stream.isPutBack();
        Violation.check(
            Violation.Kind.MISSING,
            !isAtEdge || isWholeByImage || !edge.holdsWhole(journal, id, offset),
            "%s is damaged at the hub and whole at %s, and was not healed",
            reading,
            edge.name());
        tally.visited("heal.hub.LOST");
      }
      if (stream.isFlippedAtEdge(offset) && atHub == reading.id() && !stream.isKeptShortly()) {
        boolean isHealed = !isAtEdge || edge.holdsWhole(journal, id, offset);
        // The hub's own copy was damaged when the edge asked, and an older image of its disk has
        // made it whole since. The
        // edge cannot know that, and asks again only after its next start.
        boolean isWholeByImage = stream.isFlippedAtHub(offset) && auditor.hasGoneBack();
        Violation.check(
            Violation.Kind.MISSING,
            isHealed || isWholeByImage,
            "%s is damaged at %s and whole at the hub, and was not healed",
            reading,
            edge.name());
      }
    }
  }

  /// A fork that was named, or whose evidence was damaged or dropped as well.
  private static boolean isExcused(StreamBook stream, long offset, long start) {
    boolean isDropped = stream.policy() == FullPolicy.DROP_OLDEST && offset < start;
    return stream.isForkNamed(offset)
        || (stream.hasLostTail() && (stream.isEvidenceDamaged() || isDropped));
  }

  private void countDisks() {
    for (SimDisk disk : disks) {
      tally.struck(Fault.WRITE_TORN, disk.faults().tornWrites());
      boolean isHub = disk == hub.disk();
      tally.struck(
          isHub ? Fault.HUB_HARMED_WHILE_HEALING : Fault.EDGE_HARMED_WHILE_HEALING,
          disk.faults().harmsInHealing());
      tally.struck(
          isHub ? Fault.HUB_FORCE_FAILED : Fault.EDGE_FORCE_FAILED, disk.faults().failedForces());
      tally.struck(
          isHub ? Fault.HUB_DISK_FULL : Fault.EDGE_DISK_FULL, disk.faults().refusedWrites());
      String who = isHub ? "hub." : "edge.";
      for (DiskHarm harm : DiskHarm.values()) {
        tally.struck(inDiskUse(isHub, harm), disk.faults().struck(harm));
        for (DiskUse use : DiskUse.values()) {
          tally.visited("disk." + who + use + "." + harm, disk.faults().struck(use, harm));
        }
      }
    }
  }

  private static Fault inDiskUse(boolean isHub, DiskHarm harm) {
    return switch (harm) {
      case POWER_CUT -> isHub ? Fault.HUB_POWER_CUT_IN_DISK_USE : Fault.EDGE_POWER_CUT_IN_DISK_USE;
      case KILL -> isHub ? Fault.HUB_KILLED_IN_DISK_USE : Fault.EDGE_KILLED_IN_DISK_USE;
      case NO_SPACE -> isHub ? Fault.HUB_NO_SPACE_IN_DISK_USE : Fault.EDGE_NO_SPACE_IN_DISK_USE;
      case ERROR -> isHub ? Fault.HUB_DISK_ERROR : Fault.EDGE_DISK_ERROR;
    };
  }

  // --- what the inhabitants ask
  // ---------------------------------------------------------------------------------------

  Timeline timeline() {
    return timeline;
  }

  Trace trace() {
    return trace;
  }

  Tally tally() {
    return tally;
  }

  Ledger ledger() {
    return ledger;
  }

  Auditor auditor() {
    return auditor;
  }

  Story story() {
    return story;
  }

  Production production() {
    return production;
  }

  SimHub hub() {
    return hub;
  }

  List<SimEdge> edges() {
    return edges;
  }

  boolean isHealing() {
    return isHealing;
  }

  SimDisk newDisk() {
    SimDisk disk = new SimDisk(random.split());
    giveRoom(disk);
    disks.add(disk);
    return disk;
  }

  /// A disk has the room that it has when nobody else uses it.
  void giveRoom(SimDisk disk) {
    if (disk == hub.disk()) {
      disk.setUnlimited();
    } else {
      disk.setCapacityBytes(story.diskBytes());
    }
  }

  void born(SimEdge clone) {
    clones.add(clone);
  }

  void gone(SimEdge clone) {
    clones.remove(clone);
  }

  SimLink newLink(SimLink.LinkQuality quality) {
    return new SimLink(timeline, random.split(), quality);
  }

  /// Whether it is in the outage of thirty days.
  boolean isHubAway() {
    return timeline.elapsedNanos() < hubDownUntilNanos;
  }

  /// How long a dial takes, or takes to fail.
  long dialNanos() {
    long downNanos = Math.max(networkDownUntilNanos, hubDownUntilNanos) - timeline.elapsedNanos();
    long roundTrip = 2 * story.linkQuality().latencyNanos();
    return Math.max(roundTrip, downNanos / 20) + random.nextLong(TimeUnit.MILLISECONDS.toNanos(5));
  }

  /// What is done regularly is done less often through an outage of days.
  long patientNanos(long usualNanos) {
    long untilNanos = Math.max(networkDownUntilNanos, hubDownUntilNanos);
    return Math.max(usualNanos, (untilNanos - timeline.elapsedNanos()) / 20);
  }

  /// Whether there was no way to the hub, and there is one again.
  boolean isAfterOutage() {
    return networkDownUntilNanos > 0 && timeline.elapsedNanos() >= networkDownUntilNanos;
  }

  /// The hub's end of a new link; null: nobody answers.
  SimLink.@Nullable End reach(SimLink link) {
    reunion.dialled(timeline.elapsedNanos());
    return timeline.elapsedNanos() < networkDownUntilNanos ? null : hub.accept(link);
  }

  /// An edge has a link to the hub.
  void connected(String edge) {
    reunion.connected(edge, timeline.elapsedNanos());
  }

  void networkDown(long nanos) {
    networkDownUntilNanos = Math.max(networkDownUntilNanos, timeline.elapsedNanos() + nanos);
    reunion.after(networkDownUntilNanos);
  }

  /// An edge heard that everything below `end` is durable at the hub.
  void acked(StreamBook stream, long end) {
    stream.ackedByHub(end);
  }

  /// An accident that takes durable data from the hub.
  void hubMayGoBack() {
    auditor.hubMayGoBack();
    production.hubMayGoBack();
  }

  boolean hubMayHaveGoneBack() {
    return auditor.hasGoneBack();
  }

  void edgeDied(SimEdge edge, boolean isPowerCut) {
    trace.note(edge.name(), "dies");
    if (isPowerCut) {
      edge.powerCut();
    } else {
      edge.kill();
    }
    if (edges.contains(edge) || clones.contains(edge)) {
      edge.startAgain(mishaps.restartNanos());
    }
  }

  void hubDied(boolean isPowerCut) {
    trace.note("hub", "dies");
    if (isPowerCut) {
      hub.powerCut();
    } else {
      hub.kill();
    }
    hub.startAgain(HUB_RESTART_NANOS + mishaps.restartNanos());
  }

  /// The hub has stored a group and died before it answered; it is away for long.
  void hubDiedForLong(Fault fault, long nanos) {
    tally.struck(fault);
    hub.powerCut();
    hubDownUntilNanos = timeline.elapsedNanos() + nanos;
    hub.startAgain(nanos);
  }

  /// Two ends that are as they should be never accuse each other, whatever happens between them.
  void refuses(String who, Refusal refusal) {
    tally.visited("refusal." + refusal.code());
    boolean isAccusation =
        switch (refusal.code()) {
          case PROTOCOL -> !refusal.text().contains("handshake"); // slow is no offence
          case MALFORMED,
              LIMIT,
              IDENTITY,
              HOLE,
              BATCH,
              FOREIGN_STREAM,
              VERSION,
              UNSUPPORTED,
              UNKNOWN ->
              true;
          case FORBIDDEN, CLONE, BUSY, TOPIC, QUOTA, FORK, STORE -> false;
        };
    Violation.check(!isAccusation, "%s refuses: %s", who, refusal);
  }

  /// A frame in a word, for the trace.
  String told(Frame frame) {
    if (!trace.isTold()) {
      return frame.getClass().getSimpleName();
    }
    return frame instanceof Data data
        ? "Data[alias="
            + data.alias()
            + ", of "
            + data.batchBytes()
            + ", at "
            + data.sliceOffset()
            + "]"
        : frame.toString();
  }
}
