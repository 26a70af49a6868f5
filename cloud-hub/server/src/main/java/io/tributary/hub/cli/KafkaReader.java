package io.tributary.hub.cli;

import io.tributary.settings.HostAndPort;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Reads topics over Kafka's protocol, in old versions whose few fields are written by hand:
/// Metadata 4 (12 for a topic's id), ListOffsets 2, Fetch 4, DescribeConfigs 1. Confined to one thread.
///
/// Every failure is an IOException whose text a user can read; after one, close it and start anew.
/// Batches come over connections of their own, so that everything else can be asked meanwhile.
final class KafkaReader implements Closeable {
  static final long LATEST = -1;
  static final long EARLIEST = -2;

  private static final short FETCH = 1;
  private static final short FETCH_VERSION = 4;
  private static final short LIST_OFFSETS = 2;
  private static final short LIST_OFFSETS_VERSION = 2;
  private static final short METADATA = 3;
  private static final short METADATA_VERSION = 4;
  private static final short METADATA_VERSION_WITH_ID = 12;
  private static final short DESCRIBE_CONFIGS = 32;
  private static final short DESCRIBE_CONFIGS_VERSION = 1;

  private static final int CONSUMER = -1; // in the place of a replica's id
  private static final int TOPIC_RESOURCE = 2;
  private static final int FETCH_BYTES = 8 * 1024 * 1024;
  private static final int PARTITION_FETCH_BYTES = 1024 * 1024;

  /// Settings that only a Tributary hub has.
  static final String LAYOUT = "tributary.layout";

  static final String MIRRORED = "tributary.mirrored";

  private final Dialer dialer;
  private final HostAndPort bootstrap;
  private final Map<HostAndPort, BrokerConnection> asking = new HashMap<>();
  private final Map<HostAndPort, BrokerConnection> fetching = new HashMap<>();
  private final Map<Integer, HostAndPort> brokers = new HashMap<>();

  /// Connects.
  KafkaReader(Dialer dialer, HostAndPort bootstrap) throws IOException {
    this.dialer = dialer;
    this.bootstrap = bootstrap;
    connection(asking, bootstrap);
  }

  /// A topic and who leads its partitions, by the partition's number.
  record Topic(String name, TreeMap<Integer, Integer> leaders) {}

  /// Every topic, by name.
  List<Topic> topics() throws IOException {
    BrokerConnection broker = connection(asking, bootstrap);
    broker.send(
        METADATA,
        METADATA_VERSION,
        out -> {
          out.writeInt(-1); // all topics
          out.writeBoolean(false); // create none
        });
    return parse(broker.receive(0), this::topics);
  }

  /// The topic of that name, created by the broker if there is none and it creates topics on first use; empty: it does not.
  List<Topic> topicOnFirstUse(String name) throws IOException {
    BrokerConnection broker = connection(asking, bootstrap);
    broker.send(
        METADATA,
        METADATA_VERSION,
        out -> {
          out.writeInt(1);
          RequestFields.string(out, name);
          out.writeBoolean(true); // create it
        });
    return parse(broker.receive(0), this::topics);
  }

  private List<Topic> topics(ByteBuffer in) {
    in.getInt(); // throttle time
    brokers.clear();
    for (int i = AnswerFields.count(in); i > 0; i--) {
      int id = in.getInt();
      String host = AnswerFields.string(in);
      int port = in.getInt();
      AnswerFields.string(in); // rack
      brokers.put(id, new HostAndPort(host, port));
    }
    AnswerFields.string(in); // cluster id
    in.getInt(); // controller
    List<Topic> topics = new ArrayList<>();
    for (int i = AnswerFields.count(in); i > 0; i--) {
      short error = in.getShort();
      String name = AnswerFields.string(in);
      in.get(); // internal
      TreeMap<Integer, Integer> leaders = new TreeMap<>();
      for (int j = AnswerFields.count(in); j > 0; j--) {
        in.getShort(); // error
        int partition = in.getInt();
        leaders.put(partition, in.getInt());
        AnswerFields.skipInts(in); // replicas
        AnswerFields.skipInts(in); // in sync
      }
      if (error == KafkaErrors.NONE) {
        topics.add(new Topic(name, leaders));
      }
    }
    topics.sort(Comparator.comparing(Topic::name));
    return topics;
  }

  /// Every broker of the cluster, which is the hub alone where there is a hub.
  List<HostAndPort> brokers() throws IOException {
    topics();
    return List.copyOf(brokers.values());
  }

