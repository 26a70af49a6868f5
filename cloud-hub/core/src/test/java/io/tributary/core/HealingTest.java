package io.tributary.core;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tributary.record.BatchView;
import io.tributary.record.Digest;
import io.tributary.record.Record;
import io.tributary.session.frame.Found;
import io.tributary.store.Finding;
import io.tributary.store.GapEntry;
import io.tributary.store.Partition;
import io.tributary.store.StoredBatches;
import io.tributary.store.conformance.PretendStream;
import io.tributary.store.conformance.StoreProbe;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Damage at the hub is healed from the edge that wrote it, or told; and an audit names it. With a real store on real
/// files, which are damaged under it.
class HealingTest {
  private static final UUID RUN = new UUID(3, 3);

  /// Longer than the turns of any test take.
  private static final long HOLD_MS = 30_000;

  private final TestHub hub = new TestHub();
  private final PretendStream stream = new PretendStream("edge-1", "temperature", 11);
  private final TestEdge edge;
  private final int alias;
  private final List<PretendStream.Batch> sent = new ArrayList<>();
  private ScrubAgent scrub;

  HealingTest() throws IOException {
    edge = hub.dial("edge-1", RUN, null);
    alias = edge.stream(hub, stream);
    for (int i = 0; i < 5; i++) {
      PretendStream.Batch batch = stream.batch(10, 200);
      sent.add(batch);
      edge.data(alias, batch);
      hub.settle();
    }
    scrub = scrub();
  }

  @AfterEach
  void close() throws IOException {
    scrub.onClose();
    hub.close();
  }

  private ScrubAgent scrub() {
    return new ScrubAgent(
        hub.store(), hub.desk(), ScrubLimits.DEFAULT.with(1 << 30, 1000, HOLD_MS));
  }

  /// Lets the scrub go over everything a few times.
  private void turn() {
    for (int i = 0; i < 200; i++) {
      scrub.doWork(hub.nowNanos());
      hub.settle();
      hub.advance(Duration.ofMillis(100));
    }
  }

  /// From now on nothing is found but by readers.
  private void readLittleOnly() throws IOException {
    scrub.onClose();
    scrub = new ScrubAgent(hub.store(), hub.desk(), ScrubLimits.DEFAULT.with(1, 1000, HOLD_MS));
    while (scrub.doWork(hub.nowNanos()) > 0) {
      // It may begin with what is empty.
    }
  }

  private Path segment() throws IOException {
    try (Stream<Path> files = Files.walk(hub.directory().resolve("topics/temperature"))) {
      return files.filter(file -> file.toString().endsWith(".segment")).findFirst().orElseThrow();
    }
  }

  /// Where a batch lies in the segment: its bytes behind the base offset, the length and the leader epoch are the edge's.
  private int positionOf(PretendStream.Batch batch) throws IOException {
    ByteBuffer file = ByteBuffer.wrap(Files.readAllBytes(segment()));
    ByteBuffer tail = batch.bytes().slice(16, batch.bytes().limit() - 16);
    for (int at = 16; at + tail.remaining() <= file.limit(); at++) {
      if (file.slice(at, tail.remaining()).equals(tail)) {
        return at - 16;
      }
    }
    throw new AssertionError("the batch is not in the file");
  }

  private void flip(int position) throws IOException {
    byte[] bytes = Files.readAllBytes(segment());
    bytes[position] ^= 4;
    Files.write(segment(), bytes);
  }

  private List<Record> stored() throws Exception {
    return new StoreProbe(hub.store()).records("temperature");
  }

  private List<GapEntry> told() throws Exception {
    return new StoreProbe(hub.store())
        .records(GapEntry.TOPIC).stream().map(line -> GapEntry.read(line.value())).toList();
  }

  /// The audit waits for the edge, which is turned here meanwhile.
  private AuditReport.Stream audit(boolean deep) throws Exception {
    CompletableFuture<AuditReport> done =
        CompletableFuture.supplyAsync(() -> {
          try {
            return new Audit(hub.store(), hub.desk(), words -> {}).run("edge-1", deep);
          } catch (Exception e) {
            throw new AssertionError(e);
          }
        });
    while (!done.isDone()) {
      hub.settle();
      Thread.onSpinWait();
    }
    AuditReport report = done.get();
    assertTrue(report.isConnected());
    assertEquals(1, report.streams().size());
    return report.streams().get(0);
  }

  @Test
  void aDamagedBatchComesBackFromTheEdge() throws Exception {
    byte[] whole = Files.readAllBytes(segment());
    flip(positionOf(sent.get(2)) + 70);
    turn();
    assertEquals(1, scrub.status().healedBatches());
    assertEquals(List.of(), scrub.status().open());
    assertArrayEquals(whole, Files.readAllBytes(segment()));
    assertEquals(stream.records(), stored());
    assertEquals(List.of(), told());
  }

