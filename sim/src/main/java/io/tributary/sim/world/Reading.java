package io.tributary.sim.world;

/// A reading as its device remembers it: the ledger's line.
final class Reading {
  /// What the device was told.
  enum State {
    /// Handed over, not acknowledged.
    OPEN,
    /// On disk at the edge: acknowledged, or found there after a restart.
    KEPT,
    /// Refused by the policy, or in the commit of a group that could not be kept.
    DROPPED,
    /// Never acknowledged, and not found after a restart.
    VANISHED,
    /// Acknowledged, and lost by something that no promise covers: a lying disk, an old image, a wipe, a flipped bit in
    /// the last group.
    EXCUSED
  }

  private final int id;
  private final long streamId;
  private final long offset;
  private final long timestampMs;
  private final int checksum;
  private State state = State.OPEN;

  /// Whether its group was committed when the edge died, so that nobody was told what became of it.
  private boolean inDoubt;

  Reading(int id, long streamId, long offset, long timestampMs, int checksum) {
    this.id = id;
    this.streamId = streamId;
    this.offset = offset;
    this.timestampMs = timestampMs;
    this.checksum = checksum;
  }

  int id() {
    return id;
  }

  long streamId() {
    return streamId;
  }

  long offset() {
    return offset;
  }

  long timestampMs() {
    return timestampMs;
  }

  int checksum() {
    return checksum;
  }

  State state() {
    return state;
  }

  void state(State next) {
    state = next;
  }

  boolean inDoubt() {
    return inDoubt;
  }

  void doubt() {
    inDoubt = true;
  }

  @Override
  public String toString() {
    return "reading " + id + " (stream " + streamId + ", offset " + offset + ", " + state + ")";
  }
}
