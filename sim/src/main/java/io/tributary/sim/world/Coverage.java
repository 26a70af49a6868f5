package io.tributary.sim.world;

import java.util.ArrayList;
import java.util.List;

/// What a run must have seen to prove anything: each fault, each state of each machine.
final class Coverage {
  /// From so many worlds on, what was never seen means that the simulation is blind to it.
  private static final long SEEDS_FOR_ALL = 2_000;

  /// From so many worlds of one plot on, its own faults must have struck.
  private static final long SEEDS_OF_A_PLOT = 20;

  /// From so many worlds of the story of the hub's flipped bits on, an edge must once have had nothing to give back.
  private static final long SEEDS_FOR_NOTHING = 300;

  /// It takes damage at the hub in the very last batch of a stream and that batch damaged at the edge as well, or an edge
  /// that fell back behind it: an edge gives the next batch behind a damage where it has one. The general mix may
  /// not come to it in some thousand worlds.
  private static final String NOTHING_SUPPLIED = "heal.supply.NOTHING";

  /// What each machine can be in. Renaming a file is no place here: that happens only to a segment of which nothing can be
  /// made out any more, for which it takes more damage than these stories do.
  private static final List<String> STATES =
      List.of(
          "uplink.CLOSED",
          "uplink.GREETING",
          "uplink.CONNECTED",
          "uplinkStream.OFFERED",
          "uplinkStream.OPENING",
          "uplinkStream.CHECKING",
          "uplinkStream.JUMPING",
          "uplinkStream.STREAMING",
          "uplinkStream.REFUSED",
          "intake.GREETING",
          "intake.ADMITTING",
          "intake.CONNECTED",
          "intake.CLOSING",
          "intake.CLOSED",
          "intakeStream.OPENING",
          "intakeStream.CHECKING",
          "intakeStream.STREAMING",
          "intakeStream.REFUSED",
          "refusal.BUSY",
          "refusal.CLONE",
          "refusal.FORK",
          "refusal.STORE",
          "policy.BLOCK",
          "policy.DROP_OLDEST",
          "policy.DROP_NEWEST",
          "recovery.edge.EMPTY",
          "recovery.edge.COMMITTED",
          "recovery.edge.ATTEMPTED",
          "recovery.edge.LESS",
          "recovery.edge.DAMAGED",
          "recovery.hub.WHOLE",
          "recovery.hub.WENT_BACK",
          "recovery.hub.UNREADABLE",
          "deletedTopic.BORN_AGAIN",
          "deletedTopic.HUB_LOST",
          "heal.edge.WHOLE",
          "heal.edge.ABSENT",
          "heal.edge.GONE",
          "heal.hub.WAITS",
          "heal.hub.LOST",
          "heal.supply.SLICE",
          "produced.ACKNOWLEDGED",
          "produced.RECOGNISED",
          "produced.RECOGNISED_AFTER_CRASH",
          "produced.FENCED",
          "produced.NEW_EPOCH",
          "produced.NO_SPACE",
          "produced.FAILED",
          "produced.OUT_OF_SEQUENCE",
          "produced.COMPACTED",
          "produced.TOMBSTONE_GONE",
          "produced.DELETED",
          "produced.DAMAGED",
          "flip.edge.header",
          "flip.hub.topics/header",
          "flip.hub.topics/index",
          "flip.hub.registry/header");

  private Coverage() {}

  private static List<String> states() {
    List<String> states = new ArrayList<>(STATES);
    for (String who : List.of("edge", "hub")) {
      for (DiskUse use : DiskUse.values()) {
        for (DiskHarm harm : DiskHarm.values()) {
          if (use != DiskUse.RENAME) {
            states.add("disk." + who + "." + use + "." + harm);
          }
        }
      }
    }
    return states;
  }

  /// In words; empty: all was seen, or the run was too short to say.
  static List<String> unseen(Worlds worlds, Plot plot) {
    List<String> unseen = new ArrayList<>();
    if (plot != Plot.ANYTHING && worlds.done() >= SEEDS_OF_A_PLOT) {
      for (Fault fault : plot.sees()) {
        if (worlds.tally().struckBy(fault) == 0) {
          unseen.add("the fault " + fault.label());
        }
      }
    }
    if (plot == Plot.HUB_BIT_FLIPS
        && worlds.done() >= SEEDS_FOR_NOTHING
        && !worlds.tally().states().containsKey(NOTHING_SUPPLIED)) {
      unseen.add(NOTHING_SUPPLIED);
    }
    if (plot == Plot.ANYTHING && worlds.done() >= SEEDS_FOR_ALL) {
      for (Fault fault : Fault.values()) {
        if (worlds.tally().struckBy(fault) == 0 && !fault.isOfTests()) {
          unseen.add("the fault " + fault.label());
        }
      }
      for (String state : states()) {
        if (!worlds.tally().states().containsKey(state)) {
          unseen.add(state);
        }
      }
    }
    return unseen;
  }
}
