package io.tributary.store.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tributary.record.GapReason;
import io.tributary.record.Record;
import io.tributary.store.GapEntry;
import io.tributary.store.Layout;
import io.tributary.store.Store;
import io.tributary.store.StoreRefused;
import io.tributary.store.StoreRefused.Code;
import io.tributary.store.StreamStatus;
import io.tributary.store.TopicLimits;
import io.tributary.store.TopicSpec;
import io.tributary.store.conformance.PretendStream;
import io.tributary.store.conformance.StoreProbe;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Faults of the disk: what is refused, what goes on, and what holds after the next start.
class LogStoreFaultTest {
  private static final TopicSpec PER_EDGE =
      new TopicSpec("t", new Layout.PerEdge(1), true, TopicLimits.DEFAULT);

  private final LogStoreFixture fixture = new LogStoreFixture();
  private final PretendStream first = new PretendStream("edge-1", "t", 1);
  private final PretendStream second = new PretendStream("edge-2", "t", 2);
  private StoreProbe probe = new StoreProbe(fixture.open());

  LogStoreFaultTest() throws IOException {}

  @BeforeEach
  void openStreams() throws StoreRefused {
    probe.open(first, PER_EDGE);
    probe.open(second, null);
    probe.append(first, first.batch(2));
    probe.append(second, second.batch(2));
  }

  @AfterEach
  void close() throws IOException {
    fixture.disk().heal();
    store().close();
    fixture.close();
  }

  private Store store() {
    return probe.store();
  }

  private void restart() throws Exception {
    store().close();
    fixture.disk().heal();
    probe = new StoreProbe(fixture.open());
  }

  private List<GapEntry> told() throws Exception {
    List<GapEntry> told = new ArrayList<>();
    for (Record record : probe.records(GapEntry.TOPIC)) {
      told.add(Objects.requireNonNull(GapEntry.read(Objects.requireNonNull(record.value()))));
    }
    return told;
  }

  @Test
  void aFullDiskIsARefusalUntilThereIsSpaceAgain() throws Exception {
    fixture.disk().fill("topics/t/0");
    PretendStream.Batch batch = first.batch(3);
    StoreRefused why = probe.refusal(first, batch);
    assertEquals(Code.NO_SPACE, why.code());
    assertTrue(why.code().isRetryable());
    assertEquals(1, store().status().troubles().size());
    for (int i = 0; i < 5; i++) {
      fixture.advance(Duration.ofHours(1)); // retention, which finds nothing to do
      probe.append(second, second.batch(1)); // another partition goes on
    }
    assertEquals(1, store().status().troubles().size());
    fixture.disk().heal();
    assertEquals(2, probe.open(first, null).next());
    probe.append(first, batch);
    assertEquals(List.of(), store().status().troubles());
    List<Record> all = new ArrayList<>(first.records());
    all.addAll(second.records());
    assertEquals(all, probe.records("t"));
  }

