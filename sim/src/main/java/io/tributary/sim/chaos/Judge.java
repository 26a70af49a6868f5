package io.tributary.sim.chaos;

import com.grack.nanojson.JsonArray;
import com.grack.nanojson.JsonObject;
import com.grack.nanojson.JsonParser;
import com.grack.nanojson.JsonParserException;
import io.tributary.sim.oracle.Ledger;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;

/// Holds what Kafka's own client reads of the hub against the ledgers and the topic `_gaps`.
///
/// Each device is the only source of its stream. So the records of a device, in the order in which
/// they are read, take the stream's offsets that no Gap names, one each; and what is missing between
/// two of them must find room in the Gaps between their offsets.
final class Judge {
  private static final Duration POLL = Duration.ofMillis(200);
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final int EXAMPLES = 20;

  private final List<Station> stations;
  private final String bootstrap;
  private final Map<TopicPartition, Long> positions = new HashMap<>();
  private final Map<String, List<Read>> records = new HashMap<>();
  private final Map<String, Ranges> gaps = new HashMap<>();

  /// How far each stream had been read when all of it was accounted for.
  private final Map<String, Long> accounted = new HashMap<>();

  /// What Gaps name below that: it was read, and decayed at the hub when the edge had it no more.
  private final Map<String, Ranges> lostLater = new HashMap<>();

  private final Map<String, Set<String>> streams = new HashMap<>();

  private record Read(long seq, long timestampMs, String noted, boolean whole) {}

  /// The offsets that Gaps of one stream name, and how many for each reason.
  private static final class Ranges {
    final TreeMap<Long, Long> ranges = new TreeMap<>();
    final Map<String, Long> byReason = new TreeMap<>();

    void add(long from, long to, String reason) {
      long before = count();
      long low = from;
      long high = to;
      Map.Entry<Long, Long> left = ranges.floorEntry(from);
      if (left != null && left.getValue() >= from) {
        low = left.getKey();
        high = Math.max(high, left.getValue());
      }
      while (true) {
        Map.Entry<Long, Long> next = ranges.ceilingEntry(low);
        if (next == null || next.getKey() > high) {
          break;
        }
        high = Math.max(high, next.getValue());
        ranges.remove(next.getKey());
      }
      ranges.put(low, high);
      byReason.merge(reason, count() - before, Long::sum);
    }

    long count() {
      return ranges.entrySet().stream().mapToLong(e -> e.getValue() - e.getKey()).sum();
    }

    /// The first offset from `offset` on that no Gap names.
    long free(long offset) {
      Map.Entry<Long, Long> at = ranges.floorEntry(offset);
      return at != null && at.getValue() > offset ? free(at.getValue()) : offset;
    }
  }

  /// What was found.
  static final class Findings {
    long readings;
    long read;
    long missing;
    long duplicated;
    long disordered;
    long altered;
    long unaccounted;
    long unexplained;
    long droppedWithGap;
    long resent;
    long lostUnproven;
    final List<String> examples = new ArrayList<>();

    boolean holds() {
      return missing == 0
          && duplicated == 0
          && disordered == 0
          && altered == 0
          && unaccounted == 0
          && unexplained == 0;
    }

    void example(String text) {
      if (examples.size() < EXAMPLES) {
        examples.add(text);
      }
    }
  }

  Judge(List<Station> stations, String bootstrap) {
    this.stations = stations;
    this.bootstrap = bootstrap;
  }

