package io.tributary.session.twoparty;

import io.tributary.record.Compression;
import io.tributary.record.Gap;
import io.tributary.session.StreamClass;
import io.tributary.session.StreamState;
import io.tributary.session.UplinkStatus;
import io.tributary.session.frame.RefusalCode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// One edge, one hub, and a seed that decides everything else: what is written, how bytes arrive, what breaks.
final class World {
  private static final long SECOND = TimeUnit.SECONDS.toNanos(1);
  private static final int STEPS_TO_HEAL = 20_000;

  private final Random random;
  private final FakeJournal journal = new FakeJournal("pi-1");
  private final FakeStore store = new FakeStore();
  private final EdgeHost edge;
  private HubHost hub;
  private final Faults faults = new Faults();
  private long now;
  private boolean calm;
  private @Nullable Wire toHub;
  private @Nullable Wire toEdge;
  private long session;
  private boolean linkIsCut;
  private Map<Long, Integer> backup = Map.of();

  /// How often each fault struck.
  static final class Faults {
    int cuts;
    int halfOpens;
    int hubCrashes;
    int edgeCrashes;
    int lostTails;
    int images;
    int forks;
    int hubsRestored;
    int storeFailures;
    int drops;
    int longOutages;
    long batches;
    long gaps;

    void add(Faults other) {
      cuts += other.cuts;
      halfOpens += other.halfOpens;
      hubCrashes += other.hubCrashes;
      edgeCrashes += other.edgeCrashes;
      lostTails += other.lostTails;
      images += other.images;
      forks += other.forks;
      hubsRestored += other.hubsRestored;
      storeFailures += other.storeFailures;
      drops += other.drops;
      longOutages += other.longOutages;
      batches += other.batches;
      gaps += other.gaps;
    }
  }

  World(long seed) {
    this.random = new Random(seed);
    this.now = random.nextLong();
    this.edge = new EdgeHost("pi-1", journal, this::checkAck);
    this.hub = newHub();
    for (StreamClass streamClass : StreamClass.DEFAULTS) {
      int streams = 1 + random.nextInt(2);
      for (int i = 0; i < streams; i++) {
        create(streamClass.name());
      }
    }
  }

  Faults run(int steps) {
    for (int i = 0; i < steps; i++) {
      step();
    }
    heal();
    checkAll();
    return faults;
  }

  private HubHost newHub() {
    return new HubHost(
        store,
        () -> {
          boolean fails = !calm && random.nextInt(100) == 0;
          faults.storeFailures += fails ? 1 : 0;
          return fails;
        });
  }

  private void create(String className) {
    FakeJournal.Stream stream = journal.create(random.nextLong() & Long.MAX_VALUE, className);
    edge.offer(stream, now);
  }

  private void step() {
    now += random.nextInt(50) * 1_000_000L;
    switch (random.nextInt(61)) {
      case 0 -> cut();
      case 1 -> halfOpen();
      case 2 -> hubCrash();
      case 3 -> edgeCrash();
      case 4 -> loseTail();
      case 5 -> backUpOrRestore();
      case 6 -> journal.dropOldest(anyStream());
      case 7 -> now += random.nextInt(40) * SECOND;
      case 8 -> longOutage();
      case 9 -> {
        if (journal.streams().size() < 8) {
          create(anyStream().className);
        }
      }
      case 10, 11, 12, 13, 14, 15, 16, 17, 18, 19 -> write();
      case 20 -> restoreImage();
      default -> {}
    }
    moveBytes();
    if (random.nextInt(3) == 0) {
      hub.force(now);
    }
    tick();
  }

  private void write() {
    FakeJournal.Stream stream = anyStream();
    if (!stream.mayWrite) {
      return;
    }
    if (random.nextInt(12) == 0) {
      journal.dropNewest(stream, 1 + random.nextInt(5));
    } else {
      int valueBytes = random.nextInt(10) == 0 ? random.nextInt(40_000) : random.nextInt(200);
      Compression compression = random.nextBoolean() ? Compression.none() : Compression.gzip();
      journal.write(stream, 1 + random.nextInt(4), valueBytes, compression);
      faults.batches++;
    }
    edge.advanced(stream.className);
  }

  private void moveBytes() {
    if (!edge.isConnected() && toHub != null) {
      cut(); // the edge gave up
    }
    if (!edge.isConnected() && !linkIsCut) {
      toHub = new Wire();
      toEdge = new Wire();
      session = hub.accept(toHub, toEdge, now);
      edge.connected(toHub, now);
    }
    for (long old : hub.sessions()) {
      if (old != session && random.nextInt(4) == 0) {
        hub.receive(old, someBytes(), now); // what was still in the network
      }
    }
    Wire out = toHub;
    Wire in = toEdge;
    if (out != null && in != null) {
      edge.fill(Math.max(0, random.nextInt(64 * 1024) - out.pendingBytes()), now);
      hub.receive(session, someBytes(), now);
      edge.receive(in, someBytes(), now);
      if (!hub.sessions().contains(session) && in.pendingBytes() == 0) {
        edge.disconnected(now);
        toHub = null;
        toEdge = null;
      }
    }
  }

  private int someBytes() {
    return random.nextInt(4) == 0 ? random.nextInt(20) : random.nextInt(40_000);
  }

  private void tick() {
    edge.tick(now);
    hub.tick(now);
    checkDeadline(edge.deadline(now));
    checkDeadline(hub.deadline(now));
  }

  /// Who waits until the deadline must not find it passed at once: it would never rest.
  private void checkDeadline(long deadline) {
    if (deadline != Long.MAX_VALUE && deadline - now <= 0) {
      throw new AssertionError("a tick left something to do: " + edge.status(now));
    }
  }

