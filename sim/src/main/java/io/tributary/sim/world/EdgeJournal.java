package io.tributary.sim.world;

import io.tributary.log.Admission;
import io.tributary.log.Disk;
import io.tributary.log.FullPolicy;
import io.tributary.log.Journal;
import io.tributary.log.JournalCursor;
import io.tributary.log.JournalStream;
import io.tributary.log.JumpResult;
import io.tributary.log.LogFullException;
import io.tributary.record.Header;
import io.tributary.record.RecordRefused;
import io.tributary.session.UplinkEffect;
import io.tributary.store.Layout;
import io.tributary.store.TopicLimits;
import io.tributary.store.TopicSpec;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/// The journal of one class on one disk, and what a device that fills it may rely on.
///
/// It keeps, apart from the journal, where each stream ended after the last commit that returned and where it would end
/// after the one that was being tried. A restart must find one of the two, in all streams alike: a group is whole or
/// not there.
final class EdgeJournal {
  private static final String STATE_KEY = "groups";

  /// An edge may forget, by a crash, what was acknowledged in the last second before its last commit; the hub tells it
  /// again. What is older it knows.
  private static final long ACK_FORGOTTEN_MS_MOST = 1_000;

  private final Story.ClassPlan plan;
  private final UUID logId;
  private final String edgeId;
  private final Ledger ledger;
  private final Tally tally;
  private final Trace trace;

  /// By stream, what lies on this disk.
  private final TreeMap<Long, Lineage> lineages = new TreeMap<>();

  private TreeMap<Long, Long> committedEnds = new TreeMap<>();
  private @Nullable TreeMap<Long, Long> attemptedEnds;
  private long committedGroups;

  /// By stream, what the hub has acknowledged since then, and what of it a restart must know.
  private final TreeMap<Long, ArrayDeque<Acknowledged>> recentAcks = new TreeMap<>();

  private final TreeMap<Long, Long> knownAcks = new TreeMap<>();
  private boolean mayLoseTail;
  private boolean isLiedTo;
  private boolean hasLostState;
  private int quotaFactor = 1;

  /// The streams that were to be sealed, and up to where nobody knew whether the hub has the same.
  private final TreeMap<Long, Long> ordered = new TreeMap<>();

  // Of the living process.
  private long busyUntilNanos;
  private @Nullable Journal journal;
  private @Nullable JournalCursor cursor;
  private final List<Reading> group = new ArrayList<>();
  private final List<Reading> dropped = new ArrayList<>();
  private final TreeMap<String, Long> streamsByTopic = new TreeMap<>();

  private record Acknowledged(long atMs, long end) {}

  /// What became of a reading that was handed over.
  enum Outcome {
    TAKEN,
    GROUP_FULL,
    BLOCKED
  }

  EdgeJournal(
      Story.ClassPlan plan, UUID logId, String edgeId, Ledger ledger, Tally tally, Trace trace) {
    this.plan = plan;
    this.logId = logId;
    this.edgeId = edgeId;
    this.ledger = ledger;
    this.tally = tally;
    this.trace = trace;
  }

  /// The same past on another disk.
  EdgeJournal copy() {
    EdgeJournal copy = new EdgeJournal(plan, logId, edgeId, ledger, tally, trace);
    lineages.forEach((id, lineage) -> copy.lineages.put(id, lineage.copy()));
    copy.committedEnds = new TreeMap<>(committedEnds);
    copy.committedGroups = committedGroups;
    copy.ordered.putAll(ordered);
    copy.isLiedTo = isLiedTo;
    copy.mayLoseTail = true;
    return copy;
  }

  /// An accident that takes acknowledged readings: the next restart may find less.
  void mayLoseTail() {
    mayLoseTail = true;
  }

  /// By stream, what is durable now.
  Map<Long, Lineage.Past> past() {
    Map<Long, Lineage.Past> past = new TreeMap<>();
    lineages.forEach(
        (id, lineage) -> past.put(id, lineage.past(committedEnds.getOrDefault(id, 0L))));
    return past;
  }

