package io.tributary.hub.cli;

import io.tributary.settings.HostAndPort;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Asks about consumer groups, and changes them, over Kafka's protocol in old versions: FindCoordinator 1, ListGroups 4,
/// DeleteGroups 1, {@link DescribeGroupApi}, {@link OffsetsApi}. Confined to one thread.
///
/// A coordinator that is only starting is asked again for a while.
final class GroupReader implements Closeable {
  private static final short FIND_COORDINATOR = 10;
  private static final short FIND_COORDINATOR_VERSION = 1;
  private static final short LIST_GROUPS = 16;
  private static final short LIST_GROUPS_VERSION = 4;
  private static final short DELETE_GROUPS = 42;
  private static final short DELETE_GROUPS_VERSION = 1;

  private static final int OF_A_GROUP = 0; // the type of a coordinator's key
  private static final String DEAD = "Dead";
  private static final long PATIENCE_MS = 10_000;
  private static final int RETRY_MS = 100;

  private final Dialer dialer;
  private final HostAndPort hub;
  private @Nullable BrokerConnection coordinator;

  GroupReader(Dialer dialer, HostAndPort hub) {
    this.dialer = dialer;
    this.hub = hub;
  }

  /// The other side is there and cannot answer yet.
  private static final class NotYet extends IOException {
    private static final long serialVersionUID = 1L;

    NotYet(short error) {
      super(KafkaErrors.name(error));
    }
  }

  /// What a coordinator answered, and maybe an error that is not ours to wait for.
  private record Answered<T>(short error, T answer) {}

  /// The groups that some brokers coordinate, by name.
  List<Group.Listed> list(Iterable<HostAndPort> brokers) throws IOException, Failure {
    List<Group.Listed> groups = new ArrayList<>();
    for (HostAndPort broker : brokers) {
      groups.addAll(
          patiently(() -> {
            try (BrokerConnection connection = dialer.dial(broker)) {
              connection.send(
                  LIST_GROUPS,
                  LIST_GROUPS_VERSION,
                  out -> {
                    RequestFields.noTags(out); // of the header
                    RequestFields.compactCount(out, 0); // in any state
                    RequestFields.noTags(out);
                  });
              return checked(parse(connection.receive(0), GroupReader::listed));
            }
          }));
    }
    groups.sort(Comparator.comparing(Group.Listed::name));
    return groups;
  }

  private static Answered<List<Group.Listed>> listed(ByteBuffer in) {
    AnswerFields.skipTags(in); // of the header
    in.getInt(); // throttle time
    short error = in.getShort();
    List<Group.Listed> groups = new ArrayList<>();
    for (int i = AnswerFields.compactCount(in); i > 0; i--) {
      String name = AnswerFields.compactString(in);
      String protocolType = AnswerFields.compactString(in);
      groups.add(new Group.Listed(name, protocolType, AnswerFields.compactString(in)));
      AnswerFields.skipTags(in);
    }
    return new Answered<>(error, groups);
  }

  /// A group, or null when there is none of this name.
  @Nullable Group find(String group) throws IOException, Failure {
    DescribeGroupApi.Answer consumer =
        patiently(() -> {
          BrokerConnection broker = coordinator(group);
          broker.send(
              DescribeGroupApi.CONSUMER_GROUP_DESCRIBE,
              DescribeGroupApi.CONSUMER_GROUP_DESCRIBE_VERSION,
              out -> DescribeGroupApi.writeConsumer(out, group));
          DescribeGroupApi.Answer answer = parse(broker.receive(0), DescribeGroupApi::readConsumer);
          return notPassing(answer.error(), answer);
        });
    if (consumer.error() == KafkaErrors.NONE) {
      return consumer.group();
    }
    if (consumer.error() != KafkaErrors.GROUP_ID_NOT_FOUND) {
      throw refused(group, consumer.error(), consumer.text());
    }
    Group classic =
        patiently(() -> {
          BrokerConnection broker = coordinator(group);
          broker.send(
              DescribeGroupApi.DESCRIBE_GROUPS,
              DescribeGroupApi.DESCRIBE_GROUPS_VERSION,
              out -> DescribeGroupApi.writeClassic(out, group));
          DescribeGroupApi.Answer answer = parse(broker.receive(0), DescribeGroupApi::readClassic);
          return checked(new Answered<>(answer.error(), answer.group()));
        });
    return classic.state().equals(DEAD) ? null : classic;
  }

