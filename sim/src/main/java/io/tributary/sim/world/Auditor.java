package io.tributary.sim.world;

import io.tributary.log.FullPolicy;
import io.tributary.store.Partition;
import io.tributary.store.Store;
import io.tributary.store.StoreRefused;
import io.tributary.store.StoredBatches;
import io.tributary.store.TopicStatus;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;

/// Reads what the hub holds as any client may, and compares it with the ledger: nothing twice, nothing out of order,
/// nothing altered, nothing that no edge had on disk, and no hole but by a Gap whose reason this story allows.
///
/// It remembers what it saw. After a restart of the hub it reads everything again, and nothing may have changed.
final class Auditor {
  private static final int READ_BYTES = 256 * 1024;
  private static final String GAPS_TOPIC = "_gaps";
  private static final String[] REASONS = {
    "none", "drop-oldest", "drop-newest", "hub-lost", "lost-tail", "corrupt", "retention"
  };
  private static final int DROP_OLDEST = 1;
  static final int DROP_NEWEST = 2;
  static final int HUB_LOST = 3;
  private static final int LOST_TAIL = 4;
  private static final int CORRUPT = 5;

  private final Ledger ledger;
  private final Tally tally;
  private final Trace trace;
  private final BatchParser parser = new BatchParser();

  /// By partition: the offset from which on it was not read yet since the hub's last start.
  private final TreeMap<String, Long> read = new TreeMap<>();

  /// By partition: the first offset that it kept when it was read last.
  private final TreeMap<String, Long> starts = new TreeMap<>();

  /// By stream: the offset that is due in this reading.
  private final TreeMap<Long, Long> due = new TreeMap<>();

  /// By stream: in which partition it lies.
  private final TreeMap<Long, String> homes = new TreeMap<>();

  /// By stream and offset: how often `_gaps` tells that it is missing.
  private final TreeMap<Long, TreeMap<Long, Integer>> told = new TreeMap<>();

  private final Deletions deletions;

  /// Whether an accident allows that the hub lost what it had.
  private boolean mayGoBack;

  /// Since its last start; ever.
  private boolean hasGoneBack;

  private boolean isFlipped;
  private boolean areGapsFlipped;

  Auditor(Ledger ledger, Tally tally, Trace trace) {
    this.ledger = ledger;
    this.tally = tally;
    this.trace = trace;
    this.deletions = new Deletions(tally, trace);
  }

  Deletions deletions() {
    return deletions;
  }

  /// A topic is gone with all of its streams, by the operator's will: what comes under its name is read from its begin.
  ///
  /// @param gapsEnd what `_gaps` tells before is told of the topic that is gone
  void topicDeleted(TopicStatus topic, long gapsEnd) {
    deletions.happened(topic.name(), topic.topicId(), gapsEnd);
    forget(topic.name());
  }

  private void forget(String topic) {
    for (StreamBook stream : ledger.streams()) {
      if (stream.topic().equals(topic)) {
        stream.topicDeleted();
        due.remove(stream.streamId());
        homes.remove(stream.streamId());
        told.remove(stream.streamId());
      }
    }
    read.keySet().removeIf(partition -> partition.startsWith(topic + "/"));
    starts.keySet().removeIf(partition -> partition.startsWith(topic + "/"));
  }

  /// An accident that takes durable data from the hub.
  void hubMayGoBack() {
    mayGoBack = true;
    hasGoneBack = true;
  }

  /// A bit flipped in a batch: its records, or the records that its Gap tells of, may be missing.
  void flippedAtHub(BatchParser.Place place) {
    StreamBook stream = ledger.stream(place.streamId());
    long to = place.to();
    if (place.isControl()) {
      for (to = place.from(); to < stream.hubNext() && stream.atHub(to) <= StreamBook.GAP; ) {
        to++;
      }
    }
    stream.flippedAtHub(new StreamBook.Range(place.from(), to));
  }

