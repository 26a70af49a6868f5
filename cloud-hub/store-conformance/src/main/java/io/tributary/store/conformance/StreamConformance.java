package io.tributary.store.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tributary.record.Digest;
import io.tributary.record.Record;
import io.tributary.store.Layout;
import io.tributary.store.StoreRefused;
import io.tributary.store.StoreRefused.Code;
import io.tributary.store.StreamSpec;
import io.tributary.store.StreamStatus;
import io.tributary.store.TopicLimits;
import io.tributary.store.TopicSpec;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// How streams are placed, stored, resumed and refused.
public abstract class StreamConformance extends StoreConformance {

  private static TopicSpec topic(boolean isPerEdge) {
    return isPerEdge ? PER_EDGE : FIXED;
  }

  private StreamStatus status(PretendStream stream) {
    return store().streams().stream()
        .filter(status -> status.stream().streamId() == stream.id())
        .findFirst()
        .orElseThrow();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void recordsAreReadAsTheEdgeWroteThem(boolean isPerEdge) throws Exception {
    PretendStream stream = new PretendStream("edge-1", topic(isPerEdge).name(), 1);
    assertEquals(
        new StoreProbe.Opened(0, Digest.START, Digest.UNKNOWN),
        probe().open(stream, topic(isPerEdge)));
    probe().append(stream, stream.batch(3));
    probe().append(stream, stream.batch(1));
    probe().append(stream, stream.batch(500));
    assertEquals(stream.records(), probe().records(stream.spec().topic()));
    reopen();
    assertEquals(stream.records(), probe().records(stream.spec().topic()));
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aStreamGoesOnWhereItEndedAfterReopening(boolean isPerEdge) throws Exception {
    PretendStream stream = new PretendStream("edge-1", topic(isPerEdge).name(), 1);
    probe().open(stream, topic(isPerEdge));
    for (int i = 0; i < 4; i++) {
      probe().append(stream, stream.batch(10));
      reopen();
      StoreProbe.Opened opened = probe().open(stream, null);
      assertEquals(stream.next(), opened.next());
      assertEquals(stream.digest(), opened.digestAtNext());
    }
    assertEquals(stream.records(), probe().records(stream.spec().topic()));
  }

  @Test
  void anEdgeThatIsBehindIsToldTheDigestAtItsEnd() throws Exception {
    PretendStream stream = new PretendStream("edge-1", FIXED.name(), 1);
    probe().open(stream, FIXED);
    PretendStream.Batch first = stream.batch(5);
    probe().append(stream, first);
    probe().append(stream, stream.batch(5));
    assertEquals(first.digestAtTo(), probe().open(stream, 5, null).digestAtEdgeEnd());
    assertEquals(Digest.INSIDE, probe().open(stream, 7, null).digestAtEdgeEnd());
    assertEquals(Digest.UNKNOWN, probe().open(stream, 10, null).digestAtEdgeEnd());
    assertEquals(10, probe().open(stream, 5, null).next());
  }

  @Test
  void streamsSpreadEvenlyAndNeverMove() throws Exception {
    List<PretendStream> streams = new ArrayList<>();
    for (int i = 0; i < 9; i++) {
      PretendStream stream = new PretendStream("edge-" + i, FIXED.name(), 1000 + i);
      probe().open(stream, FIXED);
      streams.add(stream);
    }
    List<Integer> places = streams.stream().map(stream -> status(stream).partition()).toList();
    for (int partition = 0; partition < 3; partition++) {
      int of = partition;
      assertEquals(3, places.stream().filter(place -> place == of).count());
    }
    reopen();
    for (PretendStream stream : streams) {
      probe().open(stream, null);
      probe().append(stream, stream.batch(2));
    }
    assertEquals(places, streams.stream().map(stream -> status(stream).partition()).toList());
  }

  @Test
  void streamsThatShareAPartitionKeepTheirOrder() throws Exception {
    TopicSpec one = new TopicSpec("one", new Layout.Partitions(1), true, TopicLimits.DEFAULT);
    PretendStream left = new PretendStream("left", "one", 1);
    PretendStream right = new PretendStream("right", "one", 2);
    probe().open(left, one);
    probe().open(right, null);
    for (int i = 0; i < 5; i++) {
      probe().append(left, left.batch(2));
      probe().append(right, right.batch(3));
    }
    List<StoreProbe.Placed> placed = probe().read("one", 0);
    for (int i = 0; i < placed.size(); i++) {
      assertEquals(i, placed.get(i).offset());
    }
    for (PretendStream stream : List.of(left, right)) {
      assertEquals(
          stream.records(),
          placed.stream()
              .map(StoreProbe.Placed::record)
              .filter(record -> stream.records().contains(record))
              .toList());
    }
  }

  @Test
  void anEdgeHasItsOwnPartitionAndItsOwnOffsetsInATopicPerEdge() throws Exception {
    Set<Integer> places = new HashSet<>();
    for (int i = 0; i < 3; i++) {
      PretendStream stream = new PretendStream("edge-" + i, PER_EDGE.name(), 1 + i);
      probe().open(stream, PER_EDGE);
      for (int batches = 0; batches <= i; batches++) {
        probe().append(stream, stream.batch(7));
      }
      int partition = status(stream).partition();
      places.add(partition);
      List<StoreProbe.Placed> placed = probe().read(PER_EDGE.name(), partition);
      assertEquals(stream.records(), placed.stream().map(StoreProbe.Placed::record).toList());
      if (keepsBytesAndOffsets()) {
        assertEquals(stream.next(), probe().partition(PER_EDGE.name(), partition).endOffset());
      }
    }
    assertEquals(Set.of(0, 1, 2), places);
  }

  @Test
  void aWipedEdgeComesBackAsANewStreamBesideTheOld() throws Exception {
    PretendStream before = new PretendStream("edge-1", PER_EDGE.name(), 1);
    probe().open(before, PER_EDGE);
    probe().append(before, before.batch(4));
    PretendStream after =
        new PretendStream(new StreamSpec(2, "edge-1", new UUID(8, 8), PER_EDGE.name(), "normal"));
    assertEquals(0, probe().open(after, null).next());
    probe().append(after, after.batch(2));
    assertNotEquals(status(before).partition(), status(after).partition());
    List<Record> both = new ArrayList<>(before.records());
    both.addAll(after.records());
    assertEquals(both, probe().records(PER_EDGE.name()));
  }

  @Test
  void aStreamIdOfAnotherEdgeIsRefused() throws Exception {
    PretendStream stream = new PretendStream("edge-1", FIXED.name(), 1);
    probe().open(stream, FIXED);
    StreamSpec own = stream.spec();
    for (StreamSpec foreign :
        List.of(
            new StreamSpec(1, "edge-2", own.incarnation(), own.topic(), "normal"),
            new StreamSpec(1, "edge-1", new UUID(9, 9), own.topic(), "normal"),
            new StreamSpec(1, "edge-1", own.incarnation(), "other", "normal"))) {
      StoreRefused why =
          assertThrows(
              StoreRefused.class, () -> probe().open(new PretendStream(foreign), PER_EDGE));
      assertEquals(Code.STREAM_TAKEN, why.code());
    }
    probe().append(stream, stream.batch(1));
  }

  @Test
  void duplicatesAndHolesAreRefusedAndHarmNothing() throws Exception {
    PretendStream stream = new PretendStream("edge-1", FIXED.name(), 1);
    PretendStream twin = new PretendStream("edge-1", FIXED.name(), 1);
    probe().open(stream, FIXED);
    probe().append(stream, stream.batch(3));
    assertEquals(Code.OUT_OF_ORDER, probe().refusal(stream, twin.batch(3)).code());
    PretendStream.Batch second = stream.batch(3);
    assertEquals(Code.OUT_OF_ORDER, probe().refusal(stream, stream.batch(3)).code());
    probe().append(stream, second);
    assertEquals(6, probe().open(stream, null).next());
    assertEquals(6, probe().records(FIXED.name()).size());
  }

  @Test
  void whatIsNotTheBatchThatTheCallSaysIsRefused() throws Exception {
    PretendStream stream = new PretendStream("edge-1", FIXED.name(), 1);
    PretendStream stranger = new PretendStream("edge-2", FIXED.name(), 2);
    assertEquals(Code.STREAM_UNKNOWN, probe().refusal(stranger, stranger.batch(1)).code());
    probe().open(stream, FIXED);
    PretendStream.Batch foreign = new PretendStream("edge-3", FIXED.name(), 3).batch(1);
    assertEquals(Code.BATCH, probe().refusal(stream, foreign).code());
    PretendStream.Batch longer = new PretendStream("edge-1", FIXED.name(), 1).batch(2);
    PretendStream.Batch lying =
        new PretendStream.Batch(longer.from(), longer.to() + 1, longer.bytes(), 0);
    assertEquals(Code.BATCH, probe().refusal(stream, lying).code());
    PretendStream.Batch cut =
        new PretendStream.Batch(0, 2, longer.bytes().duplicate().limit(40), 0);
    assertEquals(Code.BATCH, probe().refusal(stream, cut).code());
    probe().append(stream, stream.batch(1));
  }

  @Test
  void aBatchLargerThanTheTopicTakesIsRefused() throws Exception {
    TopicSpec small =
        new TopicSpec(
            "small",
            new Layout.Partitions(1),
            true,
            new TopicLimits(-1, -1, TopicLimits.SEGMENT_BYTES, 2000));
    PretendStream stream = new PretendStream("edge-1", "small", 1);
    probe().open(stream, small);
    StoreRefused why = probe().refusal(stream, stream.batch(1, 3000));
    assertEquals(Code.TOO_LARGE, why.code());
    assertTrue(String.valueOf(why.getMessage()).contains("2000"), why.getMessage());
    PretendStream again = new PretendStream("edge-1", "small", 1);
    probe().append(again, again.batch(1, 1000));
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void manyAppendsUnderWayAreAnsweredInOrder(boolean isPerEdge) throws Exception {
    List<PretendStream> streams = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      PretendStream stream = new PretendStream("edge-" + i, topic(isPerEdge).name(), 1 + i);
      probe().open(stream, topic(isPerEdge));
      streams.add(stream);
    }
    List<CompletableFuture<Long>> answers = new ArrayList<>();
    List<Long> ends = new ArrayList<>();
    for (int round = 0; round < 50; round++) {
      for (PretendStream stream : streams) {
        answers.add(probe().begin(stream, stream.batch(4)));
        ends.add(stream.next());
      }
    }
    for (int i = 0; i < answers.size(); i++) {
      assertEquals(ends.get(i), probe().await(answers.get(i)));
    }
    assertEquals(2000, probe().records(topic(isPerEdge).name()).size());
    eventually("nothing is queued any more", () -> store().status().queuedAppends() == 0);
    assertTrue(store().status().storedBytes() > 0);
  }

  @Test
  void statusTellsOfEveryStream() throws Exception {
    PretendStream stream = new PretendStream("edge-1", FIXED.name(), 1);
    probe().open(stream, FIXED);
    probe().append(stream, stream.batch(12));
    StreamStatus status = status(stream);
    assertEquals(stream.spec(), status.stream());
    assertEquals(12, status.next());
    assertEquals(0, status.gaps());
    assertTrue(status.bytes() > 0);
    reopen();
    eventually("the stream was looked up without being opened", () -> status(stream).next() == 12);
  }

  @Test
  void aClosedStoreRefuses() throws Exception {
    PretendStream stream = new PretendStream("edge-1", FIXED.name(), 1);
    probe().open(stream, FIXED);
    probe().append(stream, stream.batch(1));
    store().close();
    assertEquals(Code.CLOSED, probe().refusal(stream, stream.batch(1)).code());
    assertThrows(StoreRefused.class, () -> store().createTopic(PER_EDGE));
    assertThrows(StoreRefused.class, () -> probe().partition(FIXED.name(), 0).read(0, 1));
  }
}