  @Test
  void appendsBehindOneThatFoundNoSpaceAreRefusedWithIt() throws Exception {
    fixture.disk().fill("topics/t/0");
    List<CompletableFuture<Long>> answers = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      answers.add(probe.begin(first, first.batch(1)));
    }
    for (CompletableFuture<Long> answer : answers) {
      Code code = probe.refusal(answer).code();
      assertTrue(code == Code.NO_SPACE || code == Code.OUT_OF_ORDER, code.name());
    }
    fixture.disk().heal();
    assertEquals(2, probe.open(first, null).next());
  }

  @Test
  void aFailedForceStopsThatPartitionAloneAndStatusSaysSo() throws Exception {
    fixture.disk().breakForces("topics/t/0");
    assertEquals(Code.FAILED, probe.refusal(first, first.batch(1)).code());
    fixture.disk().heal();
    assertEquals(
        Code.FAILED, assertThrows(StoreRefused.class, () -> probe.open(first, null)).code());
    assertEquals(Code.FAILED, probe.refusal(first, first.batch(1)).code());
    assertEquals(2, probe.partition("t", 0).endOffset(), "what is durable can be read");
    probe.append(second, second.batch(5));
    assertTrue(store().status().troubles().getFirst().contains("topics/t/0"));
    StreamStatus status =
        store().streams().stream()
            .filter(s -> s.stream().streamId() == 1)
            .findFirst()
            .orElseThrow();
    assertTrue(String.valueOf(status.trouble()).contains("fail"), status.trouble());
    restart();
    long next = probe.open(first, null).next();
    assertTrue(next == 2 || next == 3, "what was written and not forced may be there: " + next);
    assertEquals(7, probe.open(second, null).next());
    assertEquals(List.of(), store().status().troubles());
  }

  @Test
  void aHoleThatWasToldButNotStoredIsToldOnceInAll() throws Exception {
    fixture.disk().breakWrites("topics/t/0");
    PretendStream.Hole hole = first.hole(10, GapReason.DROP_OLDEST);
    assertEquals(Code.FAILED, probe.refusal(probe.begin(first, hole)).code());
    assertEquals(1, told().size());
    restart();
    assertEquals(2, probe.open(first, null).next(), "the hole was not stored");
    probe.append(first, hole);
    probe.append(first, first.batch(1));
    assertEquals(1, told().size());
    assertEquals(
        first.records(), probe.read("t", 0).stream().map(StoreProbe.Placed::record).toList());
  }

  @Test
  void aHoleThatGrewSinceItWasToldIsToldForTheRest() throws Exception {
    fixture.disk().breakWrites("topics/t/0");
    PretendStream smaller = new PretendStream("edge-1", "t", 1);
    assertEquals(2, smaller.batch(2).to());
    PretendStream.Hole early = smaller.hole(10, GapReason.DROP_OLDEST);
    assertEquals(Code.FAILED, probe.refusal(probe.begin(first, early)).code());
    restart();
    probe.open(first, null);
    probe.append(first, first.hole(25, GapReason.DROP_OLDEST));
    assertEquals(
        List.of(2L, 12L, 12L, 27L),
        told().stream().flatMap(e -> Stream.of(e.gap().from(), e.gap().to())).toList());
  }

  @Test
  void aHoleIsNotStoredBeforeItIsTold() throws Exception {
    fixture.disk().fill("topics/_gaps");
    PretendStream.Hole hole = first.hole(10, GapReason.CORRUPT);
    CompletableFuture<Long> gap = probe.begin(first, hole);
    CompletableFuture<Long> behind = probe.begin(first, first.batch(1));
    CompletableFuture<Long> other = probe.begin(second, second.batch(1));
    assertEquals(Code.NO_SPACE, probe.refusal(gap).code());
    assertEquals(Code.OUT_OF_ORDER, probe.refusal(behind).code());
    assertEquals(3, probe.await(other));
    fixture.disk().heal();
    assertEquals(2, probe.open(first, null).next());
    probe.append(first, hole);
    assertEquals(1, told().size());
  }

  @Test
  void aStreamIsNotAnsweredBeforeItsPlaceIsRecorded() throws Exception {
    fixture.disk().fill("registry");
    PretendStream third = new PretendStream("edge-3", "t", 3);
    StoreRefused why = assertThrows(StoreRefused.class, () -> probe.open(third, null));
    assertEquals(Code.NO_SPACE, why.code());
    assertEquals(Code.STREAM_UNKNOWN, probe.refusal(third, third.batch(1)).code());
    TopicSpec other = new TopicSpec("u", new Layout.Partitions(1), true, TopicLimits.DEFAULT);
    assertThrows(StoreRefused.class, () -> store().createTopic(other));
    assertNull(store().topic("u"));
    assertEquals(2, probe.open(first, null).next(), "what is recorded can be opened all the same");
    fixture.disk().heal();
    PretendStream fourth = new PretendStream("edge-4", "t", 4);
    probe.open(fourth, null);
    probe.append(fourth, fourth.batch(1));
    restart();
    PretendStream again = new PretendStream("edge-3", "t", 3);
    probe.open(again, null);
    probe.append(again, again.batch(1));
    assertEquals(
        fourth.records(), probe.read("t", 2).stream().map(StoreProbe.Placed::record).toList());
    assertEquals(
        again.records(), probe.read("t", 3).stream().map(StoreProbe.Placed::record).toList());
  }
}
