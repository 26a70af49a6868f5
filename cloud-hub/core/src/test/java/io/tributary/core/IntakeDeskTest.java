package io.tributary.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tributary.agent.Vital;
import io.tributary.record.GapReason;
import io.tributary.record.Record;
import io.tributary.session.frame.Ack;
import io.tributary.session.frame.Close;
import io.tributary.session.frame.Refusal;
import io.tributary.session.frame.RefusalCode;
import io.tributary.session.frame.Resume;
import io.tributary.session.frame.Welcome;
import io.tributary.store.TopicStatus;
import io.tributary.store.conformance.PretendStream;
import io.tributary.store.conformance.StoreProbe;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Edges come in, are refused, take over, fall silent; each story with a real Intake, Doorkeeper and
/// store.
class IntakeDeskTest {
  private static final UUID RUN = new UUID(3, 3);
  private static final UUID OTHER_RUN = new UUID(4, 4);

  private final TestHub hub = new TestHub();
  private final PretendStream stream = new PretendStream("edge-1", "temperature", 11);

  IntakeDeskTest() throws IOException {}

  @AfterEach
  void close() throws IOException {
    hub.close();
  }

  private List<Record> stored() throws Exception {
    return new StoreProbe(hub.store()).records("temperature");
  }

  private EdgeStatus status(String edgeId) {
    return hub.desk().status().edges().stream()
        .filter(edge -> edge.edgeId().equals(edgeId))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void whatAnEdgeSendsIsStoredAndThenAcknowledged() throws Exception {
    TestEdge edge = hub.dial("edge-1", RUN, null);
    int alias = edge.stream(hub, stream);
    edge.data(alias, stream.batch(5));
    hub.runTasks();
    assertFalse(edge.has(Ack.class), "not before the store has forced it");
    hub.settle();
    assertEquals(5, edge.expect(Ack.class).end());
    edge.gap(alias, stream.hole(10, GapReason.DROP_OLDEST));
    edge.data(alias, stream.batch(2));
    hub.settle();
    assertEquals(17, edge.expect(Ack.class).end());
    assertEquals(stream.records(), stored());
  }

  @Test
  void anIntakeThatTheStoreDoesNotAnswerIsSickUntilItDoes() throws Exception {
    TestEdge edge = hub.dial("edge-1", RUN, null);
    int alias = edge.stream(hub, stream);
    hub.advance(Duration.ofDays(1));
    assertNull(hub.desk().standstill(hub.nowNanos()), "nothing to do is no standstill");
    edge.data(alias, stream.batch(5));
    hub.runTasks();
    hub.advance(Duration.ofNanos(Vital.STANDSTILL_NANOS - 1));
    assertNull(hub.desk().standstill(hub.nowNanos()));
    hub.advance(Duration.ofNanos(1));
    assertTrue(
        String.valueOf(hub.desk().standstill(hub.nowNanos()))
            .contains("stands still for 20 s: the store does not answer"));
    hub.settle();
    assertNull(hub.desk().standstill(hub.nowNanos() + 10 * Vital.STANDSTILL_NANOS));
  }

  @Test
  void statusTellsOfEdgesStreamsAndConnections() throws Exception {
    TestEdge edge = hub.dial("edge-1", RUN, null);
    int alias = edge.stream(hub, stream);
    edge.data(alias, stream.batch(5));
    hub.settle();
    edge.session().tick();
    EdgeStatus status = status("edge-1");
    assertTrue(status.connected());
    assertEquals("connected", status.reason());
    assertEquals(RUN, status.runId());
    assertEquals("peer of edge-1", status.peer());
    assertEquals(5, status.streams().getFirst().stored().next());
    assertEquals(5, Objects.requireNonNull(status.streams().getFirst().session()).durable());
    edge.cut("the cable was pulled");
    status = status("edge-1");
    assertFalse(status.connected());
    assertEquals("the cable was pulled", status.reason());
    assertNull(status.streams().getFirst().session());
    hub.restart();
    status = status("edge-1");
    assertFalse(status.connected());
    assertTrue(status.reason().contains("not seen"), status.reason());
    assertEquals(5, status.streams().getFirst().stored().next());
  }

  @Test
  void aStreamGoesOnWhereItWasWhenTheHubComesBack() throws Exception {
    TestEdge edge = hub.dial("edge-1", RUN, null);
    edge.data(edge.stream(hub, stream), stream.batch(5));
    hub.settle();
    hub.restart();
    TestEdge again = hub.dial("edge-1", RUN, null);
    again.hello();
    hub.settle();
    again.expect(Welcome.class);
    int alias = again.open(stream);
    hub.settle();
    Resume resume = again.expect(Resume.class);
    assertEquals(new Resume(alias, 5, stream.digest(), 0), resume);
  }

  @Test
  void aTopicThatMayNotBeCreatedIsRefusedAndMayBeTriedAgain() throws Exception {
    hub.restart(DeskLimits.DEFAULT, null);
    TestEdge edge = hub.dial("edge-1", RUN, null);
    edge.hello();
    hub.settle();
    edge.expect(Welcome.class);
    edge.open(stream);
    hub.settle();
    Refusal refusal = edge.expect(Refusal.class);
    assertEquals(RefusalCode.TOPIC, refusal.code());
    assertEquals(DeskLimits.DEFAULT.topicRetryMs(), refusal.retryAfterMs());
    assertNull(edge.disconnected(), "other streams go on");
    assertEquals(1, hub.desk().status().refusals().get(RefusalCode.TOPIC));
    assertTrue(hub.desk().status().notices().getFirst().text().contains("temperature"));
  }

  @Test
  void theEdgesOfADeletedTopicAreToldAndBeginItAnew() throws Exception {
    TestEdge edge = hub.dial("edge-1", RUN, null);
    edge.data(edge.stream(hub, stream), stream.batch(5));
    PretendStream other = new PretendStream("edge-1", "pressure", 99);
    int checking = edge.open(other);
    hub.settle();
    edge.expect(Resume.class);
    StoreProbe probe = new StoreProbe(hub.store());
    CompletableFuture<TopicStatus> gone = probe.beginDelete("temperature");
    CompletableFuture<TopicStatus> alsoGone = probe.beginDelete("pressure");
    hub.settle();
    assertTrue(gone.isDone() && alsoGone.isDone());
    for (int i = 0; i < 2; i++) {
      Refusal refusal = edge.expect(Refusal.class);
      assertEquals(RefusalCode.TOPIC, refusal.code());
      assertEquals(DeskLimits.DEFAULT.soonRetryMs(), refusal.retryAfterMs());
      assertTrue(refusal.text().contains("deleted"), refusal.text());
    }
    edge.confirm(checking, 0); // was on its way
    assertNull(edge.disconnected());
    edge.open(stream);
    hub.settle();
    assertEquals(0, edge.expect(Resume.class).next());
    assertEquals(1, hub.store().streams().size());
  }

  @Test
  void theIdMustBeAmongTheNamesOfTheCertificate() throws Exception {
    TestEdge right = hub.dial("edge-1", RUN, List.of("other", "edge-1"));
    right.hello();
    TestEdge wrong = hub.dial("edge-2", RUN, List.of("edge-1"));
    wrong.hello();
    hub.settle();
    right.expect(Welcome.class);
    assertEquals(RefusalCode.IDENTITY, wrong.expect(Refusal.class).code());
    assertNotNull(wrong.disconnected());
  }

  @Test
  void anIdThatCouldNotBePrintedSafelyIsRefused() throws Exception {
    for (String edgeId : List.of("a/b", "a b", "a\"b", "tab\t", "ünder", "x".repeat(129))) {
      TestEdge edge = hub.dial(edgeId, RUN, null);
      edge.hello();
      hub.settle();
      assertEquals(RefusalCode.IDENTITY, edge.expect(Refusal.class).code(), edgeId);
    }
  }

  @Test
  void theSameRunTakesOverAtOnceAndNothingOfTheOldSessionIsStoredAfterwards() throws Exception {
    TestEdge old = hub.dial("edge-1", RUN, null);
    int alias = old.stream(hub, stream);
    old.data(alias, stream.batch(3));
    hub.settle();
    TestEdge back = hub.dial("edge-1", RUN, null);
    back.hello(); // the old session is evicted here, though its thread has not heard of it yet
    PretendStream.Batch late = stream.batch(1);
    old.data(alias, late);
    hub.settle();
    back.expect(Welcome.class);
    assertEquals(Close.Code.TAKEN_OVER, old.expect(Close.class).code());
    assertEquals(3, stored().size());
    int again = back.open(stream);
    hub.settle();
    assertEquals(3, back.expect(Resume.class).next());
    back.confirm(again, 3);
    back.data(again, late);
    hub.settle();
    assertEquals(4, stored().size());
    assertTrue(status("edge-1").connected());
  }

  @Test
  void aCloneIsRefusedWhileTheFirstAnswersAndBothAreNamed() throws Exception {
    TestEdge first = hub.dial("edge-1", RUN, null);
    first.stream(hub, stream);
    TestEdge clone = hub.dial("edge-1", OTHER_RUN, null);
    clone.hello();
    hub.settle();
    assertEquals(RefusalCode.CLONE, clone.expect(Refusal.class).code());
    assertNull(first.disconnected());
    assertEquals(RUN, hub.desk().status().clones().getFirst().livingRunId());
    assertEquals(OTHER_RUN, hub.desk().status().clones().getFirst().refusedRunId());
    assertEquals(RUN, status("edge-1").runId());
  }

  @Test
  void aRestartedEdgeIsLetInWhenItsOldSessionDoesNotAnswer() throws Exception {
    TestEdge old = hub.dial("edge-1", RUN, null);
    old.stream(hub, stream);
    old.goDeaf();
    TestEdge restarted = hub.dial("edge-1", OTHER_RUN, null);
    restarted.hello();
    hub.settle();
    assertFalse(restarted.has(Welcome.class));
    hub.advance(Duration.ofSeconds(6));
    hub.desk().tick();
    hub.settle();
    restarted.expect(Welcome.class);
    assertNotNull(old.disconnected());
    assertEquals(OTHER_RUN, status("edge-1").runId());
  }

  @Test
  void aSilentEdgeIsDisconnectedAfterTwoHeartbeats() throws Exception {
    TestEdge edge = hub.dial("edge-1", RUN, null);
    edge.stream(hub, stream);
    hub.advance(Duration.ofMillis(2 * TestEdge.HEARTBEAT_MS - 1));
    edge.session().tick();
    assertNull(edge.disconnected());
    hub.advance(Duration.ofMillis(1));
    edge.session().tick();
    hub.settle();
    assertNotNull(edge.disconnected());
    assertFalse(status("edge-1").connected());
  }

  @Test
  void aCrowdedStorePausesReadingAndThatSilenceCountsForNothing() throws Exception {
    hub.restartWithQueue(8);
    TestEdge edge = hub.dial("edge-1", RUN, null);
    int alias = edge.stream(hub, stream);
    for (int i = 0; i < 5; i++) {
      edge.data(alias, stream.batch(1));
    }
    assertTrue(edge.isPaused());
    hub.advance(Duration.ofMinutes(5));
    edge.session().tick();
    assertNull(edge.disconnected());
    hub.settle();
    assertFalse(edge.isPaused());
    edge.session().tick();
    assertNull(edge.disconnected());
    assertEquals(5, edge.expect(Ack.class).end());
    hub.advance(Duration.ofMillis(2 * TestEdge.HEARTBEAT_MS));
    edge.session().tick();
    assertNotNull(edge.disconnected());
  }

  @Test
  void aFullQueueIsARefusalThatMayBeTriedAgain() throws Exception {
    hub.restartWithQueue(4);
    TestEdge edge = hub.dial("edge-1", RUN, null);
    int alias = edge.stream(hub, stream);
    List<PretendStream.Batch> batches = new ArrayList<>();
    for (int i = 0; i < 5; i++) { // more than a link that reads no more would bring
      batches.add(stream.batch(1));
      edge.data(alias, batches.getLast());
    }
    hub.settle();
    Refusal refusal = edge.expect(Refusal.class);
    assertEquals(RefusalCode.STORE, refusal.code());
    assertEquals(DeskLimits.DEFAULT.soonRetryMs(), refusal.retryAfterMs());
    int again = edge.open(stream);
    hub.settle();
    assertEquals(4, edge.expect(Resume.class).next());
    edge.confirm(again, 4);
    edge.data(again, batches.getLast());
    hub.settle();
    assertEquals(stream.records(), stored());
  }

  @Test
  void oneSessionMoreThanAllowedIsToldToComeBack() throws Exception {
    hub.restart(new DeskLimits(2, 2, 10, 1, 1, 1, 1), TestHub.ANY);
    TestEdge one = hub.dial("edge-1", RUN, null);
    TestEdge two = hub.dial("edge-2", RUN, null);
    TestEdge three = hub.dial("edge-3", RUN, null);
    one.hello();
    two.hello();
    hub.settle();
    one.expect(Welcome.class);
    two.expect(Welcome.class);
    assertEquals(RefusalCode.BUSY, three.expect(Refusal.class).code());
    one.cut("gone");
    TestEdge four = hub.dial("edge-4", RUN, null);
    four.hello();
    hub.settle();
    four.expect(Welcome.class);
    assertEquals(
        List.of("edge-2", "edge-4"),
        hub.desk().status().edges().stream().map(EdgeStatus::edgeId).toList(),
        "the edge without a connection and a stream is forgotten");
  }

  @Test
  void shutdownSaysFarewellAndNobodyComesInAfterwards() throws Exception {
    TestEdge edge = hub.dial("edge-1", RUN, null);
    edge.stream(hub, stream);
    hub.desk().shutdown("the hub stops");
    hub.settle();
    assertEquals(Close.Code.SHUTDOWN, edge.expect(Close.class).code());
    assertNotNull(edge.disconnected());
    TestEdge late = hub.dial("edge-2", RUN, null);
    hub.settle();
    assertEquals(RefusalCode.BUSY, late.expect(Refusal.class).code());
  }

  @Test
  void aStreamOfAnotherEdgeIsRefused() throws Exception {
    TestEdge owner = hub.dial("edge-1", RUN, null);
    owner.stream(hub, stream);
    TestEdge thief = hub.dial("edge-2", RUN, null);
    thief.hello();
    hub.settle();
    thief.expect(Welcome.class);
    thief.open(stream);
    hub.settle();
    assertEquals(RefusalCode.FOREIGN_STREAM, thief.expect(Refusal.class).code());
  }
}