  /// Reads on from where it stood, to the end of every partition.
  void read() throws IOException {
    Properties properties = new Properties();
    properties.put(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrap);
    properties.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    properties.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none");
    properties.put(ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, 20_000);
    properties.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, 10_000);
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      List<TopicPartition> partitions = new ArrayList<>();
      Set<String> known = consumer.listTopics().keySet();
      for (String topic : List.of("flat", "own", "_gaps")) {
        if (known.contains(topic)) {
          consumer
              .partitionsFor(topic)
              .forEach(p -> partitions.add(new TopicPartition(topic, p.partition())));
        }
      }
      consumer.assign(partitions);
      Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
      partitions.forEach(p -> consumer.seek(p, positions.getOrDefault(p, 0L)));
      long quietSince = System.nanoTime();
      while (partitions.stream().anyMatch(p -> consumer.position(p) < ends.getOrDefault(p, 0L))) {
        var polled = consumer.poll(POLL);
        polled.forEach(this::take);
        if (!polled.isEmpty()) {
          quietSince = System.nanoTime();
        } else if (System.nanoTime() - quietSince > PATIENCE.toNanos()) {
          throw new IOException(
              "a Kafka client does not reach the ends: " + behind(consumer, ends));
        }
      }
      partitions.forEach(p -> positions.put(p, consumer.position(p)));
    }
  }

  private static String behind(
      KafkaConsumer<byte[], byte[]> consumer, Map<TopicPartition, Long> ends) {
    StringBuilder text = new StringBuilder();
    ends.forEach((partition, end) -> {
      if (consumer.position(partition) < end) {
        text.append(partition).append(" stands at ").append(consumer.position(partition));
        text.append(" of ").append(end).append("; ");
      }
    });
    return text.toString();
  }

  private void take(ConsumerRecord<byte[], byte[]> each) {
    String value = new String(each.value(), StandardCharsets.UTF_8);
    if (each.topic().equals("_gaps")) {
      try {
        JsonObject gap = JsonParser.object().from(value);
        String device = "chaos/" + gap.getString("edge") + "/" + gap.getString("topic");
        String reason = gap.getString("reason", "");
        streams.computeIfAbsent(device, d -> new HashSet<>()).add(gap.getString("stream"));
        long from = gap.getLong("from");
        long to = gap.getLong("to");
        long wasRead = Math.max(from, Math.min(to, accounted.getOrDefault(device, 0L)));
        if (from < wasRead) {
          lostLater.computeIfAbsent(device, d -> new Ranges()).add(from, wasRead, reason);
        }
        if (wasRead < to) {
          gaps.computeIfAbsent(device, d -> new Ranges()).add(wasRead, to, reason);
        }
      } catch (JsonParserException e) {
        throw new IllegalStateException("_gaps holds " + value, e);
      }
      return;
    }
    String device = new String(each.key(), StandardCharsets.UTF_8);
    int pad = value.indexOf(",\"pad\":\"");
    int number = value.indexOf("\"seq\":") + 6;
    if (pad < 0 || number < 6) {
      throw new IllegalStateException(each.topic() + " holds what no device sent: " + value);
    }
    String noted = value.substring(0, pad) + "}";
    long seq = Long.parseLong(value.substring(number, value.indexOf(',', number)));
    int padded = value.length() - pad - ",\"pad\":\"\"}".length();
    boolean whole = Feed.payload(noted, seq, padded).equals(value);
    records
        .computeIfAbsent(device, d -> new ArrayList<>())
        .add(new Read(seq, each.timestamp(), noted, whole));
  }

  /// Compares all that was read so far with all that was acknowledged so far; the devices must be
  /// held and everything drained.
  Findings judge(@Nullable JsonObject hubStatus) throws IOException {
    Findings findings = new Findings();
    Map<String, Long> next = nextByDevice(hubStatus);
    for (Station station : stations) {
      Map<String, Long> named = new TreeMap<>();
      for (Feed feed : station.feeds()) {
        judge(station, feed, next.getOrDefault(feed.device(), 0L), findings, named);
      }
      for (Map.Entry<String, Long> each : named.entrySet()) {
        long count = each.getValue();
        long allowance = station.allowance(each.getKey());
        if (count > allowance) {
          findings.unexplained += count - allowance;
          findings.example(
              "unexplained: %s has Gaps of %d records by %s, at most %d can be"
                  .formatted(station.id(), count, each.getKey(), allowance));
        }
      }
    }
    return findings;
  }

  private void judge(
      Station station, Feed feed, long next, Findings findings, Map<String, Long> named)
      throws IOException {
    String device = feed.device();
    Ledger ledger = feed.ledger();
    Ranges holes = gaps.getOrDefault(device, new Ranges());
    holes.byReason.forEach((reason, count) -> named.merge(reason, count, Long::sum));
    lostLater
        .getOrDefault(device, new Ranges())
        .byReason
        .forEach((reason, count) -> named.merge(reason, count, Long::sum));
    List<Read> read = records.getOrDefault(device, List.of());
    findings.readings += ledger.acked().size();
    findings.read += read.size();
    if (read.size() + holes.count() != next) {
      findings.unaccounted += Math.abs(next - read.size() - holes.count());
      findings.example(
          "unaccounted: %s has %d records and Gaps of %d, but the hub's next offset is %d"
              .formatted(device, read.size(), holes.count(), next));
    } else {
      accounted.put(device, next);
    }
    if (streams.getOrDefault(device, Set.of()).size() > 1) {
      findings.unexplained++;
      findings.example("unexplained: " + device + " has Gaps in " + streams.get(device));
    }
    TreeSet<Long> wanted = new TreeSet<>(ledger.acked().keySet());
    Set<Long> seen = new HashSet<>();
    for (Read each : read) {
      seen.add(each.seq);
    }
    wanted.removeAll(seen);
    for (var it = wanted.iterator(); it.hasNext(); ) {
      if (station.isExempt(device, it.next())) {
        it.remove();
        findings.lostUnproven++;
      }
    }
    seen.clear();
    long offset = 0;
    long last = -1;
    long lastOffset = -1;
    for (Read each : read) {
      offset = holes.free(offset);
      String noted = ledger.acked().get(each.seq);
      if (!each.whole
          || (noted != null && !noted.equals(each.noted))
          || !each.noted.startsWith("{\"ts\":" + each.timestampMs + ",")) {
        findings.altered++;
        findings.example("altered: " + device + " at " + offset + ": " + each);
      }
      boolean mayComeAgain =
          (ledger.qos() == 1 && ledger.again().contains(each.seq))
              || station.isExempt(device, each.seq);
      if (!seen.add(each.seq)) {
        if (mayComeAgain) {
          findings.resent++;
        } else {
          findings.duplicated++;
          findings.example("duplicated: " + device + " seq " + each.seq + " at " + offset);
        }
      } else if (each.seq < last) {
        if (mayComeAgain) {
          findings.resent++;
        } else {
          findings.disordered++;
          findings.example(
              "disordered: " + device + " seq " + each.seq + " after " + last + " at " + offset);
        }
      } else {
        long free = offset - lastOffset - 1;
        between(device, wanted, last, each.seq, free, holes, findings, offset);
        last = each.seq;
        lastOffset = offset;
      }
      offset++;
    }
    long free = next - lastOffset - 1;
    between(device, wanted, last, Long.MAX_VALUE, free, holes, findings, next);
  }

  /// The readings that are missing between two neighbours, and the Gaps between their offsets.
  private static void between(
      String device,
      NavigableSet<Long> wanted,
      long last,
      long seq,
      long between,
      Ranges holes,
      Findings findings,
      long offset) {
    Collection<Long> missing =
        seq > last + 1 ? wanted.subSet(last + 1, seq) : Collections.<Long>emptySet();
    if (missing.isEmpty()) {
      return;
    }
    long room = 0;
    for (Map.Entry<Long, Long> hole :
        holes.ranges.subMap(offset - between, true, offset, false).entrySet()) {
      room += hole.getValue() - hole.getKey();
    }
    long covered = Math.min(room, missing.size());
    findings.droppedWithGap += covered;
    if (covered < missing.size()) {
      findings.missing += missing.size() - covered;
      findings.example(
          "missing: %s %d readings from seq %d before offset %d, where Gaps name %d"
              .formatted(device, missing.size(), missing.iterator().next(), offset, room));
    }
  }

  private static Map<String, Long> nextByDevice(@Nullable JsonObject status) {
    Map<String, Long> next = new LinkedHashMap<>();
    if (status == null) {
      return next;
    }
    for (Object each : status.getArray("edges", new JsonArray())) {
      JsonObject edge = (JsonObject) each;
      for (Object one : edge.getArray("streams", new JsonArray())) {
        JsonObject stream = (JsonObject) one;
        String device = "chaos/" + edge.getString("edge") + "/" + stream.getString("topic");
        next.merge(device, stream.getLong("next"), Long::sum);
      }
    }
    return next;
  }
}