  @Test
  void neighboursInOneDamageComeBackTogether() throws Exception {
    byte[] whole = Files.readAllBytes(segment());
    flip(positionOf(sent.get(1)) + 70);
    flip(positionOf(sent.get(2)) + 70);
    turn();
    assertEquals(2, scrub.status().healedBatches());
    assertArrayEquals(whole, Files.readAllBytes(segment()));
  }

  @Test
  void whatTheEdgeNoLongerHasIsToldOnce() throws Exception {
    flip(positionOf(sent.get(2)) + 70);
    edge.forget(alias, 20);
    turn();
    assertEquals(1, told().size());
    assertEquals(20, told().get(0).gap().from());
    assertEquals(30, told().get(0).gap().to());
    assertEquals(10, scrub.status().lostRecords());
    hub.restart();
    TestEdge again = hub.dial("edge-1", RUN, null);
    again.stream(hub, stream);
    scrub = scrub();
    turn();
    assertEquals(1, told().size(), "not told again by the next start");
    assertEquals(20, read(), "the first reader waits for a turn");
    turn();
    assertEquals(40, stored().size());
  }

  @Test
  void damageWaitsForAnEdgeThatIsNotThere() throws Exception {
    flip(positionOf(sent.get(2)) + 70);
    edge.cut("cut");
    turn();
    assertEquals(1, scrub.status().open().size());
    assertTrue(scrub.status().open().get(0).state().contains("not connected"));
    assertEquals(List.of(), told());
  }

  @Test
  void statusSaysThatDamageWaitsForAStreamThatIsNotMirrored() throws Exception {
    readLittleOnly();
    flip(positionOf(sent.get(2)) + 70);
    edge.cut("cut");
    hub.dial("edge-1", RUN, null).hello();
    hub.settle();
    assertEquals(20, read(), "a reader waits");
    scrub.doWork(hub.nowNanos());
    hub.settle();
    scrub.doWork(hub.nowNanos());
    assertEquals(
        List.of("waits until edge edge-1 mirrors this stream"),
        scrub.status().open().stream().map(ScrubStatus.Open::state).toList());
  }

  @Test
  void whatAReaderMeetsIsHealedWithoutAScrub() throws Exception {
    readLittleOnly();
    flip(positionOf(sent.get(2)) + 70);
    assertEquals(20, read(), "a reader waits");
    turn();
    assertEquals(1, scrub.status().healedBatches());
    assertEquals(50, read());
    assertEquals(List.of(), told());
  }

  @Test
  void readersPassOverWhatNobodyHasWhenItIsTold() throws Exception {
    flip(positionOf(sent.get(2)) + 70);
    assertEquals(20, read());
    edge.forget(alias, 20);
    turn();
    assertEquals(1, told().size());
    assertEquals(40, read());
  }

  @Test
  void readersPassOverWhatAnEdgeDoesNotGiveBackInTimeWhenItIsTold() throws Exception {
    flip(positionOf(sent.get(2)) + 70);
    edge.cut("cut");
    assertEquals(20, read());
    turn();
    assertEquals(20, read());
    assertEquals(List.of(), told());
    hub.advance(Duration.ofMillis(HOLD_MS));
    turn();
    assertEquals(1, told().size());
    assertEquals(20, told().get(0).gap().from());
    assertEquals(30, told().get(0).gap().to());
    assertEquals(0, scrub.status().lostRecords(), "the edge may have it");
    assertEquals(40, read());
    TestEdge again = hub.dial("edge-1", RUN, null);
    int aliasAgain = again.stream(hub, stream);
    sent.forEach(batch -> again.data(aliasAgain, batch));
    turn();
    assertEquals(1, scrub.status().healedBatches());
    assertEquals(50, read(), "it came back with the edge");
    assertEquals(1, told().size());
  }

  /// How many records a reader is given that begins anew, until it has to wait or is at the end.
  private long read() throws Exception {
    long records = 0;
    for (int index = 0; index < hub.store().topic("temperature").partitions(); index++) {
      Partition partition = hub.store().partition("temperature", index);
      BatchView batch = new BatchView();
      for (long at = partition.startOffset(), end = partition.endOffset(); at < end; ) {
        try (StoredBatches stored = partition.read(at, 1)) {
          if (stored.length() == 0) {
            break;
          }
          ByteBuffer bytes = ByteBuffer.allocate(stored.length());
          stored.readInto(bytes, 0);
          batch.wrap(bytes, 0);
          records += batch.count();
          at = batch.nextOffset();
        }
      }
    }
    return records;
  }

