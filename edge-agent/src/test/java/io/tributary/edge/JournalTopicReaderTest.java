package io.tributary.edge;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tributary.adapter.Completion;
import io.tributary.adapter.Found;
import io.tributary.adapter.Reading;
import io.tributary.adapter.TopicPosition;
import io.tributary.log.Admission;
import io.tributary.log.FileDisk;
import io.tributary.log.FullPolicy;
import io.tributary.log.Journal;
import io.tributary.log.JournalConfig;
import io.tributary.record.Compression;
import io.tributary.record.EncodedHeaders;
import io.tributary.record.Header;
import io.tributary.record.Limits;
import io.tributary.record.RecordRefused;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What an adapter reads of a topic, over a journal on disk.
final class JournalTopicReaderTest {
  private static final long NOW_MS = 1_700_000_000_000L;
  private static final long STREAM = 7;
  private static final long OTHER = 8;

  @TempDir private Path directory;

  @Test
  void readsOneTopicInOrderAndOnlyWhatIsDurable() throws IOException {
    try (Journal journal = open(FullPolicy.BLOCK, Compression.none())) {
      JournalTopicReader reader = reader(journal, TopicPosition.OLDEST);
      assertNull(reader.next());
      journal.createStream(OTHER, "other");
      journal.createStream(STREAM, "t");
      add(journal, STREAM, "a");
      add(journal, OTHER, "x");
      add(journal, STREAM, "b");
      assertNull(reader.next());
      journal.commit(NOW_MS);
      add(journal, STREAM, "c");
      assertEquals(List.of("0 a", "1 b"), rest(reader));
      assertEquals(0, reader.ahead());
      journal.commit(NOW_MS);
      assertEquals(1, reader.ahead());
      assertEquals(List.of("2 c"), rest(reader));
      reader.close();
    }
  }

  @Test
  void aReadingKeepsItsKeyTimestampAndHeaders() throws Exception {
    try (Journal journal = open(FullPolicy.BLOCK, Compression.gzip())) {
      journal.createStream(STREAM, "t");
      Header header = new Header("edge", new byte[] {1});
      EncodedHeaders headers = EncodedHeaders.of(List.of(header));
      journal.add(STREAM, 42, new byte[] {9}, null, headers);
      journal.commit(NOW_MS);
      JournalTopicReader reader = reader(journal, TopicPosition.OLDEST);
      Found.Stored found = (Found.Stored) reader.next();
      assertNotNull(found);
      assertEquals(42, found.record().timestampMs());
      assertEquals(List.of(header), found.record().headers());
      assertNull(found.record().value());
      assertEquals(new TopicPosition(STREAM, 1), found.behind());
      reader.close();
    }
  }

  @Test
  void goesOnAtAPositionInTheMiddleOfABatchAlsoAfterARestart() throws IOException {
    TopicPosition position;
    try (Journal journal = open(FullPolicy.BLOCK, Compression.none())) {
      journal.createStream(STREAM, "t");
      for (int i = 0; i < 10; i++) {
        add(journal, STREAM, "r" + i);
      }
      journal.commit(NOW_MS);
      JournalTopicReader reader = reader(journal, TopicPosition.OLDEST);
      for (int i = 0; i < 3; i++) {
        assertNotNull(reader.next());
      }
      position = new TopicPosition(STREAM, 3);
      assertEquals(7, reader.ahead());
      reader.seek(new TopicPosition(STREAM, 8));
      assertEquals(List.of("8 r8", "9 r9"), rest(reader));
      reader.close();
    }
    try (Journal journal = open(FullPolicy.BLOCK, Compression.none())) {
      JournalTopicReader reader = reader(journal, position);
      assertEquals(IntStream.range(3, 10).mapToObj(i -> i + " r" + i).toList(), rest(reader));
      reader.close();
    }
  }

  @Test
  void beginsWithTheNewest() throws IOException {
    try (Journal journal = open(FullPolicy.BLOCK, Compression.none())) {
      JournalTopicReader unborn = reader(journal, TopicPosition.NEWEST);
      assertEquals(TopicPosition.OLDEST, unborn.position());
      journal.createStream(STREAM, "t");
      add(journal, STREAM, "a");
      journal.commit(NOW_MS);
      JournalTopicReader reader = reader(journal, TopicPosition.NEWEST);
      assertEquals(new TopicPosition(STREAM, 1), reader.position());
      add(journal, STREAM, "b");
      journal.commit(NOW_MS);
      assertEquals(List.of("0 a", "1 b"), rest(unborn));
      assertEquals(List.of("1 b"), rest(reader));
      reader.close();
      unborn.close();
    }
  }

  /// A card was replaced, or its journal lost a tail that was acknowledged.
  @Test
  void aPositionThatTheJournalDoesNotKnowLosesNothing() throws IOException {
    try (Journal journal = open(FullPolicy.BLOCK, Compression.none())) {
      journal.createStream(STREAM, "t");
      add(journal, STREAM, "a");
      journal.commit(NOW_MS);
      JournalTopicReader stranger = reader(journal, new TopicPosition(99, 5));
      JournalTopicReader beyond = reader(journal, new TopicPosition(STREAM, 50));
      assertEquals(List.of("0 a"), rest(stranger));
      assertEquals(List.of(), rest(beyond));
      add(journal, STREAM, "b");
      journal.commit(NOW_MS);
      assertEquals(List.of("1 b"), rest(beyond));
      stranger.close();
      beyond.close();
    }
  }

