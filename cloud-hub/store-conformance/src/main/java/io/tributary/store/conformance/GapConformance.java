package io.tributary.store.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tributary.record.Gap;
import io.tributary.record.GapReason;
import io.tributary.record.Record;
import io.tributary.store.GapEntry;
import io.tributary.store.StoreRefused.Code;
import io.tributary.store.StreamStatus;
import io.tributary.store.TopicSpec;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// How declared holes are stored and told.
public abstract class GapConformance extends StoreConformance {

  private static TopicSpec topic(boolean isPerEdge) {
    return isPerEdge ? PER_EDGE : FIXED;
  }

  private List<GapEntry> told() throws Exception {
    List<GapEntry> told = new ArrayList<>();
    for (Record record : probe().records(GapEntry.TOPIC)) {
      GapEntry entry = GapEntry.read(Objects.requireNonNull(record.value()));
      told.add(Objects.requireNonNull(entry));
    }
    return told;
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void readersStepOverAHoleAndTheStreamGoesOnBehindIt(boolean isPerEdge) throws Exception {
    PretendStream stream = new PretendStream("edge-1", topic(isPerEdge).name(), 1);
    probe().open(stream, topic(isPerEdge));
    probe().append(stream, stream.batch(3));
    probe().append(stream, stream.hole(1000, GapReason.DROP_OLDEST));
    probe().append(stream, stream.batch(2));
    assertEquals(stream.records(), probe().records(stream.spec().topic()));
    if (isPerEdge && keepsBytesAndOffsets()) {
      assertEquals(
          List.of(0L, 1L, 2L, 1003L, 1004L),
          probe().read(stream.spec().topic(), 0).stream().map(StoreProbe.Placed::offset).toList());
    }
    reopen();
    StoreProbe.Opened opened = probe().open(stream, null);
    assertEquals(1005, opened.next());
    assertEquals(stream.digest(), opened.digestAtNext());
    assertEquals(stream.records(), probe().records(stream.spec().topic()));
  }

  @Test
  void aHoleIsToldInTheTopicOfGaps() throws Exception {
    PretendStream stream = new PretendStream("edge-1", FIXED.name(), 77);
    probe().open(stream, FIXED);
    probe().append(stream, stream.hole(50, GapReason.DROP_NEWEST));
    Record record = probe().records(GapEntry.TOPIC).getFirst();
    assertEquals(
        "edge-1/fixed/77/0",
        new String(Objects.requireNonNull(record.key()), StandardCharsets.UTF_8));
    GapEntry entry = Objects.requireNonNull(GapEntry.read(Objects.requireNonNull(record.value())));
    assertEquals(new Gap(0, 50, GapReason.DROP_NEWEST), entry.gap());
    assertEquals("edge-1", entry.edgeId());
    assertEquals(FIXED.name(), entry.topic());
    assertEquals(77, entry.streamId());
    assertEquals(record.timestampMs(), entry.declaredAtMs());
  }

  @Test
  void aHoleThatIsDeclaredAgainIsNotToldAgain() throws Exception {
    PretendStream stream = new PretendStream("edge-1", FIXED.name(), 1);
    probe().open(stream, FIXED);
    PretendStream.Hole hole = stream.hole(10, GapReason.CORRUPT);
    probe().append(stream, hole);
    assertEquals(Code.OUT_OF_ORDER, probe().refusal(probe().begin(stream, hole)).code());
    reopen();
    probe().open(stream, null);
    assertEquals(Code.OUT_OF_ORDER, probe().refusal(probe().begin(stream, hole)).code());
    assertEquals(1, told().size());
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void holesAmongAppendsUnderWayKeepTheOrder(boolean isPerEdge) throws Exception {
    List<PretendStream> streams = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      PretendStream stream = new PretendStream("edge-" + i, topic(isPerEdge).name(), 1 + i);
      probe().open(stream, topic(isPerEdge));
      streams.add(stream);
    }
    List<CompletableFuture<Long>> answers = new ArrayList<>();
    List<Long> ends = new ArrayList<>();
    for (int round = 0; round < 20; round++) {
      for (PretendStream stream : streams) {
        answers.add(probe().begin(stream, stream.batch(2)));
        ends.add(stream.next());
        answers.add(probe().begin(stream, stream.hole(3, GapReason.DROP_NEWEST)));
        ends.add(stream.next());
      }
    }
    for (int i = 0; i < answers.size(); i++) {
      assertEquals(ends.get(i), probe().await(answers.get(i)));
    }
    assertEquals(5 * 20 * 2, probe().records(topic(isPerEdge).name()).size());
    assertEquals(5 * 20, told().size());
    for (PretendStream stream : streams) {
      assertEquals(stream.digest(), probe().open(stream, null).digestAtNext());
    }
  }

  @Test
  void aHoleThatDoesNotBeginAtTheStreamsEndIsRefused() throws Exception {
    PretendStream stream = new PretendStream("edge-1", FIXED.name(), 1);
    probe().open(stream, FIXED);
    PretendStream.Batch batch = stream.batch(5);
    PretendStream.Hole hole = stream.hole(5, GapReason.LOST_TAIL);
    assertEquals(Code.OUT_OF_ORDER, probe().refusal(probe().begin(stream, hole)).code());
    assertTrue(told().isEmpty());
    probe().append(stream, batch);
    probe().append(stream, hole);
    assertEquals(1, told().size());
  }

  @Test
  void statusCountsWhatIsMissingAcrossReopening() throws Exception {
    PretendStream stream = new PretendStream("edge-1", PER_EDGE.name(), 1);
    probe().open(stream, PER_EDGE);
    probe().append(stream, stream.hole(7, GapReason.DROP_OLDEST));
    probe().append(stream, stream.batch(1));
    probe().append(stream, stream.hole(5, GapReason.CORRUPT));
    for (int i = 0; i < 2; i++) {
      StreamStatus status = store().streams().iterator().next();
      assertEquals(2, status.gaps());
      assertEquals(12, status.missing());
      reopen();
    }
  }

  @Test
  void damageThatGrowsIsToldOnceForEachRecord() throws Exception {
    PretendStream stream = new PretendStream("edge-1", FIXED.name(), 1);
    probe().open(stream, FIXED);
    probe().append(stream, stream.batch(50));
    probe().tell(stream, new Gap(20, 30, GapReason.CORRUPT));
    reopen();
    probe().tell(stream, new Gap(10, 40, GapReason.CORRUPT));
    probe().tell(stream, new Gap(15, 35, GapReason.CORRUPT));
    assertEquals(
        List.of("20-30", "10-20", "30-40"),
        told().stream().map(entry -> entry.gap().from() + "-" + entry.gap().to()).toList());
  }

  /// A hole takes place in the log as records do, and decays as they do; but it was told of.
  @Test
  void damageOfAHolesOwnPlaceIsNotToldAgain() throws Exception {
    PretendStream stream = new PretendStream("edge-1", FIXED.name(), 1);
    probe().open(stream, FIXED);
    probe().append(stream, stream.batch(10));
    probe().append(stream, stream.hole(1, GapReason.DROP_OLDEST));
    probe().append(stream, stream.batch(10));
    probe().tell(stream, new Gap(10, 11, GapReason.CORRUPT));
    reopen();
    probe().open(stream, null);
    probe().tell(stream, new Gap(8, 12, GapReason.CORRUPT));
    probe().tell(stream, new Gap(10, 11, GapReason.CORRUPT));
    assertEquals(
        List.of("10-11 drop-oldest", "8-10 corrupt", "11-12 corrupt"),
        told().stream()
            .map(entry -> entry.gap())
            .map(gap -> gap.from() + "-" + gap.to() + " " + gap.reason())
            .toList());
  }
}