  @Test
  void anEdgeGetsItsBatchBackInSlices() {
    scrub.doWork(hub.nowNanos());
    ByteBuffer copy = ByteBuffer.allocate(sent.get(3).bytes().limit());
    while (copy.hasRemaining()) {
      edge.want(alias, 30, copy.position());
      scrub.doWork(hub.nowNanos());
      hub.settle();
      copy.put(edge.expect(Found.class).slice());
    }
    int edgesOwn = 16;
    assertEquals(
        sent.get(3).bytes().slice(edgesOwn, copy.limit() - edgesOwn),
        copy.flip().slice(edgesOwn, copy.limit() - edgesOwn));
    edge.want(alias, 50, 0);
    scrub.doWork(hub.nowNanos());
    hub.settle();
    assertEquals(0, edge.expect(Found.class).batchBytes(), "no batch begins there or behind");
  }

  @Test
  void anAuditProvesWhatIsWhole() throws Exception {
    AuditReport.Stream report = audit(true);
    assertEquals(List.of(), report.findings());
    assertEquals(0, report.from());
    assertEquals(50, report.to());
    assertEquals(50, report.provedTo());
    assertEquals(50, report.recordsCompared());
  }

  @Test
  void anAuditNamesAFlippedByteByItsRange() throws Exception {
    int position = positionOf(sent.get(2));
    flip(position + 70);
    Finding finding = audit(false).findings().get(0);
    assertEquals(Finding.Kind.DAMAGED, finding.kind());
    assertEquals(20, finding.from());
    assertEquals(30, finding.to());
    assertEquals(position, finding.position());
  }

  @Test
  void anAuditNamesARemovedBatchByItsRange() throws Exception {
    int from = positionOf(sent.get(2));
    int to = positionOf(sent.get(3));
    hub.store().close();
    byte[] bytes = Files.readAllBytes(segment());
    byte[] cut = new byte[bytes.length - (to - from)];
    System.arraycopy(bytes, 0, cut, 0, from);
    System.arraycopy(bytes, to, cut, from, bytes.length - to);
    Files.write(segment(), cut);
    hub.restart();
    TestEdge again = hub.dial("edge-1", RUN, null);
    again.stream(hub, stream);
    Finding finding = audit(false).findings().get(0);
    assertEquals(Finding.Kind.ABSENT, finding.kind());
    assertEquals(20, finding.from());
    assertEquals(30, finding.to());
  }

  @Test
  void anAuditNamesWhereTheEdgeHasOtherRecords() throws Exception {
    edge.claim(alias, 30, 4711);
    edge.claim(alias, 40, 4712);
    edge.claim(alias, 50, 4713);
    AuditReport.Stream report = audit(false);
    assertEquals(20, report.findings().get(0).from());
    assertEquals(30, report.findings().get(0).to());
    assertEquals(Finding.Kind.CHANGED, report.findings().get(0).kind());
    assertEquals(20, report.provedTo());
  }

  @Test
  void anAuditProvesWhatLiesBehindADamageInTheNewestSegment() throws Exception {
    flip(positionOf(sent.get(2)) + 70);
    AuditReport.Stream report = audit(false);
    assertEquals(50, report.to());
    assertEquals(20, report.provedTo());
    assertEquals(3, report.digestsCompared(), "at the end, and where each run ends");
    assertEquals(1, report.findings().size());
    assertEquals(List.of(), report.unproven());
    assertEquals(40, audit(true).recordsCompared());
  }

  @Test
  void anAuditNamesWhatIsOtherBehindADamage() throws Exception {
    flip(positionOf(sent.get(1)) + 70);
    edge.claim(alias, 50, 4711);
    List<Finding> findings = audit(false).findings();
    assertEquals(2, findings.size());
    assertEquals(Finding.Kind.DAMAGED, findings.get(0).kind());
    assertEquals(Finding.Kind.CHANGED, findings.get(1).kind());
    assertEquals(40, findings.get(1).from());
    assertEquals(50, findings.get(1).to());
  }

  @Test
  void anAuditNamesWhatItCannotProveAndProvesItRecordByRecord() throws Exception {
    flip(positionOf(sent.get(1)) + 70);
    edge.claim(alias, 50, Digest.UNKNOWN);
    AuditReport.Stream report = audit(false);
    assertEquals(List.of(new AuditReport.Range(20, 50)), report.unproven());
    assertEquals(10, report.provedTo());
    edge.forget(alias, 30);
    report = audit(true);
    assertEquals(List.of(new AuditReport.Range(30, 40)), report.unproven());
    assertEquals(30, report.recordsCompared());
  }

  @Test
  void anAuditIsNotCleanWhileTheEndIsNotProven() throws Exception {
    edge.claim(alias, 50, Digest.UNKNOWN);
    AuditReport.Stream report = audit(false);
    assertEquals(List.of(), report.findings());
    assertEquals(List.of(new AuditReport.Range(0, 50)), report.unproven());
    assertFalse(new AuditReport("edge-1", true, false, 0, List.of(report)).isClean());
    AuditReport.Stream deep = audit(true);
    assertEquals(List.of(), deep.unproven());
    assertTrue(new AuditReport("edge-1", true, true, 0, List.of(deep)).isClean());
  }
}