  @Test
  void whatWasDroppedIsMissingAndCounted() throws IOException {
    try (Journal journal = open(FullPolicy.DROP_OLDEST, Compression.none())) {
      journal.createStream(STREAM, "t");
      add(journal, STREAM, "first");
      journal.commit(NOW_MS);
      JournalTopicReader reader = reader(journal, TopicPosition.OLDEST);
      assertEquals(List.of("0 first"), rest(reader));
      String large = "x".repeat(60_000);
      while (journal.stream(STREAM).start() == 0) {
        add(journal, STREAM, large);
        journal.commit(NOW_MS);
      }
      long start = journal.stream(STREAM).start();
      long end = journal.stream(STREAM).end();
      List<Found> found = all(reader);
      Found.Missing missing = (Found.Missing) found.getFirst();
      assertEquals(start - 1, missing.count());
      assertEquals("drop-oldest", missing.why());
      assertEquals(new TopicPosition(STREAM, start), missing.behind());
      assertEquals(end - start, found.size() - 1);
      reader.close();
    }
  }

  /// What lies behind the place where a stream is sealed is read once, also when some of it was read before.
  @Test
  void goesOnWhereAStreamWasSealed() throws IOException {
    try (Journal journal = open(FullPolicy.BLOCK, Compression.none())) {
      journal.createStream(STREAM, "t");
      for (int i = 0; i < 6; i++) {
        add(journal, STREAM, "r" + i);
        journal.commit(NOW_MS);
      }
      JournalTopicReader early = reader(journal, TopicPosition.OLDEST);
      assertEquals("0 r0", line(early.next()));
      JournalTopicReader late = reader(journal, TopicPosition.OLDEST);
      assertEquals(6, rest(late).size());
      long successor = journal.seal(STREAM, 2, NOW_MS).successor();
      while (journal.move(NOW_MS)) {
        // Until all is moved.
      }
      assertNotEquals(STREAM, successor);
      add(journal, successor, "new");
      journal.commit(NOW_MS);
      assertEquals(List.of("1 r1", "0 r2", "1 r3", "2 r4", "3 r5", "4 new"), rest(early));
      assertEquals(List.of("4 new"), rest(late));
      JournalTopicReader restored = reader(journal, new TopicPosition(STREAM, 5));
      assertEquals(List.of("3 r5", "4 new"), rest(restored));
      Stream.of(early, late, restored).forEach(JournalTopicReader::close);
    }
  }

  @Test
  void tellsItsAdapterOfEachCommitUntilItIsClosed() throws IOException {
    try (Journal journal = open(FullPolicy.BLOCK, Compression.none())) {
      JournalAgent agent = agent(journal);
      List<String> told = new ArrayList<>();
      JournalTopicReader reader =
          new JournalTopicReader(agent, "t", TopicPosition.OLDEST, () -> told.add("more"));
      SourceEmitter emitter =
          new SourceEmitter(
              new Journals(
                  Map.of("normal", agent), Map.of("t", "normal"), new LocalTopics(Set.of())),
              "edge",
              "mqtt",
              () -> {},
              bug -> told.add(bug.toString()));
      long now = System.nanoTime();
      for (int commits = 1; commits <= 2; commits++) {
        assertTrue(
            emitter.emit(new Reading("t", 1, null, null, List.of(), List.of()), Completion.NONE));
        agent.doWork(now);
        now += 10_000_000;
        agent.doWork(now);
        assertEquals(List.of("more"), told);
        reader.close();
      }
    }
  }

  private static void add(Journal journal, long stream, String value) throws IOException {
    try {
      Admission admission =
          journal.add(stream, 1, null, value.getBytes(StandardCharsets.UTF_8), EncodedHeaders.NONE);
      assertEquals(Admission.ADMITTED, admission);
    } catch (RecordRefused e) {
      throw new IllegalArgumentException(e);
    }
  }

  private static List<String> rest(JournalTopicReader reader) throws IOException {
    return all(reader).stream().map(JournalTopicReaderTest::line).toList();
  }

  private static List<Found> all(JournalTopicReader reader) throws IOException {
    List<Found> all = new ArrayList<>();
    for (Found found = reader.next(); found != null; found = reader.next()) {
      all.add(found);
    }
    return all;
  }

  private static String line(@Nullable Found found) {
    assertNotNull(found);
    return switch (found) {
      case Found.Stored stored -> {
        byte[] value = stored.record().value();
        assertNotNull(value);
        yield stored.at().offset() + " " + new String(value, StandardCharsets.UTF_8);
      }
      case Found.Missing missing -> "missing " + missing.count() + " " + missing.why();
    };
  }

  private JournalTopicReader reader(Journal journal, TopicPosition from) {
    return new JournalTopicReader(agent(journal), "t", from, () -> {});
  }

  private static JournalAgent agent(Journal journal) {
    return new JournalAgent(
        "normal",
        journal,
        FullPolicy.BLOCK,
        new Streams(journal, new SplittableRandom(1)),
        OutletLimits.DEFAULT,
        2_000_000,
        true,
        () -> NOW_MS);
  }

  private Journal open(FullPolicy policy, Compression compression) throws IOException {
    FileDisk disk = new FileDisk(directory);
    disk.createDirectories("journal");
    return Journal.open(
        disk,
        "journal",
        new JournalConfig(
            new UUID(1, 2),
            "normal",
            64 << 10,
            256 * 1024,
            Limits.EDGE_BATCH_BYTES,
            JournalConfig.QUOTA_BYTES_LEAST,
            policy,
            compression,
            0,
            Limits.EDGE),
        NOW_MS);
  }
}