  /// A bit flipped somewhere at the hub: bytes that are no batch have a cause, and `_gaps`, which no edge can give back,
  /// may be damaged itself.
  void flipped(String path) {
    isFlipped = true;
    areGapsFlipped |= path.startsWith("topics/" + GAPS_TOPIC + "/");
  }

  boolean isFlipped() {
    return isFlipped;
  }

  boolean hasGoneBack() {
    return hasGoneBack;
  }

  /// The hub has started again: everything is read once more. Streams that it lost the end of go back.
  ///
  /// @return false when something cannot be read now, for instance because there is no space to recover it
  boolean hubStarted(Store store) {
    read.clear();
    starts.clear();
    due.clear();
    told.clear();
    if (mayGoBack) {
      homes.clear();
    }
    deletions.foundAtStart(store, mayGoBack).forEach(this::forget);
    if (!audit(store)) {
      tally.visited("recovery.hub.UNREADABLE");
      return false;
    }
    tally.visited(mayGoBack ? "recovery.hub.WENT_BACK" : "recovery.hub.WHOLE");
    for (StreamBook stream : ledger.streams()) {
      long next = due.getOrDefault(stream.streamId(), stream.hubNext());
      if (mayGoBack && !due.containsKey(stream.streamId())) {
        // Nothing of it is there to be read: retention took it, or it is not there at all.
        stream.unsure();
        next = 0;
      }
      while (!mayGoBack
          && next < Math.max(stream.hubNext(), stream.ackedByHub())
          && stream.isFlippedAtHub(next)) {
        next++; // held, and damaged: nothing behind it shows that
      }
      Violation.check(
          Violation.Kind.MISSING,
          mayGoBack || stream.isUnsure() || next >= stream.hubNext(),
          "the hub held %s up to %d, and up to %d after a restart",
          stream,
          stream.hubNext(),
          next);
      Violation.check(
          Violation.Kind.MISSING,
          mayGoBack || stream.isUnsure() || next >= stream.ackedByHub(),
          "the hub had acknowledged %s up to %d, and holds it up to %d after a restart",
          stream,
          stream.ackedByHub(),
          next);
      stream.hubWentBackTo(next);
    }
    mayGoBack = false;
    return true;
  }

  /// Reads what is new.
  ///
  /// @return false when something cannot be read now
  boolean audit(Store store) {
    boolean isWhole = true;
    List<TopicStatus> topics = new ArrayList<>(store.topics());
    topics.sort(Comparator.comparing(TopicStatus::name));
    for (TopicStatus topic : topics) {
      deletions.saw(topic, hasGoneBack);
      if (topic.spec().takesProducers()) {
        continue; // no edge's: the production has books of its own
      }
      for (int index = 0; index < topic.partitions(); index++) {
        Partition partition = store.partition(topic.name(), index);
        if (partition != null) {
          try {
            audit(topic.name(), partition);
          } catch (StoreRefused | IOException e) {
            trace.note("hub", "partition " + topic.name() + "/" + index + " cannot be read: " + e);
            isWhole = false;
          }
        }
      }
    }
    return isWhole;
  }

  /// A reader of a partition was given what lies behind some records of a stream, and not these: `_gaps` has told of them.
  void passedOver(Store store, long streamId, long from, long to) {
    StreamBook stream = ledger.stream(streamId);
    if (!audit(store) || areGapsFlipped || stream.isUnsure() || stream.isKeptShortly()) {
      return;
    }
    TreeMap<Long, Integer> times = told.getOrDefault(streamId, new TreeMap<>());
    for (long offset = from; offset < to; offset++) {
      Violation.check(
          Violation.Kind.MISSING,
          times.containsKey(offset),
          "%s: a reader passes over offset %d, and nothing tells why",
          stream,
          offset);
    }
  }

