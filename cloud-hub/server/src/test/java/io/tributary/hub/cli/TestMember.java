package io.tributary.hub.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.tributary.settings.HostAndPort;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;

/// A member of a consumer group as far as its coordinator sees it: one that has joined, and says nothing more.
final class TestMember implements AutoCloseable {
  private static final short JOIN_GROUP = 11;
  private static final short LEAVE_GROUP = 13;
  private static final short SYNC_GROUP = 14;
  private static final short CONSUMER_GROUP_HEARTBEAT = 68;
  private static final int SESSION_MS = 60_000;

  private final BrokerConnection broker;
  private final String group;
  private String id = "";

  private TestMember(HostAndPort hub, String group) throws IOException {
    this.broker = Dialer.PLAIN.dial(hub);
    this.group = group;
  }

  /// The only member of a classic group, which has given itself partition 0 of a topic.
  static TestMember classic(HostAndPort hub, String group, String topic) throws IOException {
    TestMember member = new TestMember(hub, group);
    member.broker.send(
        JOIN_GROUP,
        (short) 2,
        out -> {
          RequestFields.string(out, group);
          out.writeInt(SESSION_MS);
          out.writeInt(SESSION_MS); // to rebalance
          RequestFields.string(out, ""); // no member yet
          RequestFields.string(out, "consumer");
          out.writeInt(1);
          RequestFields.string(out, "range");
          out.writeInt(0); // what it subscribes to
        });
    ByteBuffer joined = member.broker.receive(SESSION_MS);
    joined.getInt(); // throttle time
    assertEquals(KafkaErrors.NONE, joined.getShort());
    int generation = joined.getInt();
    AnswerFields.string(joined); // assignor
    member.id = AnswerFields.string(joined); // the leader, which it is
    byte[] assignment = assignment(topic);
    member.broker.send(
        SYNC_GROUP,
        (short) 1,
        out -> {
          RequestFields.string(out, group);
          out.writeInt(generation);
          RequestFields.string(out, member.id);
          out.writeInt(1);
          RequestFields.string(out, member.id);
          out.writeInt(assignment.length);
          out.write(assignment);
        });
    ByteBuffer synced = member.broker.receive(SESSION_MS);
    synced.getInt(); // throttle time
    assertEquals(KafkaErrors.NONE, synced.getShort());
    return member;
  }

  private static byte[] assignment(String topic) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(bytes);
    out.writeShort(0); // version
    out.writeInt(1);
    RequestFields.string(out, topic);
    out.writeInt(1);
    out.writeInt(0); // partition
    out.writeInt(-1); // user data
    return bytes.toByteArray();
  }

  /// The only member of a group of KIP-848, which is given all of a topic.
  static TestMember consumer(HostAndPort hub, String group, String topic) throws IOException {
    TestMember member = new TestMember(hub, group);
    member.broker.send(
        CONSUMER_GROUP_HEARTBEAT,
        (short) 0,
        out -> {
          RequestFields.noTags(out); // of the header
          RequestFields.compactString(out, group);
          RequestFields.compactString(out, ""); // no member yet
          out.writeInt(0); // epoch: joins
          out.writeByte(0); // no instance id
          out.writeByte(0); // no rack
          out.writeInt(SESSION_MS); // to rebalance
          RequestFields.compactCount(out, 1);
          RequestFields.compactString(out, topic);
          out.writeByte(0); // no assignor
          RequestFields.compactCount(out, 0); // has no partitions
          RequestFields.noTags(out);
        });
    ByteBuffer joined = member.broker.receive(SESSION_MS);
    AnswerFields.skipTags(joined); // of the header
    joined.getInt(); // throttle time
    short error = joined.getShort();
    String text = AnswerFields.compactString(joined);
    assertEquals(KafkaErrors.NONE, error, text);
    member.id = AnswerFields.compactString(joined);
    return member;
  }

  String id() {
    return id;
  }

  /// Leaves a classic group.
  void leave() throws IOException {
    broker.send(
        LEAVE_GROUP,
        (short) 1,
        out -> {
          RequestFields.string(out, group);
          RequestFields.string(out, id);
        });
    ByteBuffer left = broker.receive(0);
    left.getInt(); // throttle time
    assertEquals(KafkaErrors.NONE, left.getShort());
  }

  @Override
  public void close() throws IOException {
    broker.close();
  }
}
