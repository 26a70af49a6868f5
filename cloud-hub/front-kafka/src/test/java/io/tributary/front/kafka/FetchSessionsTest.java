package io.tributary.front.kafka;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.util.concurrent.ImmediateEventExecutor;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Which sessions there is room for, and which have to go.
class FetchSessionsTest {
  private static final long LATER_MS = FetchSessions.EVICTABLE_MS + 1;

  @TempDir Path directory;
  private final FetchSessions sessions = new FetchSessions(3, 100);
  private FileStore store;
  private Fetching alice;
  private Fetching bob;

  @BeforeEach
  void start() throws IOException {
    store = new FileStore(directory);
    InetSocketAddress listen = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    FrontConfig config = FrontConfig.of(listen, "c");
    Catalog catalog = new Catalog(store, config, new FrontCounters(), null);
    alice = new Fetching(catalog, new FrontCounters(), FrontLimits.DEFAULT, sessions);
    bob = new Fetching(catalog, new FrontCounters(), FrontLimits.DEFAULT, sessions);
  }

  @AfterEach
  void stop() {
    store.close();
  }

  private static FetchPlaces places(int count) {
    FetchPlaces places = new FetchPlaces();
    List<Request.Fetch.Place> asked =
        IntStream.range(0, count).mapToObj(i -> new Request.Fetch.Place(i, 0, 1)).toList();
    places.ask(List.of(new Request.Fetch.Topic(TopicRef.named("t"), asked)));
    return places;
  }

  private @Nullable FetchSession open(Fetching owner, int size, long nowMs) {
    return sessions.open(owner, places(size), false, ImmediateEventExecutor.INSTANCE, nowMs);
  }

  private FetchSession opened(Fetching owner, int size, long nowMs) {
    FetchSession session = open(owner, size, nowMs);
    assertNotNull(session);
    return session;
  }

  private boolean isThere(FetchSession session) {
    return sessions.find(session.id(), session.owner()) == session;
  }

  @Test
  void areBoundedInNumber() {
    for (int i = 0; i < 3; i++) {
      opened(alice, 10, 0);
    }
    assertNull(open(alice, 20, 0));
    assertNull(open(bob, 20, FetchSessions.EVICTABLE_MS));
    assertEquals(3, sessions.count());
  }

  @Test
  void areBoundedInWhatTheyHoldTogether() {
    assertNull(open(alice, 101, 0));
    FetchSession first = opened(alice, 50, 0);
    opened(bob, 50, 0);
    assertNull(open(bob, 1, 0));
    sessions.end(first);
    sessions.end(first);
    assertNotNull(open(bob, 50, 0));
    assertNull(open(bob, 1, 0));
  }

  @Test
  void aSessionThatWasNotUsedForLongGoes() {
    FetchSession unused = opened(alice, 30, 0);
    FetchSession used = opened(alice, 1, 0);
    opened(alice, 1, LATER_MS);
    used.advance(LATER_MS);
    assertNotNull(open(bob, 1, LATER_MS));
    assertFalse(isThere(unused));
    assertTrue(isThere(used));
  }

  @Test
  void aSmallerSessionThatIsOldGoesForALargerOne() {
    FetchSession small = opened(alice, 5, 0);
    FetchSession large = opened(alice, 20, 0);
    FetchSession young = opened(alice, 1, LATER_MS);
    small.advance(LATER_MS);
    large.advance(LATER_MS);
    assertNull(open(bob, 5, LATER_MS));
    assertNotNull(open(bob, 6, LATER_MS));
    assertFalse(isThere(small));
    assertTrue(isThere(large) && isThere(young));
  }

  @Test
  void growAsFarAsThereIsRoom() {
    FetchSession session = opened(alice, 40, 0);
    FetchSession other = opened(bob, 40, 0);
    session.places().ask(List.of(topic("u", 20)));
    assertTrue(sessions.resize(session));
    other.places().ask(List.of(topic("u", 1)));
    assertFalse(sessions.resize(other));
    sessions.end(session);
    assertTrue(sessions.resize(other));
    sessions.end(other);
    assertFalse(sessions.resize(other));
    assertNotNull(open(bob, 100, 0));
  }

  private static Request.Fetch.Topic topic(String name, int partitions) {
    return new Request.Fetch.Topic(
        TopicRef.named(name),
        IntStream.range(0, partitions).mapToObj(i -> new Request.Fetch.Place(i, 0, 1)).toList());
  }

  @Test
  void belongToOneClientAndEndWithIt() {
    FetchSession first = opened(alice, 1, 0);
    FetchSession second = opened(bob, 1, 0);
    assertNull(sessions.find(first.id(), bob));
    assertSame(first, sessions.find(first.id(), alice));
    assertEquals(List.of(first), sessions.endAllOf(alice));
    assertFalse(isThere(first));
    assertTrue(isThere(second));
  }

  @Test
  void theEpochAfterTheLargestIsOne() {
    FetchSession session = opened(alice, 1, 0);
    for (int epoch = 1; epoch < 5; epoch++) {
      assertEquals(epoch, session.epoch());
      session.advance(0);
    }
    assertEquals(1, FetchSession.behind(Integer.MAX_VALUE));
  }
}