  /// The disk is put back to an image of it.
  void becomes(Map<Long, Lineage.Past> past) {
    lineages.forEach((id, lineage) -> lineage.leaves(past.getOrDefault(id, Lineage.Past.NOTHING)));
    lineages.forEach((id, lineage) -> lineage.becomes(past.getOrDefault(id, Lineage.Past.NOTHING)));
    mayLoseTail = true;
  }

  /// A bit flipped in what a group says of its state: that is kept once, and may be older from now on.
  void mayLoseState() {
    hasLostState = true;
    lineages.values().forEach(lineage -> lineage.book().mayLoseReasons());
  }

  /// The disk lied: what it still holds may be half a group, and no restart is as it should be from now on.
  void liedTo() {
    isLiedTo = true;
    mayLoseTail = true;
    lineages.values().forEach(lineage -> lineage.book().liedTo());
  }

  /// From its next start on there is twice the room.
  void doubleQuota() {
    quotaFactor *= 2;
  }

  /// A force that takes time keeps its agent busy.
  void busyUntil(long elapsedNanos) {
    busyUntilNanos = elapsedNanos;
  }

  long busyUntilNanos() {
    return busyUntilNanos;
  }

  FullPolicy policy() {
    return plan.policy();
  }

  String className() {
    return plan.name();
  }

  String directory() {
    return "journal/" + plan.name();
  }

  Iterable<Lineage> lineages() {
    return lineages.values();
  }

  Journal journal() {
    if (journal == null) {
      throw new IllegalStateException("the edge is not up");
    }
    return journal;
  }

  JournalCursor cursor() {
    if (cursor == null) {
      throw new IllegalStateException("the edge is not up");
    }
    return cursor;
  }

  /// The process starts: what it finds must be what was acknowledged.
  void start(Disk disk, long nowMs) throws IOException {
    group.clear();
    dropped.clear();
    streamsByTopic.clear();
    busyUntilNanos = 0;
    Journal opened = Journal.open(disk, directory(), plan.journal(logId, quotaFactor), nowMs);
    journal = opened;
    cursor = opened.cursor();
    TreeMap<Long, Long> found = new TreeMap<>();
    opened.streams().values().forEach(stream -> found.put(stream.id(), stream.end()));
    for (JournalStream sealed : opened.sealedStreams()) {
      adopt(sealed);
      found.put(sealed.id(), sealed.end());
      JournalStream successor = opened.stream(sealed.successor());
      long moved = successor == null ? 0 : successor.end();
      found.put(sealed.successor(), moved + sealed.unmovedRecords());
    }
    renewTopics();
    found.values().removeIf(end -> end == 0); // born, and nothing more yet
    checkAcks(opened);
    compare(found, groupsIn(opened));
  }

  /// Where the topics' readings go from now on.
  private void renewTopics() {
    journal().streams().forEach((topic, stream) -> streamsByTopic.put(topic, stream.id()));
  }

  /// A person resolves a fork: the stream is sealed, between two groups.
  void seal(UplinkEffect.ForkFound fork, long nowMs) throws IOException {
    long streamId = fork.streamId();
    long at = fork.at();
    StreamBook book = lineage(streamId).book();
    JournalStream forked = journal().stream(streamId);
    boolean isNotHeld = forked != null && forked.start() >= fork.unprovenTo();
    Violation.check(
        fork.unprovenTo() == at
            || isNotHeld
            || book.isKeptShortly()
            || book.wasDeleted()
            || book.isEvidenceDamaged()
            || book.policy() == FullPolicy.DROP_OLDEST,
        "%s: it is not known whether the hub has [%d, %d)",
        book,
        at,
        fork.unprovenTo());
    ordered.put(streamId, fork.unprovenTo());
    JournalStream sealed = journal().seal(streamId, at, nowMs);
    adopt(sealed);
    tally.struck(Fault.FORK_SEALED);
    trace.note(edgeId, "seals", streamId, at);
    renewTopics();
  }

