package io.tributary.store.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tributary.store.Layout;
import io.tributary.store.StoreRefused;
import io.tributary.store.StoreRefused.Code;
import io.tributary.store.TopicLimits;
import io.tributary.store.TopicSpec;
import io.tributary.store.conformance.PretendStream;
import io.tributary.store.conformance.StoreProbe;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// The files of deleted topics, and a registry of which a part is lost. The store has no thread: the test turns its cycle.
class TopicDeletionTest {
  private static final TopicSpec SPEC =
      new TopicSpec("t", new Layout.Partitions(2), true, TopicLimits.DEFAULT);

  private final LogStoreFixture fixture = new LogStoreFixture();
  private LogStore store = fixture.open(fixture.config());

  TopicDeletionTest() throws IOException {}

  @AfterEach
  void close() throws IOException {
    fixture.disk().heal();
    store.close();
    fixture.close();
  }

  private StoreProbe probe() {
    return new StoreProbe(store);
  }

  private void restart() throws IOException {
    store.close();
    store = fixture.open(fixture.config());
  }

  private void turn() {
    try {
      store.agent().doWork(0);
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  private void turnUntilIdle() {
    fixture.advance(Duration.ofSeconds(2)); // what failed is tried again
    for (int i = 0; i < 100; i++) {
      turn();
    }
  }

  /// A new life of the stream, with so many records.
  private PretendStream fill(int records) {
    PretendStream stream = new PretendStream("edge-1", "t", 1);
    Opening opening = new Opening();
    store.openStream(stream.spec(), records, SPEC, opening);
    turn();
    assertEquals(0, opening.next);
    CompletableFuture<Long> answer = probe().begin(stream, stream.batch(records));
    turn();
    assertEquals(records, answer.join());
    return stream;
  }

  private CompletableFuture<?> delete() {
    CompletableFuture<?> answer = probe().beginDelete("t");
    turn();
    return answer;
  }

  private static Code codeOf(CompletableFuture<?> refused) {
    Throwable why = assertThrows(Exception.class, refused::get).getCause();
    return why instanceof StoreRefused refusal ? refusal.code() : Code.CLOSED;
  }

  private List<String> files() throws IOException {
    Path topics = fixture.directory().resolve("topics");
    try (Stream<Path> all = Files.walk(topics)) {
      return all.map(topics::relativize)
          .map(Path::toString)
          .filter(name -> name.startsWith("t"))
          .sorted()
          .toList();
    }
  }

  private static final class Opening implements io.tributary.store.StreamOpened {
    private long next = -1;

    @Override
    public void opened(long at, long digestAtNext, long digestAtEdgeEnd) {
      next = at;
    }

    @Override
    public void refused(StoreRefused why) {
      throw new AssertionError(why);
    }
  }

  @Test
  void nothingOfItIsLeftOnTheDisk() throws Exception {
    fill(5);
    assertFalse(files().isEmpty());
    delete().get();
    turnUntilIdle();
    assertEquals(List.of(), files());
    assertEquals(List.of(), store.status().troubles());
  }

  @Test
  void whatTheStopLeftOverIsRemovedAfterTheNextStart() throws Exception {
    fixture.disk().keep("topics/t");
    fill(5);
    delete().get();
    turnUntilIdle();
    assertEquals(1, store.status().troubles().size());
    assertTrue(store.status().troubles().getFirst().contains("'t'"));
    fixture.disk().heal();
    restart();
    assertNull(store.topic("t"));
    turnUntilIdle();
    assertEquals(List.of(), files());
    assertEquals(List.of(), store.status().troubles());
  }

  @Test
  void aNewLifeLiesBesideWhatCannotBeRemoved() throws Exception {
    fixture.disk().keep("topics/t");
    for (int life = 1; life <= 3; life++) {
      PretendStream stream = fill(life);
      turnUntilIdle();
      assertEquals(stream.records(), probe().records("t"));
      restart();
      assertEquals(stream.records(), probe().records("t"));
      delete().get();
    }
    PretendStream last = fill(9);
    fixture.disk().heal();
    turnUntilIdle();
    assertTrue(
        files().stream().allMatch(f -> f.equals("t") || f.contains("~3")), files()::toString);
    restart();
    assertEquals(last.records(), probe().records("t"));
    delete().get();
    turnUntilIdle();
    assertEquals(List.of(), files());
    fill(1);
    assertTrue(files().stream().noneMatch(f -> f.contains("~")), files()::toString);
  }

  @Test
  void aDeletionThatFindsNoSpaceChangesNothing() throws Exception {
    PretendStream stream = fill(2);
    fixture.disk().fill("registry/1");
    assertEquals(Code.NO_SPACE, codeOf(delete()));
    CompletableFuture<Long> more = probe().begin(stream, stream.batch(1));
    turn();
    assertEquals(3, more.join());
    fixture.disk().heal();
    restart();
    assertEquals(stream.records(), probe().records("t"));
  }

  @Test
  void aDeletionThatIsInDoubtAcknowledgesNothingUntilTheNextStart() throws Exception {
    PretendStream stream = fill(2);
    fixture.disk().breakForces("registry/2");
    assertEquals(Code.FAILED, codeOf(delete()));
    assertNotNull(store.topic("t"));
    CompletableFuture<Long> more = probe().begin(stream, stream.batch(1));
    turn();
    assertEquals(Code.FAILED, codeOf(more));
    fixture.disk().heal();
    restart();
    assertNull(store.topic("t"), "one copy knows of the deletion, which is enough");
    fill(1);
  }

  @Test
  void aCopyOfTheRegistryThatSleptThroughADeletionBringsNothingBack() throws Exception {
    fill(2);
    store.close();
    Path old = fixture.directory().resolve("registry/2");
    Path kept = fixture.directory().resolve("kept");
    copy(old, kept);
    store = fixture.open(fixture.config());
    delete().get();
    turnUntilIdle();
    for (boolean isBornAgain : new boolean[] {false, true}) {
      PretendStream stream = isBornAgain ? fill(7) : null;
      store.close();
      fixture.deleteTree("registry/2");
      copy(kept, old);
      store = fixture.open(fixture.config());
      assertEquals(isBornAgain ? 1 : 0, store.streams().size());
      if (stream != null) {
        assertEquals(stream.records(), probe().records("t"));
        turnUntilIdle();
        restart();
        assertEquals(stream.records(), probe().records("t"));
      } else {
        assertNull(store.topic("t"));
      }
    }
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> all = Files.walk(from)) {
      for (Path each : all.sorted().toList()) {
        Files.copy(each, to.resolve(from.relativize(each).toString()));
      }
    }
  }
}