  /// Everything is delivered and healed: `_gaps` tells once of each offset that a Gap covers, and of each that is damaged
  /// and that nobody has any more, and of no other. Damage whose edge is not there waits.
  ///
  /// @param mirrored the streams whose edges are there
  void checkGaps(Set<Long> mirrored) {
    if (areGapsFlipped) {
      return;
    }
    for (StreamBook stream : ledger.streams()) {
      if (hasGoneBack && stream.wasDeleted()) {
        continue; // of which life a line tells cannot be told when the hub went back over a
        // deletion
      }
      TreeMap<Long, Integer> times = told.getOrDefault(stream.streamId(), new TreeMap<>());
      for (long offset = 0; offset < stream.hubNext(); offset++) {
        boolean isGap = stream.atHub(offset) <= StreamBook.GAP;
        boolean isFlippedHere = stream.isFlippedAtHub(offset);
        boolean isLost = isFlippedHere && stream.atHub(offset) == StreamBook.MISSING;
        int expected = isGap || isLost ? 1 : 0;
        int found = times.getOrDefault(offset, 0);
        // What was told as lost may come back: where the hub went back and its edge sent it again,
        // or where an image of
        // the edge's disk still holds what was dropped since.
        boolean isBack = found == 1 && (isFlippedHere || stream.hasLostTail());
        boolean mayWait =
            isLost && (stream.isKeptShortly() || !mirrored.contains(stream.streamId()));
        Violation.check(
            found == expected || isBack || mayWait || stream.isUnsure(),
            "%s: _gaps tells %d times that offset %d is missing, expected %d",
            stream,
            found,
            offset,
            expected);
      }
    }
  }

  /// Reads everything once more, since what was damaged may be healed.
  ///
  /// @return false when something cannot be read now
  boolean auditAgain(Store store) {
    read.clear();
    starts.clear();
    due.clear();
    told.clear();
    boolean isWhole = audit(store);
    for (StreamBook stream : ledger.streams()) {
      Long end = due.get(stream.streamId());
      if (end != null) {
        for (long offset = end; offset < stream.hubNext(); offset++) {
          missing(stream, offset);
        }
      }
    }
    return isWhole;
  }

  private static void missing(StreamBook stream, long offset) {
    if (stream.isFlippedAtHub(offset) && offset < stream.hubNext()) {
      stream.sawAtHub(offset, StreamBook.MISSING);
    }
  }

  /// No reading lies in two places: what goes on behind a seal is not where it was as well.
  void checkOnce() {
    TreeMap<Integer, StreamBook> places = new TreeMap<>();
    for (StreamBook stream : ledger.streams()) {
      for (long offset = 0; offset < stream.hubNext(); offset++) {
        int id = stream.atHub(offset);
        StreamBook other = id < 0 || stream.mayBeTwice(offset) ? null : places.put(id, stream);
        Violation.check(
            Violation.Kind.DUPLICATED,
            other == null || stream.isUnsure(),
            "reading %d lies in %s and in %s",
            id,
            String.valueOf(other),
            stream);
      }
    }
  }

  /// How many offsets lie under a Gap.
  void countGaps() {
    for (StreamBook stream : ledger.streams()) {
      long count = 0;
      for (long offset = 0; offset < stream.hubNext(); offset++) {
        count += stream.atHub(offset) <= StreamBook.GAP ? 1 : 0;
      }
      tally.droppedWithGap(count);
    }
  }

  private void audit(String topic, Partition partition) throws StoreRefused, IOException {
    String name = topic + "/" + partition.index();
    long end = partition.endOffset();
    long start = partition.startOffset();
    Long from = read.get(name);
    long offset = from == null ? start : from;
    Long before = starts.put(name, start);
    tally.struck(Fault.HUB_RETENTION, before != null && start > before ? 1 : 0);
    // What is stored may be too much at once, and be gone before anybody reads it.
    offset = Math.max(offset, start);
    while (offset < end) {
      byte[] batches;
      try (StoredBatches stored = partition.readPresent(offset, READ_BYTES)) {
        batches = new byte[stored.length()];
        ByteBuffer into = ByteBuffer.wrap(batches);
        while (into.hasRemaining()) {
          stored.readInto(into, into.position());
        }
      }
      if (batches.length == 0) {
        break;
      }
      Reader reader = new Reader(name, topic, offset, end);
      parser.read(batches, reader);
      Violation.check(
          Violation.Kind.MISSING,
          reader.next > offset || isFlipped,
          "%s: reading from %d gives nothing behind it",
          name,
          offset);
      offset = Math.max(reader.next, offset + 1);
    }
    read.put(name, Math.max(offset, end));
  }

