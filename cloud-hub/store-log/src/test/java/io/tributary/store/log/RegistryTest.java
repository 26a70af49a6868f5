package io.tributary.store.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tributary.store.Layout;
import io.tributary.store.StoreRefused;
import io.tributary.store.StoreRefused.Code;
import io.tributary.store.StreamSpec;
import io.tributary.store.StreamStatus;
import io.tributary.store.TopicLimits;
import io.tributary.store.TopicSpec;
import io.tributary.store.conformance.PretendStream;
import io.tributary.store.conformance.StoreProbe;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// What holds when the registry, or what it tells of, is not as it was left.
class RegistryTest {
  private static final TopicSpec PER_EDGE =
      new TopicSpec("t", new Layout.PerEdge(1), true, TopicLimits.DEFAULT);

  private final LogStoreFixture fixture = new LogStoreFixture();

  RegistryTest() throws IOException {}

  @AfterEach
  void close() throws IOException {
    fixture.close();
  }

  private LogStore start() throws IOException {
    return fixture.open(fixture.config()).start(Throwable::printStackTrace);
  }

  private void fill() throws Exception {
    try (LogStore store = start()) {
      StoreProbe probe = new StoreProbe(store);
      for (int i = 1; i <= 5; i++) {
        PretendStream stream = new PretendStream("edge-" + i, "t", i);
        probe.open(stream, PER_EDGE);
        probe.append(stream, stream.batch(i));
      }
    }
  }

  private static Map<StreamSpec, Integer> places(LogStore store) {
    return store.streams().stream()
        .collect(Collectors.toMap(StreamStatus::stream, StreamStatus::partition));
  }

  @Test
  void whatOneCopyLostIsTakenFromTheOther() throws Exception {
    fill();
    Map<StreamSpec, Integer> before;
    try (LogStore store = start()) {
      before = places(store);
    }
    for (int copy = 1; copy <= 2; copy++) { // one after the other: the first is whole again then
      fixture.deleteTree("registry/" + copy);
      try (LogStore store = start()) {
        assertEquals(before, places(store));
        assertEquals(PER_EDGE, Objects.requireNonNull(store.topic("t")).spec());
      }
    }
  }

  @Test
  void aFlippedByteInTheRegistryLosesNoStream() throws Exception {
    fill();
    Path segment;
    try (Stream<Path> files = Files.walk(fixture.directory().resolve("registry/1"))) {
      segment = files.filter(f -> f.toString().endsWith(".segment")).findFirst().orElseThrow();
    }
    byte[] bytes = Files.readAllBytes(segment);
    for (int at = bytes.length / 2; at < bytes.length; at += 97) {
      byte[] damaged = bytes.clone();
      damaged[at] ^= 0x10;
      Files.write(segment, damaged);
      try (LogStore store = start()) {
        assertEquals(5, places(store).size(), "flipped at " + at);
      }
      Files.write(segment, bytes);
    }
  }

  @Test
  void dataWithoutARegistryIsNotWrittenOver() throws Exception {
    fill();
    fixture.deleteTree("registry");
    IOException why = assertThrows(IOException.class, this::start);
    assertTrue(String.valueOf(why.getMessage()).contains("registry"), why.getMessage());
  }

  @Test
  void dataOfAnUnknownTopicIsNotWrittenOver() throws Exception {
    fill();
    Files.createDirectories(fixture.directory().resolve("topics/u/0"));
    try (LogStore store = start()) {
      TopicSpec spec = new TopicSpec("u", new Layout.Partitions(1), true, TopicLimits.DEFAULT);
      StoreRefused why = assertThrows(StoreRefused.class, () -> store.createTopic(spec));
      assertEquals(Code.TOPIC_EXISTS, why.code());
    }
  }

  @Test
  void theTopicsOfAnotherHubAreNotTakenForOurs() throws Exception {
    fill();
    UUID other = new UUID(9, 9);
    IOException why = assertThrows(IOException.class, () -> fixture.open(LogStoreConfig.of(other)));
    assertTrue(String.valueOf(why.getMessage()).contains(other.toString()), why.getMessage());
    try (LogStore store = start()) {
      assertEquals(5, places(store).size());
    }
  }

  @Test
  void boundsThatCouldNotBeRecordedStayAsTheyWere() throws Exception {
    fill();
    TopicLimits other = new TopicLimits(1000, -1, 64 * 1024, 4096);
    try (LogStore store = start()) {
      fixture.disk().fill("registry/2");
      assertThrows(StoreRefused.class, () -> store.changeLimits("t", other));
      assertEquals(PER_EDGE, Objects.requireNonNull(store.topic("t")).spec());
      fixture.disk().heal();
      store.createTopic(new TopicSpec("v", new Layout.Partitions(1), true, TopicLimits.DEFAULT));
    }
    try (LogStore store = start()) {
      assertEquals(PER_EDGE, Objects.requireNonNull(store.topic("t")).spec());
      assertEquals(5, places(store).size());
    }
  }
}
