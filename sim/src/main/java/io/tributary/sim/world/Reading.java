package io.tributary.sim.world;

import java.util.ArrayList;
import java.util.List;

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
  private long streamId;
  private long offset;
  private final long timestampMs;
  private final int checksum;
  private State state = State.OPEN;

  /// Where it lay before its stream was sealed; an image of the disk may bring it back there.
  private final List<StreamPlace> before = new ArrayList<>();

  private record StreamPlace(long streamId, long offset) {}

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

  /// Its stream was sealed, and it goes on in another one.
  void goesOnIn(long successor, long newOffset) {
    before.add(new StreamPlace(streamId, offset));
    streamId = successor;
    offset = newOffset;
  }

  /// Whether it may lie there.
  boolean isOf(long ofStream, long atOffset) {
    return (streamId == ofStream && offset == atOffset)
        || before.contains(new StreamPlace(ofStream, atOffset));
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
