package io.tributary.sim.world;

import io.tributary.log.FullPolicy;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;

/// One stream in the books: who fills it, what could be missing of it and why, and what was seen of it at the hub.
final class StreamBook {
  private final long streamId;
  private final String edgeId;
  private final String topic;
  private final boolean isPerEdge;
  private final boolean isKeptShortly;
  private final FullPolicy policy;

  /// Readings that a flipped bit took from the edge's disk, or from the hub's.
  private final List<Range> flippedAtEdge = new ArrayList<>();

  private final List<Range> flippedAtHub = new ArrayList<>();

  /// The edge's disk was put back in time, by a lie, an image or a flipped bit at its end; or two disks are one edge.
  private boolean hasLostTail;

  private boolean isPutBack;

  /// What the hub was seen to hold, by offset: a reading's id, or `GAP - reason`.
  private int[] atHub = new int[16];

  private int hubNext;

  /// The most that an edge was told to be durable at the hub, and that no permitted accident took back.
  private long ackedByHub;

  private boolean isUnsure;
  private boolean wasDeleted;

  /// Acknowledgements that are on their way tell of the topic that was deleted.
  private boolean isAckStale;

  private boolean isLiedTo;
  private boolean mayLoseReasons;
  private long forkNamedBelow;
  private long mayBeTwiceBelow;
  private final TreeSet<Long> successors = new TreeSet<>();
  private boolean isSealedUnproven;

  static final int GAP = -2;
  static final int MISSING = -1;

  /// Offsets from `from` (included) to `to` (excluded).
  record Range(long from, long to) {
    boolean contains(long offset) {
      return from <= offset && offset < to;
    }
  }

  StreamBook(
      long streamId,
      String edgeId,
      String topic,
      boolean isPerEdge,
      boolean isKeptShortly,
      FullPolicy policy) {
    this.streamId = streamId;
    this.isKeptShortly = isKeptShortly;
    this.edgeId = edgeId;
    this.topic = topic;
    this.isPerEdge = isPerEdge;
    this.policy = policy;
  }

  long streamId() {
    return streamId;
  }

  String edgeId() {
    return edgeId;
  }

  String topic() {
    return topic;
  }

  boolean isPerEdge() {
    return isPerEdge;
  }

  /// The hub's retention may take what nobody has read.
  boolean isKeptShortly() {
    return isKeptShortly;
  }

  FullPolicy policy() {
    return policy;
  }

  void lostTail() {
    hasLostTail = true;
  }

  boolean hasLostTail() {
    return hasLostTail;
  }

  /// An image put the edge's disk back.
  void putBack() {
    isPutBack = true;
  }

  boolean isPutBack() {
    return isPutBack;
  }

  void flippedAtEdge(Range range) {
    flippedAtEdge.add(range);
  }

  /// A lying disk may lose anything, also in the middle.
  void liedTo() {
    isLiedTo = true;
    hasLostTail = true;
  }

  /// A bit flipped where a group tells of its Gaps: a hole stays a hole, but nobody knows why any more.
  void mayLoseReasons() {
    mayLoseReasons = true;
  }

  boolean isReasonLost() {
    return mayLoseReasons && policy != FullPolicy.BLOCK;
  }

  boolean isLiedTo() {
    return isLiedTo;
  }

  boolean mayBeCorrupt(long offset) {
    return isLiedTo || isFlippedAtEdge(offset);
  }

  boolean isFlippedAtEdge(long offset) {
    return flippedAtEdge.stream().anyMatch(range -> range.contains(offset));
  }

  void flippedAtHub(Range range) {
    flippedAtHub.add(range);
  }

  /// Whether something that an edge and a hub compare may be damaged.
  boolean isEvidenceDamaged() {
    return isLiedTo || !flippedAtEdge.isEmpty() || !flippedAtHub.isEmpty();
  }

  boolean isFlippedAtHub(long offset) {
    return flippedAtHub.stream().anyMatch(range -> range.contains(offset));
  }

  /// Behind the last offset that was seen at the hub.
  long hubNext() {
    return hubNext;
  }

  /// What the hub has at an offset below `hubNext`.
  int atHub(long offset) {
    return atHub[(int) offset];
  }

  void sawAtHub(int what) {
    if (hubNext == atHub.length) {
      atHub = Arrays.copyOf(atHub, atHub.length * 2);
    }
    atHub[hubNext++] = what;
  }

  /// It was refused as a fork, by name: below what the hub holds now, the two differ, and a person was told.
  void forkNamed() {
    forkNamedBelow = Math.max(forkNamedBelow, hubNext);
  }

  /// The fork was resolved: from now on nothing is excused by it.
  void forkResolved() {
    forkNamedBelow = 0;
  }

  /// It was sealed, and goes on in another stream; what a flipped bit took goes along.
  ///
  /// @param unproven how many records that begins with which this one may hold as well: the hub no longer knew its digests
  void sealed(long at, StreamBook successor, long unproven) {
    for (Range range : flippedAtEdge) {
      if (range.to() > at) {
        successor.flippedAtEdge(new Range(Math.max(range.from(), at) - at, range.to() - at));
      }
    }
    successors.add(successor.streamId);
    isSealedUnproven |= unproven > 0;
    // After an image of the disk it was sealed once more, and maybe elsewhere, since nobody knew
    // where.
    boolean isAgain = successors.size() > 1 && isSealedUnproven;
    successor.mayBeTwiceBelow =
        Math.max(successor.mayBeTwiceBelow, isAgain ? Long.MAX_VALUE : unproven);
  }

  boolean mayBeTwice(long offset) {
    return offset < mayBeTwiceBelow;
  }

  /// The book of the stream that goes on where this one was sealed.
  StreamBook successor(long id) {
    StreamBook successor = new StreamBook(id, edgeId, topic, isPerEdge, isKeptShortly, policy);
    successor.hasLostTail = hasLostTail;
    return successor;
  }

  /// Whether an offset lies where a fork was named.
  boolean isForkNamed(long offset) {
    return offset < forkNamedBelow;
  }

  /// It cannot be told any more what the hub holds: whatever is read there next counts.
  void unsure() {
    isUnsure = true;
  }

  boolean isUnsure() {
    return isUnsure;
  }

  void sawAtHub(long offset, int what) {
    atHub[(int) offset] = what;
  }

  /// The hub lost what it had from an offset on, by an accident that no promise covers.
  void hubWentBackTo(long offset) {
    hubNext = (int) Math.min(hubNext, offset);
    ackedByHub = Math.min(ackedByHub, offset);
  }

  void ackedByHub(long end) {
    if (!isAckStale) {
      ackedByHub = Math.max(ackedByHub, end);
    }
  }

  /// The operator deleted the topic: the hub has nothing of it, and the edge is yet to hear of that.
  void topicDeleted() {
    wasDeleted = true;
    isAckStale = true;
    hubNext = 0;
    ackedByHub = 0;
  }

  /// The hub answers to an Open: what the edge hears from now on is of the topic that there is now.
  void resumed() {
    isAckStale = false;
  }

  boolean wasDeleted() {
    return wasDeleted;
  }

  long ackedByHub() {
    return ackedByHub;
  }

  @Override
  public String toString() {
    return "stream " + streamId + " of edge " + edgeId + ", topic " + topic;
  }
}
