package io.tributary.store.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tributary.store.Layout;
import io.tributary.store.StoreRefused;
import io.tributary.store.StoreRefused.Code;
import io.tributary.store.StreamOpened;
import io.tributary.store.StreamStatus;
import io.tributary.store.TopicLimits;
import io.tributary.store.TopicSpec;
import io.tributary.store.conformance.PretendStream;
import io.tributary.store.conformance.StoreProbe;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// The store's cycle turned by hand: what waits, what is bounded, what costs nothing.
class LogStoreQueueTest {
  private static final TopicSpec FIXED =
      new TopicSpec("t", new Layout.Partitions(4), true, TopicLimits.DEFAULT);

  private final LogStoreFixture fixture = new LogStoreFixture();

  LogStoreQueueTest() throws IOException {}

  @AfterEach
  void close() throws IOException {
    fixture.close();
  }

  private static void turn(LogStore store) throws Exception {
    int done;
    do {
      done = store.agent().doWork(0);
    } while (done > 0);
  }

  private static PretendStream opened(LogStore store, long streamId) throws Exception {
    PretendStream stream = new PretendStream("edge-" + streamId, "t", streamId);
    store.openStream(stream.spec(), 0, FIXED, new Expected());
    turn(store);
    return stream;
  }

  @Test
  void aGroupIsForcedOnceForEachLogThatItTouches() throws Exception {
    try (LogStore store = fixture.open(fixture.config())) {
      StoreProbe probe = new StoreProbe(store);
      PretendStream stream = opened(store, 1);
      List<CompletableFuture<Long>> answers = new ArrayList<>();
      for (int i = 0; i < 100; i++) {
        answers.add(probe.begin(stream, stream.batch(1)));
      }
      assertFalse(answers.getFirst().isDone(), "not before the force");
      long before = store.status().forces();
      assertEquals(100, store.status().queuedAppends());
      turn(store);
      assertEquals(before + 1, store.status().forces());
      assertTrue(answers.stream().allMatch(CompletableFuture::isDone));
      assertEquals(0, store.status().queuedAppends());
      assertEquals(0, store.status().queuedBytes());
    }
  }

  @Test
  void aCrowdedQueueSaysSoAndAFullOneRefuses() throws Exception {
    try (LogStore store = fixture.open(fixture.config().withQueue(10, 1 << 20))) {
      StoreProbe probe = new StoreProbe(store);
      PretendStream stream = opened(store, 1);
      AtomicInteger relieved = new AtomicInteger();
      store.whenRelieved(relieved::incrementAndGet);
      assertEquals(1, relieved.get(), "at once, since nothing waits");
      List<CompletableFuture<Long>> answers = new ArrayList<>();
      for (int i = 0; i < 10; i++) {
        answers.add(probe.begin(stream, stream.batch(1)));
        assertEquals(i >= 5, store.isCrowded(), "after " + (i + 1));
      }
      store.whenRelieved(relieved::incrementAndGet);
      assertEquals(Code.BUSY, probe.refusal(stream, stream.batch(1)).code());
      assertEquals(1, relieved.get());
      turn(store);
      assertEquals(2, relieved.get());
      assertFalse(store.isCrowded());
      assertTrue(answers.stream().noneMatch(CompletableFuture::isCompletedExceptionally));
    }
  }

  @Test
  void oneBatchLargerThanTheQueueStillGoesThrough() throws Exception {
    try (LogStore store = fixture.open(fixture.config().withQueue(10, 1000))) {
      StoreProbe probe = new StoreProbe(store);
      PretendStream stream = opened(store, 1);
      CompletableFuture<Long> answer = probe.begin(stream, stream.batch(10, 1000));
      turn(store);
      assertEquals(10, answer.get());
    }
  }

  @Test
  void closingFinishesWhatWaits() throws Exception {
    LogStore store = fixture.open(fixture.config());
    StoreProbe probe = new StoreProbe(store);
    PretendStream stream = opened(store, 1);
    CompletableFuture<Long> answer = probe.begin(stream, stream.batch(1));
    store.close();
    assertEquals(1, answer.get());
    store.close();
  }

  @Test
  void thousandsOfPartitionsCostNothingUntilTheyAreUsed() throws Exception {
    TopicSpec wide = new TopicSpec("t", new Layout.Partitions(5000), true, TopicLimits.DEFAULT);
    try (LogStore store = fixture.open(fixture.config())) {
      store.createTopic(wide);
      int opened = fixture.disk().opened();
      for (int i = 0; i < 5000; i++) {
        StoreProbe probe = new StoreProbe(store);
        assertEquals(0, probe.partition("t", i).endOffset());
      }
      assertEquals(opened, fixture.disk().opened());
      PretendStream stream = opened(store, 1);
      StoreProbe probe = new StoreProbe(store);
      CompletableFuture<Long> answer = probe.begin(stream, stream.batch(1));
      turn(store);
      assertEquals(1, answer.get());
      assertTrue(fixture.disk().opened() <= opened + 4, "the files of one partition");
    }
  }

  @Test
  void partitionsAreLookedIntoAfterTheStartWhileNothingElseIsToDo() throws Exception {
    try (LogStore store = fixture.open(fixture.config())) {
      for (int i = 0; i < 4; i++) {
        PretendStream stream = opened(store, i);
        CompletableFuture<Long> answer = new StoreProbe(store).begin(stream, stream.batch(3));
        turn(store);
        assertEquals(3, answer.get());
      }
    }
    try (LogStore store = fixture.open(fixture.config())) {
      assertTrue(store.streams().stream().allMatch(s -> s.next() == StreamStatus.UNREAD));
      assertTrue(store.agent().doWork(0) > 0, "nothing else is to do");
      turn(store);
      assertTrue(store.streams().stream().allMatch(s -> s.next() == 3));
      assertEquals(0, store.agent().doWork(0));
    }
  }

  /// A stream that must be opened without a refusal.
  private static final class Expected implements StreamOpened {
    @Override
    public void opened(long next, long digestAtNext, long digestAtEdgeEnd) {
      assertEquals(0, next);
    }

    @Override
    public void refused(StoreRefused why) {
      throw new AssertionError(why);
    }
  }
}