  /// What a group has committed; empty when there is no such group.
  SortedMap<TopicPartition, Group.Committed> committed(String group) throws IOException, Failure {
    return patiently(() -> {
      BrokerConnection broker = coordinator(group);
      broker.send(
          OffsetsApi.OFFSET_FETCH,
          OffsetsApi.OFFSET_FETCH_VERSION,
          out -> OffsetsApi.writeFetch(out, group));
      OffsetsApi.Fetched answer = parse(broker.receive(0), OffsetsApi::readFetch);
      return checked(new Answered<>(answer.error(), answer.offsets()));
    });
  }

  /// Commits for a group without members, which is created where there is none.
  ///
  /// @return Kafka's error; NONE: done
  short commit(String group, Map<TopicPartition, Long> offsets) throws IOException, Failure {
    return patiently(() -> {
      BrokerConnection broker = coordinator(group);
      broker.send(
          OffsetsApi.OFFSET_COMMIT,
          OffsetsApi.OFFSET_COMMIT_VERSION,
          out -> OffsetsApi.writeCommit(out, group, offsets));
      short error = parse(broker.receive(0), OffsetsApi::readCommit);
      return notPassing(error, error);
    });
  }

  /// @return Kafka's error; NONE: done
  short delete(String group) throws IOException, Failure {
    return patiently(() -> {
      BrokerConnection broker = coordinator(group);
      broker.send(
          DELETE_GROUPS,
          DELETE_GROUPS_VERSION,
          out -> {
            out.writeInt(1);
            RequestFields.string(out, group);
          });
      short error = parse(broker.receive(0), GroupReader::deleted);
      return notPassing(error, error);
    });
  }

  private static short deleted(ByteBuffer in) {
    in.getInt(); // throttle time
    if (AnswerFields.count(in) != 1) {
      throw new IllegalArgumentException("not one group");
    }
    AnswerFields.string(in); // its name
    return in.getShort();
  }

  private BrokerConnection coordinator(String group) throws IOException, Failure {
    BrokerConnection known = coordinator;
    if (known != null) {
      return known;
    }
    HostAndPort address;
    try (BrokerConnection broker = dialer.dial(hub)) {
      broker.send(
          FIND_COORDINATOR,
          FIND_COORDINATOR_VERSION,
          out -> {
            RequestFields.string(out, group);
            out.writeByte(OF_A_GROUP);
          });
      address = checked(parse(broker.receive(0), GroupReader::coordinator));
    }
    BrokerConnection found = dialer.dial(address);
    coordinator = found;
    return found;
  }

  private static Answered<HostAndPort> coordinator(ByteBuffer in) {
    in.getInt(); // throttle time
    short error = in.getShort();
    AnswerFields.string(in); // its text
    in.getInt(); // node id
    String host = AnswerFields.string(in);
    int port = in.getInt();
    // With an error there is no address.
    return new Answered<>(
        error,
        error == KafkaErrors.NONE ? new HostAndPort(host, port) : new HostAndPort("none", 0));
  }

  /// One question and its answer.
  private interface Question<T> {
    T ask() throws IOException, Failure;
  }

  private <T> T patiently(Question<T> question) throws IOException, Failure {
    long startNanos = System.nanoTime();
    while (true) {
      try {
        return question.ask();
      } catch (NotYet e) {
        close();
        if (TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - startNanos) > PATIENCE_MS) {
          throw e;
        }
        pause();
      }
    }
  }

  private <T> T parse(ByteBuffer answer, Function<ByteBuffer, T> parser) throws IOException {
    return AnswerFields.parse(hub, answer, parser);
  }

  private static <T> T checked(Answered<T> answered) throws NotYet, Failure {
    T answer = notPassing(answered.error(), answered.answer());
    if (answered.error() != KafkaErrors.NONE) {
      throw new Failure(Failure.CHECK, "the hub refuses: " + KafkaErrors.name(answered.error()));
    }
    return answer;
  }

  private static <T> T notPassing(short error, T answer) throws NotYet {
    if (KafkaErrors.isPassing(error)) {
      throw new NotYet(error);
    }
    return answer;
  }

  private static Failure refused(String group, short error, String text) {
    return new Failure(
        Failure.CHECK, "group '%s': %s".formatted(group, KafkaErrors.words(error, text)));
  }

  private static void pause() throws Failure {
    try {
      Thread.sleep(RETRY_MS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new Failure(Failure.WORLD, "interrupted", e);
    }
  }

  @Override
  public void close() throws IOException {
    BrokerConnection known = coordinator;
    coordinator = null;
    if (known != null) {
      known.close();
    }
  }
}