  /// Both ends learn of it.
  private void cut() {
    faults.cuts++;
    if (toHub != null) {
      hub.cut(session, now);
      edge.disconnected(now);
    }
    toHub = null;
    toEdge = null;
  }

  /// Only the edge learns of it; the hub still has the old session, and may yet get what was on its way.
  private void halfOpen() {
    if (toHub != null) {
      faults.halfOpens++;
      edge.disconnected(now);
      toHub = null;
      toEdge = null;
    }
  }

  private void hubCrash() {
    faults.hubCrashes++;
    cut();
    store.crash();
    hub = newHub();
  }

  private void edgeCrash() {
    faults.edgeCrashes++;
    if (random.nextBoolean()) {
      cut();
    }
    toHub = null;
    toEdge = null;
    edge.restart(now);
  }

  private void loseTail() {
    FakeJournal.Stream stream = anyStream();
    if (!stream.mayWrite || stream.generation > 0) {
      return;
    }
    faults.lostTails++;
    cut();
    journal.loseTail(stream, 1 + random.nextInt(4));
    edge.restart(now);
  }

  /// Once for each stream at most, so that there is one old past to compare with.
  private void restoreImage() {
    FakeJournal.Stream stream = anyStream();
    if (random.nextInt(4) > 0 || !stream.mayWrite || stream.generation > 0) {
      return;
    }
    faults.images++;
    cut();
    journal.restoreImage(stream, 1 + random.nextInt(4));
    edge.restart(now);
  }

  private void backUpOrRestore() {
    if (random.nextInt(3) > 0 || journal.streams().stream().anyMatch(s -> !s.mayWrite)) {
      backup = store.backup();
      return;
    }
    faults.hubsRestored++;
    cut();
    store.restore(backup);
    hub = newHub();
  }

  private void longOutage() {
    if (random.nextInt(4) == 0) {
      faults.longOutages++;
      cut();
      now += TimeUnit.DAYS.toNanos(random.nextInt(40));
    } else {
      linkIsCut = random.nextBoolean();
    }
  }

  private FakeJournal.Stream anyStream() {
    List<FakeJournal.Stream> streams = journal.streams();
    return streams.get(random.nextInt(streams.size()));
  }

  /// No more faults: everything has to arrive.
  private void heal() {
    calm = true;
    linkIsCut = false;
    for (int i = 0; i < STEPS_TO_HEAL; i++) {
      now += SECOND / 4;
      moveBytes();
      hub.force(now);
      tick();
      if (edge.status(now).streams().stream().allMatch(this::isAtRest)) {
        return;
      }
    }
    throw new AssertionError("never drained: " + edge.status(now) + " alarms " + edge.alarms());
  }

  private boolean isAtRest(UplinkStatus.Stream status) {
    FakeJournal.Stream stream = journal.stream(status.streamId());
    if (status.refusalCode() == RefusalCode.FORK && status.state() == StreamState.REFUSED) {
      return true;
    }
    return status.state() == StreamState.STREAMING
        && status.inFlightBytes() == 0
        && stream.acked == stream.end;
  }

  private void checkAck(long streamId, long end) {
    long durable = store.stream(streamId).durable();
    if (end > durable) {
      throw new AssertionError("acknowledged " + end + ", durable is " + durable);
    }
  }

  private void checkAll() {
    for (UplinkStatus.Stream status : edge.status(now).streams()) {
      FakeJournal.Stream written = journal.stream(status.streamId());
      FakeStore.Stream stored = store.stream(status.streamId());
      if (status.refusalCode() != RefusalCode.FORK) {
        check(stored, written.ledger, written.holes, written.oldLedger, written.end);
      } else if (written.generation > 0) {
        faults.forks++;
        check(stored, written.oldLedger, written.oldHoles, written.oldLedger, stored.next());
      } else {
        throw new AssertionError("a fork where there was none: " + edge.alarms());
      }
    }
  }

  /// Whole, once, in order, under the edge's offsets; and a Gap only where the edge no longer has the records.
  ///
  /// @param oldLedger what the hub may have where the edge has a Gap since an old image came back
  private void check(
      FakeStore.Stream stored,
      NavigableMap<Long, FakeJournal.Batch> ledger,
      NavigableMap<Long, Gap> holes,
      NavigableMap<Long, FakeJournal.Batch> oldLedger,
      long end) {
    List<String> problems = new ArrayList<>();
    long next = 0;
    for (FakeStore.Entry entry : stored.entries) {
      if (entry.from() != next) {
        problems.add("at " + next + " comes " + entry.from());
      }
      next = entry.to();
      if (entry.batch() != null) {
        boolean isOld = isHole(holes, entry.from(), entry.to()) && isIn(oldLedger, entry);
        if (!isIn(ledger, entry) && !isOld) {
          problems.add("other bytes at " + entry.from());
        }
      } else if (!isHole(holes, entry.from(), entry.to())) {
        problems.add("a Gap [" + entry.from() + ", " + entry.to() + ") that nobody made");
      } else {
        faults.gaps++;
      }
    }
    if (next != end) {
      problems.add("ends at " + next + ", written to " + end);
    }
    if (!problems.isEmpty()) {
      throw new AssertionError("at the hub: " + problems);
    }
  }

  private static boolean isIn(NavigableMap<Long, FakeJournal.Batch> ledger, FakeStore.Entry entry) {
    FakeJournal.Batch batch = ledger.get(entry.from());
    return batch != null && batch.bytes().equals(entry.batch());
  }

  private static boolean isHole(NavigableMap<Long, Gap> holes, long from, long to) {
    long at = from;
    while (at < to) {
      Map.Entry<Long, Gap> hole = holes.floorEntry(at);
      if (hole == null || hole.getValue().to() <= at) {
        return false;
      }
      at = hole.getValue().to();
    }
    return true;
  }
}
