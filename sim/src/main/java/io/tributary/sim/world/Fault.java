package io.tributary.sim.world;

/// What can go wrong in a world. Each is counted where it really did something.
enum Fault {
  /// The edge's power goes between two turns.
  EDGE_POWER_CUT(6),
  /// The edge's power goes at one of the next uses of its disk.
  EDGE_POWER_CUT_IN_DISK_USE(10),
  /// SIGKILL: what was written stays in the kernel's memory.
  EDGE_KILLED(4),
  EDGE_KILLED_IN_DISK_USE(4),
  /// SIGKILL between two effects of the session.
  EDGE_KILLED_AT_EFFECT(3),
  /// SIGSTOP for a while, between two effects of the session.
  EDGE_PAUSED(4),
  HUB_POWER_CUT(6),
  HUB_POWER_CUT_IN_DISK_USE(10),
  HUB_KILLED(4),
  HUB_KILLED_IN_DISK_USE(4),
  HUB_KILLED_AT_EFFECT(3),
  HUB_PAUSED(4),
  /// A power cut kept some sectors of a write and lost others.
  WRITE_TORN(0),
  /// One fsync fails; then the disk behaves as if nothing had been.
  EDGE_FORCE_FAILED(3),
  HUB_FORCE_FAILED(3),
  /// One use of the disk, of whatever kind, fails.
  EDGE_DISK_ERROR(4),
  HUB_DISK_ERROR(4),
  /// One use of the disk, of whatever kind, finds no room.
  EDGE_NO_SPACE_IN_DISK_USE(3),
  HUB_NO_SPACE_IN_DISK_USE(3),
  /// Each force takes up to a second, for a while.
  EDGE_DISK_SLOW(3),
  HUB_DISK_SLOW(3),
  /// No space for a while.
  EDGE_DISK_FULL(3),
  HUB_DISK_FULL(3),
  /// A bit flips in what the edge has proven to be durable, and the edge restarts.
  EDGE_BIT_FLIPPED_IN_MIDDLE(3),
  /// A bit flips in the last group.
  EDGE_BIT_FLIPPED_IN_TAIL(2),
  HUB_BIT_FLIPPED(3),
  /// A bit flips in the same batch at both ends: nobody has it any more.
  BOTH_BITS_FLIPPED(2),
  /// A bit flips where everything is kept twice or can be made again: headers, indexes, the hub's registry.
  EDGE_BIT_FLIPPED_HARMLESSLY(3),
  HUB_BIT_FLIPPED_HARMLESSLY(3),
  /// Harm while a log writes what it got back from the other end: the power goes, the process dies, the disk fails.
  EDGE_HARMED_WHILE_HEALING(3),
  HUB_HARMED_WHILE_HEALING(3),
  /// The edge's disk says that it forced, and did not; then its power goes.
  EDGE_DISK_LIED(2),
  /// The edge's disk is replaced: a new incarnation under the old name.
  EDGE_WIPED(2),
  /// The edge is restored from an old image of its disk.
  EDGE_OLD_IMAGE(2),
  /// A second machine runs from a copy of the edge's disk for a while.
  EDGE_CLONED(2),
  /// The hub is restored from an old image of its disk.
  HUB_OLD_IMAGE(2),
  /// The hub comes back with an empty disk.
  HUB_EMPTY_DISK(1),
  /// Somebody removes the files of the edge's journal. No promise covers that: no story draws it, and the world must see it.
  EDGE_JOURNAL_REMOVED(0),
  /// The operator deletes a topic; edges that fill it create it again. The hub may die in the middle.
  HUB_TOPIC_DELETED(3),
  LINK_CUT(12),
  /// Bytes vanish, and nobody is told.
  LINK_HALF_OPEN(6),
  /// Bytes come late.
  LINK_STALLED(5),
  /// Three hundred milliseconds more, each way, for a while.
  LINK_DELAYED(3),
  /// Bytes come one by one, for a while.
  LINK_SLICED(2),
  /// 64 kbit/s, for a while.
  LINK_THROTTLED(3),
  /// No way to the hub for a while.
  NETWORK_DOWN(6),
  /// The hub stores a group and dies before it answers; the edge sends it again after thirty days.
  RESENT_AFTER_30_DAYS(1),
  /// The same, after its own time.
  RESENT_AFTER_A_WHILE(2),
  /// The edge's clock jumps by up to a year, either way.
  CLOCK_JUMPED(4),
  /// The edge's clock starts in 1970, until it is set.
  CLOCK_IN_1970(2),
  /// It is a day ahead or behind, for a while.
  CLOCK_SKEWED_BY_A_DAY(2),
  /// It goes back by up to an hour.
  CLOCK_BACKWARDS(2),
  /// The quota was used up, and the policy dropped what was oldest.
  DROPPED_OLDEST(0),
  DROPPED_NEWEST(0),
  /// The quota was used up, and the source had to wait.
  SOURCE_BLOCKED(0),
  /// The hub's retention deleted a segment.
  HUB_RETENTION(0),
  /// It deleted what a reader had not read yet, and the reader was told.
  SLOW_READER_PASSED(0),
  /// A stream was refused as a fork, rightly.
  FORK_REFUSED(0),
  /// A stream that was refused as a fork was sealed, and what lay behind that went on as a new one.
  FORK_SEALED(0),
  /// A second living run of an edge was turned away.
  CLONE_REFUSED(0),
  /// An edge went over a tail that its disk had lost and the hub had.
  LOST_TAIL_JUMPED(0),
  /// A batch came back from the other end.
  EDGE_HEALED(0),
  HUB_HEALED(0),
  /// The hub told `_gaps` of records that nobody has any more.
  HUB_LOSS_TOLD(0),
  /// The hub lacked what it had acknowledged, and the edge sent it again.
  HUB_WENT_BACK(0);

  /// How often a story draws it beside the others; 0: it follows from others.
  private final int weight;

  Fault(int weight) {
    this.weight = weight;
  }

  int weight() {
    return weight;
  }

  /// Whether no story has it: it tests the world itself.
  boolean isOfTests() {
    return this == EDGE_JOURNAL_REMOVED;
  }

  /// The name in the output.
  String label() {
    StringBuilder label = new StringBuilder();
    for (String word : name().split("_", -1)) {
      label.append(label.isEmpty() ? word.toLowerCase(java.util.Locale.ROOT) : capital(word));
    }
    return label.toString();
  }

  private static String capital(String word) {
    return word.charAt(0) + word.substring(1).toLowerCase(java.util.Locale.ROOT);
  }
}