  /// Moves on what is sealed.
  ///
  /// @return whether there is more to be moved
  boolean move(long nowMs) throws IOException {
    boolean isMoved = journal().move(nowMs);
    renewTopics();
    return isMoved;
  }

  /// The books follow a seal, as soon as it is durable: its readings are the successor's, moved yet or not.
  private void adopt(JournalStream sealed) {
    long id = sealed.id();
    Violation.check(ordered.containsKey(id), "%s is sealed, and nobody said so", sealed);
    Lineage old = lineage(id);
    Lineage successor =
        lineages.computeIfAbsent(
            sealed.successor(), next -> new Lineage(ledger.succeeds(old.book(), next)));
    long at = sealed.end();
    if (old.end() > at) {
      Violation.check(successor.end() == 0, "%s is sealed twice", old.book());
      old.sealedAt(at, successor);
      old.book().sealed(at, successor.book(), ordered.getOrDefault(id, at) - at);
      sealedEnds(committedEnds, sealed);
      Map<Long, Long> attempted = attemptedEnds;
      if (attempted != null) {
        sealedEnds(attempted, sealed);
      }
    }
  }

  private static void sealedEnds(Map<Long, Long> ends, JournalStream sealed) {
    long end = ends.getOrDefault(sealed.id(), 0L);
    if (end > sealed.end()) {
      ends.put(sealed.id(), sealed.end());
      ends.put(sealed.successor(), end - sealed.end());
      ends.values().removeIf(each -> each == 0);
    }
  }

  boolean isLiedTo() {
    return isLiedTo;
  }

  /// The watermark comes from the newest place that holds it.
  private void checkAcks(Journal opened) {
    if (!mayLoseTail && !hasLostState) {
      for (JournalStream stream : opened.streams().values()) {
        if (stream.isSealed()) {
          continue; // its hub holds more than is its own
        }
        long known = knownAcks.getOrDefault(stream.id(), 0L);
        Violation.check(
            stream.acked() >= known,
            "edge %s: stream %d was acknowledged up to %d, and a restart knows of %d",
            edgeId,
            stream.id(),
            known,
            stream.acked());
      }
    }
    recentAcks.clear();
    knownAcks.clear();
    opened.streams().values().forEach(stream -> knownAcks.put(stream.id(), stream.acked()));
  }

  /// The hub has everything below `end`.
  void acked(long streamId, long end, long nowMs) {
    journal().acked(streamId, end);
    recentAcks
        .computeIfAbsent(streamId, id -> new ArrayDeque<>())
        .add(new Acknowledged(nowMs, end));
  }

  /// The hub lost what it had acknowledged above `next`.
  void wentBack(long streamId, long next) {
    journal().wentBack(streamId, next);
    recentAcks.remove(streamId);
    knownAcks.merge(streamId, next, Math::min);
  }

  /// The clock jumped: how old an acknowledgement is cannot be told.
  void clockJumped() {
    recentAcks.clear();
  }

  private void committedAt(long nowMs) {
    recentAcks.forEach((streamId, acks) -> {
      while (!acks.isEmpty() && acks.getFirst().atMs() <= nowMs - ACK_FORGOTTEN_MS_MOST) {
        knownAcks.put(streamId, acks.removeFirst().end());
      }
    });
  }

  private String outcome(Map<Long, Long> found, boolean isCommitted, boolean isAttempted) {
    if (journal().status().damagedBytes() > 0) {
      return "DAMAGED";
    }
    if (found.isEmpty() && isCommitted) {
      return "EMPTY";
    }
    return isCommitted ? "COMMITTED" : isAttempted ? "ATTEMPTED" : "LESS";
  }