  /// The id of a topic; the zero id where brokers give none.
  UUID id(Topic topic) throws IOException {
    BrokerConnection broker = connection(asking, bootstrap);
    broker.send(
        METADATA,
        METADATA_VERSION_WITH_ID,
        out -> {
          RequestFields.noTags(out); // of the header
          RequestFields.compactCount(out, 1);
          out.writeLong(0); // its id,
          out.writeLong(0); // which we do not know
          RequestFields.compactString(out, topic.name());
          RequestFields.noTags(out);
          out.writeBoolean(false); // create none
          out.writeBoolean(false); // authorized operations
          RequestFields.noTags(out);
        });
    return parse(broker.receive(0), KafkaReader::id);
  }

  private static UUID id(ByteBuffer in) {
    AnswerFields.skipTags(in); // of the header
    in.getInt(); // throttle time
    for (int i = AnswerFields.compactCount(in); i > 0; i--) {
      in.getInt(); // a broker's id
      AnswerFields.compactString(in); // host
      in.getInt(); // port
      AnswerFields.compactString(in); // rack
      AnswerFields.skipTags(in);
    }
    AnswerFields.compactString(in); // cluster id
    in.getInt(); // controller
    if (AnswerFields.compactCount(in) != 1) {
      throw new IllegalArgumentException("not one topic");
    }
    in.getShort(); // error
    AnswerFields.compactString(in); // name
    return new UUID(in.getLong(), in.getLong());
  }

  /// The offset at `timestamp` of each of a topic's partitions; no entry where there is none.
  ///
  /// @param timestamp milliseconds since 1970, or LATEST or EARLIEST
  Map<Integer, Long> offsets(Topic topic, long timestamp) throws IOException {
    Map<Integer, Long> offsets = new TreeMap<>();
    for (Map.Entry<HostAndPort, List<Integer>> led : byLeader(topic).entrySet()) {
      BrokerConnection broker = connection(asking, led.getKey());
      broker.send(
          LIST_OFFSETS,
          LIST_OFFSETS_VERSION,
          out -> {
            out.writeInt(CONSUMER);
            out.writeByte(0); // isolation: read uncommitted
            out.writeInt(1);
            RequestFields.string(out, topic.name());
            out.writeInt(led.getValue().size());
            for (int partition : led.getValue()) {
              out.writeInt(partition);
              out.writeLong(timestamp);
            }
          });
      offsets.putAll(parse(broker.receive(0), KafkaReader::offsets));
    }
    return offsets;
  }

  private static Map<Integer, Long> offsets(ByteBuffer in) {
    Map<Integer, Long> offsets = new HashMap<>();
    in.getInt(); // throttle time
    for (int i = AnswerFields.count(in); i > 0; i--) {
      AnswerFields.string(in); // topic
      for (int j = AnswerFields.count(in); j > 0; j--) {
        int partition = in.getInt();
        short error = in.getShort();
        in.getLong(); // timestamp
        long offset = in.getLong();
        if (error == KafkaErrors.NONE && offset >= 0) {
          offsets.put(partition, offset);
        }
      }
    }
    return offsets;
  }

  /// How topics are laid out, by name; only those of a Tributary hub say so.
  Map<String, String> layouts(List<Topic> topics) throws IOException {
    Map<String, String> layouts = new HashMap<>();
    settings(topics, LAYOUT)
        .forEach((topic, settings) -> {
          String layout = settings.get(LAYOUT);
          if (layout != null) {
            layouts.put(topic, layout);
          }
        });
    return layouts;
  }

  /// A topic's settings by Kafka's names of them; empty when there is no such topic.
  Map<String, String> settings(String topic) throws IOException {
    List<Topic> one = List.of(new Topic(topic, new TreeMap<>()));
    return settings(one, null).getOrDefault(topic, Map.of());
  }

  /// @param only one setting; null: all
  private Map<String, Map<String, String>> settings(List<Topic> topics, @Nullable String only)
      throws IOException {
    if (topics.isEmpty()) {
      return Map.of();
    }
    BrokerConnection broker = connection(asking, bootstrap);
    broker.send(
        DESCRIBE_CONFIGS,
        DESCRIBE_CONFIGS_VERSION,
        out -> {
          out.writeInt(topics.size());
          for (Topic topic : topics) {
            out.writeByte(TOPIC_RESOURCE);
            RequestFields.string(out, topic.name());
            if (only == null) {
              out.writeInt(-1);
            } else {
              out.writeInt(1);
              RequestFields.string(out, only);
            }
          }
          out.writeBoolean(false); // synonyms
        });
    return parse(broker.receive(0), KafkaReader::settings);
  }

