package io.tributary.store.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tributary.store.Layout;
import io.tributary.store.Store;
import io.tributary.store.StoreRefused;
import io.tributary.store.StoreRefused.Code;
import io.tributary.store.TopicChanged;
import io.tributary.store.TopicLimits;
import io.tributary.store.TopicSpec;
import io.tributary.store.TopicStatus;
import io.tributary.store.conformance.PretendStream;
import io.tributary.store.conformance.StoreProbe;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// More partitions and deleted records when the hub stops in the middle, the disk refuses, or a copy of the registry is
/// older than the other. The store has no thread: the test turns its cycle. A crash is a start over what lies on the disk,
/// while the store before has never closed.
class AlterationCrashTest {
  private static final TopicSpec ORDERS =
      new TopicSpec(
          "orders", new Layout.Partitions(2), false, new TopicLimits(-1, -1, 64 * 1024, 16 * 1024));

  private final LogStoreFixture fixture = new LogStoreFixture();
  private final PretendStream producer = new PretendStream("a", "orders", 7_001);
  private LogStore store = fixture.open(fixture.config());

  AlterationCrashTest() throws IOException {}

  @AfterEach
  void close() throws IOException {
    fixture.disk().heal();
    store.close();
    fixture.close();
  }

  private StoreProbe probe() {
    return new StoreProbe(store);
  }

  private void turn() {
    try {
      store.agent().doWork(0);
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  /// What lies on the disk at this moment is opened again.
  private void crash() throws IOException {
    store = fixture.open(fixture.config());
  }

  private void restart() throws IOException {
    store.close();
    crash();
  }

  private void fill(int batches) throws StoreRefused {
    fill(batches, 10);
  }

  private void fill(int batches, int recordBytes) throws StoreRefused {
    store.createTopic(ORDERS);
    for (int i = 0; i < batches; i++) {
      CompletableFuture<Long> answer =
          probe().beginProduce("orders", 0, producer.batch(10, recordBytes).bytes());
      turn();
      probe().await(answer);
    }
  }

  private CompletableFuture<Long> delete(long offset) {
    CompletableFuture<Long> answer = probe().beginDeleteRecords("orders", 0, offset);
    turn();
    return answer;
  }

  private CompletableFuture<Integer> grow(int count) {
    CompletableFuture<Integer> answer = new CompletableFuture<>();
    store.createPartitions(
        "orders",
        count,
        new TopicChanged() {
          @Override
          public void changed(TopicStatus topic) {
            answer.complete(topic.partitions());
          }

          @Override
          public void refused(StoreRefused why) {
            answer.completeExceptionally(why);
          }
        });
    turn();
    return answer;
  }

  private static Code code(CompletableFuture<?> refused) {
    Throwable why = assertThrows(ExecutionException.class, refused::get).getCause();
    return assertInstanceOf(StoreRefused.class, why).code();
  }

  private int partitions() {
    return Objects.requireNonNull(store.topic("orders")).partitions();
  }

  private long start() throws StoreRefused {
    return probe().partition("orders", 0).startOffset();
  }

  private long segments() throws IOException {
    try (Stream<Path> files = Files.list(fixture.directory().resolve("topics/orders/0"))) {
      return files.filter(file -> file.toString().endsWith(".segment")).count();
    }
  }

  @Test
  void whatWasAnsweredOutlivesACrash() throws Exception {
    fill(5);
    assertEquals(23, delete(23).join());
    assertEquals(4, grow(4).join());
    crash();
    assertEquals(23, start());
    assertEquals(4, partitions());
    assertEquals(27, probe().read("orders", 0).size());
    assertEquals(50, delete(Store.END).join());
    crash();
    assertEquals(50, start());
    CompletableFuture<Long> next = probe().beginProduce("orders", 0, producer.batch(3).bytes());
    turn();
    assertEquals(50, next.join());
    crash();
    assertEquals(3, probe().read("orders", 0).size());
  }

  @Test
  void segmentsBelowTheStartGoAndThoseThatCouldNotGoLater() throws Exception {
    fill(100, 500);
    long before = segments();
    assertTrue(before > 2, "segments: " + before);
    fixture.disk().keep("topics/orders/0");
    assertEquals(995, delete(995).join());
    assertEquals(before, segments());
    assertEquals(995, start());
    fixture.disk().heal();
    crash();
    assertEquals(995, start());
    fixture.advance(Duration.ofSeconds(2));
    turn();
    assertEquals(1, segments());
    assertEquals(5, probe().read("orders", 0).size());
  }

  @Test
  void whatTheRegistryCouldNotRecordIsNotDone() throws Exception {
    fill(2);
    fixture.disk().fill("registry/2");
    assertEquals(Code.FAILED, code(delete(5)));
    assertEquals(Code.FAILED, code(grow(5)));
    assertEquals(0, start());
    assertEquals(2, partitions());
    fixture.disk().heal();
    store.createTopic(new TopicSpec("v", new Layout.Partitions(1), false, TopicLimits.DEFAULT));
    restart();
    assertEquals(0, start());
    assertEquals(2, partitions());
    assertEquals(20, probe().read("orders", 0).size());
  }

  @Test
  void anOlderCopyOfTheRegistryTakesNothingBack() throws Exception {
    fill(2);
    store.close();
    Path old = Files.createTempDirectory("registry-copy");
    for (int copy = 1; copy <= 2; copy++) {
      Path kept = fixture.directory().resolve("registry/" + copy);
      copyFiles(kept, old);
      crash();
      assertEquals(5 + copy, delete(5 + copy).join());
      assertEquals(2 + copy, grow(2 + copy).join());
      store.close();
      copyFiles(old, kept);
      crash();
      assertEquals(5 + copy, start());
      assertEquals(2 + copy, partitions());
      store.close();
    }
    crash();
    assertFalse(probe().read("orders", 0).isEmpty());
    try (Stream<Path> left = Files.list(old)) {
      for (Path file : left.toList()) {
        Files.delete(file);
      }
    }
    Files.delete(old);
  }

  /// One directory's files in the place of all of another's.
  private static void copyFiles(Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.list(to)) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
    }
    try (Stream<Path> files = Files.list(from)) {
      for (Path file : files.toList()) {
        Files.copy(file, to.resolve(file.getFileName()), StandardCopyOption.REPLACE_EXISTING);
      }
    }
  }
}