  private void compare(Map<Long, Long> found, long groups) {
    boolean isAttempted = found.equals(attemptedEnds);
    boolean isCommitted = found.equals(committedEnds);
    if (!isCommitted && !isAttempted) {
      Violation.check(
          Violation.Kind.MISSING,
          mayLoseTail,
          "edge %s, class %s: a restart found streams ending at %s, committed were %s, tried %s",
          edgeId,
          plan.name(),
          found,
          committedEnds,
          String.valueOf(attemptedEnds));
    } else if (!mayLoseTail && !hasLostState) {
      Violation.check(
          (isAttempted && (groups == committedGroups + 1 || groups == committedGroups))
              || (isCommitted && groups == committedGroups),
          "edge %s, class %s: the state is of group %d, the readings of group %d",
          edgeId,
          plan.name(),
          groups,
          committedGroups);
    }
    tally.visited("policy." + plan.policy());
    tally.visited("recovery.edge." + outcome(found, isCommitted, isAttempted));
    for (Lineage lineage : lineages.values()) {
      long end = found.getOrDefault(lineage.book().streamId(), 0L);
      long had = committedEnds.getOrDefault(lineage.book().streamId(), 0L);
      if (end < had) {
        lineage.book().lostTail();
        trace.note(edgeId, "lost a tail", end, had);
      }
      lineage.restartedAt(end, mayLoseTail);
      lineage.jumpTo(end); // where a jump was being tried
    }
    committedEnds = new TreeMap<>(found);
    committedGroups = groups;
    attemptedEnds = null;
    mayLoseTail = isLiedTo;
  }

  /// Hands a reading over.
  Outcome add(TopicSpec spec, long timestampMs, byte[] filler, List<Header> more, long newStreamId)
      throws IOException {
    String topic = spec.name();
    Long known = streamsByTopic.get(topic);
    long streamId = known == null ? newStreamId : known;
    if (known == null) {
      if (journal().createStream(streamId, topic) != Admission.ADMITTED) {
        return Outcome.GROUP_FULL;
      }
      streamsByTopic.put(topic, streamId);
      StreamBook book =
          ledger.born(
              new StreamBook(
                  streamId,
                  edgeId,
                  topic,
                  spec.layout() instanceof Layout.PerEdge,
                  spec.limits().retentionMs() != TopicLimits.UNLIMITED,
                  plan.policy()));
      lineages.put(streamId, new Lineage(book));
    }
    int id = ledger.nextId();
    byte[] value = ByteBuffer.allocate(4 + filler.length).putInt(id).put(filler).array();
    byte[] key = id % 3 == 0 ? null : ("key-" + id % 7).getBytes(StandardCharsets.UTF_8);
    List<Header> headers = new ArrayList<>();
    headers.add(new Header("edge", edgeId.getBytes(StandardCharsets.UTF_8)));
    headers.addAll(more);
    Admission admission;
    try {
      admission = journal().add(streamId, timestampMs, key, value, headers);
    } catch (RecordRefused e) {
      throw new Violation("a reading of " + value.length + " B is refused: " + e.getMessage());
    }
    return switch (admission) {
      case GROUP_FULL -> Outcome.GROUP_FULL;
      case FULL -> {
        tally.struck(Fault.SOURCE_BLOCKED);
        yield Outcome.BLOCKED;
      }
      case ADMITTED, DROPPED -> {
        JournalStream taking = journal().stream(streamId);
        JournalStream sealed = taking != null && taking.isSealed() ? taking : null;
        long ofStream = sealed == null ? streamId : sealed.successor();
        long offset = journal().lastOffset() - (sealed == null ? 0 : sealed.end());
        Reading reading =
            new Reading(id, ofStream, offset, timestampMs, checksum(key, value, headers));
        ledger.add(reading);
        lineage(ofStream).add(reading);
        (admission == Admission.ADMITTED ? group : dropped).add(reading);
        tally.produced();
        trace.note(edgeId, "reads " + topic, id, reading.offset());
        yield Outcome.TAKEN;
      }
    };
  }

  boolean hasGroup() {
    return !group.isEmpty() || !dropped.isEmpty();
  }

