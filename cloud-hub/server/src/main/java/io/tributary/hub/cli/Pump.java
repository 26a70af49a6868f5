package io.tributary.hub.cli;

import static java.util.Objects.requireNonNull;

import io.tributary.settings.HostAndPort;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// Moves the batches of one topic from their leaders to a {@link Batches.Finder}, and knows the next
/// offset of each partition. The next batches are asked for before those that came are looked at.
final class Pump {
  private static final int MAX_WAIT_MS = 500;

  /// How long to leave a partition alone that could not be read.
  private static final int PAUSE_MS = 500;

  private final KafkaReader reader;
  private final Map<Integer, Long> next;
  private final Notices notices;
  private final Batches batches = new Batches();

  /// The questions under way: the offsets that each leader was asked for.
  private final Map<HostAndPort, Map<Integer, Long>> asked = new HashMap<>();

  private KafkaReader.Topic topic;
  private Map<HostAndPort, List<Integer>> byLeader;
  private boolean enough;

  /// @param next the offset to begin with of each partition that is to be read; kept up to date, so
  ///     that another pump can go on
  Pump(KafkaReader reader, KafkaReader.Topic topic, Map<Integer, Long> next, Notices notices) {
    this.reader = reader;
    this.topic = topic;
    this.byLeader = reader.byLeader(topic);
    this.next = next;
    this.notices = notices;
  }

  /// What is called between answers, with nothing half done.
  interface Between {
    void answers() throws IOException;
  }

  /// Takes note of where the topic's partitions are now.
  void update(KafkaReader.Topic current) {
    topic = current;
    byLeader = reader.byLeader(current);
  }

  /// Reads until all partitions have reached `ends`, or the finder has enough.
  ///
  /// @param ends the offset behind the last one of interest; a partition without one has no end
  void run(Map<Integer, Long> ends, Batches.Finder finder, Between between) throws IOException {
    askAll(ends);
    while (!asked.isEmpty()) {
      for (HostAndPort leader : List.copyOf(asked.keySet())) {
        List<KafkaReader.Portion> portions = reader.batches(leader, MAX_WAIT_MS);
        Map<Integer, Long> from = requireNonNull(asked.remove(leader));
        advance(portions);
        ask(leader, ends);
        show(portions, from, ends, finder);
        if (enough) {
          return;
        }
      }
      between.answers();
      askAll(ends);
    }
  }

  /// Asks those leaders who have no question to answer.
  private void askAll(Map<Integer, Long> ends) throws IOException {
    for (HostAndPort leader : byLeader.keySet()) {
      if (!asked.containsKey(leader)) {
        ask(leader, ends);
      }
    }
  }

  private void ask(HostAndPort leader, Map<Integer, Long> ends) throws IOException {
    Map<Integer, Long> positions = new TreeMap<>();
    for (int partition : byLeader.getOrDefault(leader, List.of())) {
      Long offset = next.get(partition);
      if (offset != null && offset < ends.getOrDefault(partition, Long.MAX_VALUE)) {
        positions.put(partition, offset);
      }
    }
    if (!positions.isEmpty()) {
      reader.askForBatches(leader, topic.name(), positions, MAX_WAIT_MS);
      asked.put(leader, positions);
    }
  }

  private void advance(List<KafkaReader.Portion> portions) throws IOException {
    boolean mustPause = false;
    for (KafkaReader.Portion portion : portions) {
      int partition = portion.partition();
      long at = next.getOrDefault(partition, 0L);
      if (portion.error() == KafkaErrors.NONE) {
        next.put(partition, batches.next(portion.batches(), at));
      } else if (portion.error() == KafkaErrors.OFFSET_OUT_OF_RANGE) {
        next.put(partition, backInRange(partition, at));
      } else {
        notices.troubled(partition, portion.error());
        mustPause = true;
      }
    }
    if (mustPause) {
      sleep();
    }
  }

  /// Retention was faster than we, or the hub lost its end: never in silence.
  private long backInRange(int partition, long at) throws IOException {
    long start = reader.offsets(topic, KafkaReader.EARLIEST).getOrDefault(partition, 0L);
    long end = reader.offsets(topic, KafkaReader.LATEST).getOrDefault(partition, 0L);
    long near = at < start ? start : Math.min(at, end);
    notices.outOfRange(partition, at, start, end, near);
    return near;
  }

  private void show(
      List<KafkaReader.Portion> portions,
      Map<Integer, Long> from,
      Map<Integer, Long> ends,
      Batches.Finder finder) {
    for (KafkaReader.Portion portion : portions) {
      int partition = portion.partition();
      ByteBuffer bytes = portion.batches();
      long start = from.getOrDefault(partition, 0L);
      long end = ends.getOrDefault(partition, Long.MAX_VALUE);
      if (!batches.walk(topic.name(), partition, bytes, start, end, finder)) {
        enough = true;
        return;
      }
    }
  }

  private static void sleep() throws IOException {
    try {
      Thread.sleep(PAUSE_MS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }
}