  /// Takes in the batches of one read.
  private final class Reader implements BatchParser.Sink {
    private final String partition;
    private final String topic;
    private final long end;
    private long next;

    Reader(String partition, String topic, long offset, long end) {
      this.end = end;
      this.partition = partition;
      this.topic = topic;
      this.next = offset;
    }

    /// A flipped bit in a base offset, which no CRC covers.
    private boolean isMisplaced(long hubOffset) {
      return isFlipped && hubOffset >= end;
    }

    private void advance(long from, long to) {
      Violation.check(
          Violation.Kind.DISORDERED,
          from >= next || to > next,
          "%s: offset %d where %d was next",
          partition,
          from,
          next);
      next = to;
    }

    @Override
    public void record(
        long hubOffset,
        long streamId,
        long streamOffset,
        long timestampMs,
        int checksum,
        byte[] value) {
      if (hubOffset < next || isMisplaced(hubOffset)) {
        return; // leads the batch that holds the offset asked for, or is damaged
      }
      advance(hubOffset, hubOffset + 1);
      if (topic.equals(GAPS_TOPIC)) {
        tell(hubOffset, value);
        return;
      }
      StreamBook stream = home(streamId);
      int id = value.length < 4 ? -1 : ByteBuffer.wrap(value).getInt();
      Reading reading = ledger.reading(id);
      if (reading == null) {
        throw new Violation(stream + ": a record at " + streamOffset + " that no device made");
      }
      Violation.check(
          Violation.Kind.DISORDERED,
          reading.isOf(streamId, streamOffset),
          "%s lies at offset %d of stream %d",
          reading,
          streamOffset,
          streamId);
      Violation.check(
          reading.timestampMs() == timestampMs && reading.checksum() == checksum,
          "%s was altered",
          reading);
      Violation.check(
          reading.state() == Reading.State.KEPT || reading.state() == Reading.State.EXCUSED,
          "%s is at the hub",
          reading);
      checkOffset(stream, hubOffset, streamOffset);
      saw(stream, streamOffset, id);
    }

    @Override
    public void gap(
        long baseOffset, long lastOffset, long streamId, long from, long to, int reason) {
      if (isMisplaced(baseOffset)) {
        return;
      }
      advance(baseOffset, lastOffset + 1);
      StreamBook stream = home(streamId);
      Violation.check(
          stream.isPerEdge() ? lastOffset - baseOffset == to - from - 1 : lastOffset == baseOffset,
          "a Gap of %d records of %s over %d offsets",
          to - from,
          stream,
          lastOffset - baseOffset + 1);
      checkOffset(stream, baseOffset, from);
      if (from >= stream.hubNext()) {
        tally.gap();
        trace.note("hub", "gap " + REASONS[reason], from, to);
      }
      for (long offset = from; offset < to; offset++) {
        checkReason(stream, offset, reason);
        saw(stream, offset, StreamBook.GAP - reason);
      }
    }

    @Override
    public void damage(int position, int sizeBytes) {
      throw new Violation(
          "%s serves %d B that are no batch, behind offset %d"
              .formatted(partition, sizeBytes, next));
    }

    private StreamBook home(long streamId) {
      StreamBook stream = ledger.stream(streamId);
      String home = homes.putIfAbsent(streamId, partition);
      Violation.check(
          Violation.Kind.DUPLICATED,
          home == null || home.equals(partition),
          "%s lies in %s and in %s",
          stream,
          home,
          partition);
      Violation.check(stream.topic().equals(topic), "%s lies in topic %s", stream, topic);
      return stream;
    }

    private void checkOffset(StreamBook stream, long hubOffset, long streamOffset) {
      Violation.check(
          !stream.isPerEdge() || hubOffset == streamOffset || stream.isFlippedAtHub(streamOffset),
          "%s: the hub gives offset %d the number %d",
          stream,
          streamOffset,
          hubOffset);
    }