  /// Commits the open group. When it returns true, whoever handed a reading over is told that it is on disk.
  ///
  /// @return false when there is no room: the group waits
  boolean commit(long nowMs) throws IOException {
    TreeMap<Long, Long> ends = new TreeMap<>(committedEnds);
    for (Reading reading : group) {
      ends.merge(reading.streamId(), reading.offset() + 1, Math::max);
    }
    for (Reading reading : dropped) {
      ends.merge(reading.streamId(), reading.offset() + 1, Math::max);
    }
    journal().changeState(STATE_KEY, ByteBuffer.allocate(8).putLong(committedGroups + 1).array());
    attemptedEnds = ends;
    boolean isWhole;
    try {
      isWhole = journal().commit(nowMs);
    } catch (LogFullException e) {
      return false;
    }
    committedEnds = ends;
    committedGroups++;
    attemptedEnds = null;
    committedAt(nowMs);
    for (Reading reading : group) {
      reading.state(isWhole ? Reading.State.KEPT : Reading.State.DROPPED);
    }
    for (Reading reading : dropped) {
      reading.state(Reading.State.DROPPED);
    }
    tally.acked(isWhole ? group.size() : 0);
    tally.struck(Fault.DROPPED_NEWEST, dropped.size() + (isWhole ? 0 : group.size()));
    trace.note(edgeId, "acknowledges " + plan.name(), group.size(), dropped.size());
    group.clear();
    dropped.clear();
    return true;
  }

  /// Carries out a jump, between two groups.
  JumpResult jump(UplinkEffect.Jump jump, long nowMs) throws IOException {
    TreeMap<Long, Long> ends = new TreeMap<>(committedEnds);
    ends.put(jump.streamId(), jump.next());
    attemptedEnds = ends;
    JumpResult result =
        journal()
            .jump(jump.streamId(), jump.expectedEnd(), jump.next(), jump.digestAtNext(), nowMs);
    attemptedEnds = null;
    if (result == JumpResult.JUMPED) {
      Lineage lineage = lineage(jump.streamId());
      Violation.check(
          lineage.book().hasLostTail(), "%s jumped over a tail that it had", lineage.book());
      tally.struck(Fault.LOST_TAIL_JUMPED);
      lineage.jumpTo(jump.next());
      committedEnds.put(jump.streamId(), jump.next());
      trace.note(edgeId, "jumps", jump.expectedEnd(), jump.next());
    }
    return result;
  }

  /// The journal said that it dropped some of what was oldest.
  long droppedRecords() {
    return journal().status().droppedRecords();
  }

  Lineage lineage(long streamId) {
    Lineage lineage = lineages.get(streamId);
    if (lineage == null) {
      throw new Violation("edge " + edgeId + " holds no stream " + streamId);
    }
    return lineage;
  }

  List<JournalStream> streams() {
    Map<Long, JournalStream> sorted = new TreeMap<>();
    journal().streams().values().forEach(stream -> sorted.put(stream.id(), stream));
    journal().sealedStreams().forEach(stream -> sorted.put(stream.id(), stream));
    return List.copyOf(sorted.values());
  }

  private static long groupsIn(Journal journal) {
    byte[] value = journal.state().get(STATE_KEY);
    return value == null ? 0 : ByteBuffer.wrap(value).getLong();
  }

  private static int checksum(byte @Nullable [] key, byte[] value, List<Header> headers) {
    CRC32 checksum = new CRC32();
    if (key == null) {
      BatchParser.sumOfNull(checksum);
    } else {
      BatchParser.sum(checksum, key);
    }
    BatchParser.sum(checksum, value);
    for (Header header : headers) {
      BatchParser.sum(checksum, header.key().getBytes(StandardCharsets.UTF_8));
      byte[] headerValue = header.value();
      if (headerValue == null) {
        BatchParser.sumOfNull(checksum);
      } else {
        BatchParser.sum(checksum, headerValue);
      }
    }
    return (int) checksum.getValue();
  }
}