  private static Map<String, Map<String, String>> settings(ByteBuffer in) {
    Map<String, Map<String, String>> topics = new HashMap<>();
    in.getInt(); // throttle time
    for (int i = AnswerFields.count(in); i > 0; i--) {
      in.getShort(); // error
      AnswerFields.string(in); // its text
      in.get(); // type
      Map<String, String> settings =
          topics.computeIfAbsent(AnswerFields.string(in), topic -> new LinkedHashMap<>());
      for (int j = AnswerFields.count(in); j > 0; j--) {
        String setting = AnswerFields.string(in);
        String value = AnswerFields.string(in);
        in.get(); // read only
        in.get(); // source
        in.get(); // sensitive
        for (int k = AnswerFields.count(in); k > 0; k--) {
          AnswerFields.string(in);
          AnswerFields.string(in);
          in.get();
        }
        settings.put(setting, value);
      }
    }
    return topics;
  }

  /// What one partition answered to a fetch.
  ///
  /// @param batches whole batches, maybe the beginning of one more; valid until the fetch after the
  ///     next of the same leader
  record Portion(int partition, short error, ByteBuffer batches) {}

  /// Who leads which of a topic's partitions. Partitions without a leader are left out.
  Map<HostAndPort, List<Integer>> byLeader(Topic topic) {
    Map<HostAndPort, List<Integer>> partitions = new HashMap<>();
    topic
        .leaders()
        .forEach((partition, id) -> {
          HostAndPort leader = brokers.get(id);
          if (leader != null) {
            partitions.computeIfAbsent(leader, none -> new ArrayList<>()).add(partition);
          }
        });
    return partitions;
  }

  /// Asks a leader for batches.
  ///
  /// @param positions the next offset of each partition
  void askForBatches(HostAndPort leader, String topic, Map<Integer, Long> positions, int maxWaitMs)
      throws IOException {
    connection(fetching, leader)
        .send(
            FETCH,
            FETCH_VERSION,
            out -> {
              out.writeInt(CONSUMER);
              out.writeInt(maxWaitMs);
              out.writeInt(1); // at least one byte
              out.writeInt(FETCH_BYTES);
              out.writeByte(0); // isolation: read uncommitted
              out.writeInt(1);
              RequestFields.string(out, topic);
              out.writeInt(positions.size());
              for (Map.Entry<Integer, Long> position : positions.entrySet()) {
                out.writeInt(position.getKey());
                out.writeLong(position.getValue());
                out.writeInt(PARTITION_FETCH_BYTES);
              }
            });
  }

  /// The answer to the oldest question of {@link #askForBatches} to this leader.
  List<Portion> batches(HostAndPort leader, int maxWaitMs) throws IOException {
    return parse(connection(fetching, leader).receive(maxWaitMs), KafkaReader::portions);
  }

  private static List<Portion> portions(ByteBuffer in) {
    List<Portion> portions = new ArrayList<>();
    in.getInt(); // throttle time
    for (int i = AnswerFields.count(in); i > 0; i--) {
      AnswerFields.string(in); // topic
      for (int j = AnswerFields.count(in); j > 0; j--) {
        int partition = in.getInt();
        short error = in.getShort();
        in.getLong(); // high watermark
        in.getLong(); // last stable offset
        for (int k = in.getInt(); k > 0; k--) {
          in.getLong(); // aborted transactions, of which there are none unless asked for
          in.getLong();
        }
        int length = Math.max(0, in.getInt());
        ByteBuffer batches = in.slice(in.position(), Math.min(length, in.remaining()));
        in.position(in.position() + batches.remaining());
        portions.add(new Portion(partition, error, batches));
      }
    }
    return portions;
  }

  private BrokerConnection connection(
      Map<HostAndPort, BrokerConnection> connections, HostAndPort address) throws IOException {
    BrokerConnection connection = connections.get(address);
    if (connection == null) {
      connection = dialer.dial(address);
      connections.put(address, connection);
    }
    return connection;
  }

  private <T> T parse(ByteBuffer answer, Function<ByteBuffer, T> parser) throws IOException {
    return AnswerFields.parse(bootstrap, answer, parser);
  }

  /// A topic of this name, or null.
  @Nullable Topic topic(String name) throws IOException {
    return topics().stream().filter(topic -> topic.name().equals(name)).findFirst().orElse(null);
  }

  @Override
  public void close() throws IOException {
    for (BrokerConnection connection : asking.values()) {
      connection.close();
    }
    for (BrokerConnection connection : fetching.values()) {
      connection.close();
    }
  }
}