    /// `{"edge":…,"topic":…,"stream":"…","from":…,"to":…,"count":…,"reason":"…",…}`
    private void tell(long hubOffset, byte[] json) {
      String line = new String(json, StandardCharsets.UTF_8);
      if (hubOffset < deletions.gapsEnd(field(line, "topic"))) {
        return;
      }
      TreeMap<Long, Integer> times =
          told.computeIfAbsent(Long.parseLong(field(line, "stream")), id -> new TreeMap<>());
      long to = Long.parseLong(field(line, "to"));
      for (long offset = Long.parseLong(field(line, "from")); offset < to; offset++) {
        times.merge(offset, 1, Integer::sum);
      }
    }

    private static String field(String line, String name) {
      int at = line.indexOf("\"" + name + "\":");
      Violation.check(at >= 0, "_gaps has no %s: %s", name, line);
      int from = at + name.length() + 3;
      int to = from;
      while (line.charAt(to) != ',' && line.charAt(to) != '}') {
        to++;
      }
      return line.substring(from, to).replace("\"", "");
    }
  }

  private void saw(StreamBook stream, long offset, int what) {
    Long expected = due.get(stream.streamId());
    if (expected == null) {
      // Retention may have taken what lies before; it was read then.
      Violation.check(
          Violation.Kind.MISSING,
          offset <= stream.hubNext()
              || stream.isFlippedAtHub(stream.hubNext())
              || stream.isKeptShortly()
              || stream.isUnsure(),
          "%s begins at %d, and was read up to %d",
          stream,
          offset,
          stream.hubNext());
      for (long missing = 0; missing < offset && !stream.isKeptShortly(); missing++) {
        missing(stream, missing);
      }
    } else if (offset != expected) {
      Violation.check(
          Violation.Kind.DUPLICATED,
          offset > expected,
          "%s: offset %d where %d was due",
          stream,
          offset,
          expected);
      for (long missing = expected; missing < offset; missing++) {
        Violation.check(
            Violation.Kind.MISSING,
            stream.isFlippedAtHub(missing) || stream.isKeptShortly(),
            "%s: offset %d where %d was due",
            stream,
            offset,
            expected);
        missing(stream, missing);
      }
    }
    while (stream.hubNext() < offset) {
      stream.sawAtHub(StreamBook.MISSING);
    }
    due.put(stream.streamId(), offset + 1);
    if (offset < stream.hubNext()) {
      int before = stream.atHub(offset);
      if (stream.isUnsure() || mayGoBack) {
        stream.sawAtHub(offset, what);
        return;
      }
      Violation.check(
          Violation.Kind.DISORDERED,
          before == what || before == StreamBook.MISSING,
          "%s: offset %d held %d and holds %d",
          stream,
          offset,
          before,
          what);
      stream.sawAtHub(offset, what);
    } else {
      stream.sawAtHub(what);
    }
  }

  private boolean isOfDeleted(StreamBook stream) {
    tally.visited("deletedTopic.HUB_LOST", stream.wasDeleted() ? 1 : 0);
    return stream.wasDeleted();
  }

  private void checkReason(StreamBook stream, long offset, int reason) {
    boolean isLegal =
        switch (reason) {
          case DROP_OLDEST -> stream.policy() == FullPolicy.DROP_OLDEST;
          case DROP_NEWEST -> stream.policy() == FullPolicy.DROP_NEWEST;
          case HUB_LOST ->
              isOfDeleted(stream)
                  || hasGoneBack
                  || stream.isReasonLost()
                  || stream.hasLostTail(); // and with it what it knew to be acknowledged
          case LOST_TAIL -> stream.hasLostTail();
          case CORRUPT -> stream.mayBeCorrupt(offset) || stream.isReasonLost();
          default -> false;
        };
    Violation.check(
        isLegal,
        "%s: a Gap at %d says %s, for which there was no cause",
        stream,
        offset,
        REASONS[reason]);
  }
}
