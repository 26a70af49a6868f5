package io.tributary.hub.cli;

import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;

/// How a group is described: Kafka's ConsumerGroupDescribe in version 0 for groups of KIP-848, and DescribeGroups in version
/// 4 for the others.
final class DescribeGroupApi {
  static final short CONSUMER_GROUP_DESCRIBE = 69;
  static final short CONSUMER_GROUP_DESCRIBE_VERSION = 0;
  static final short DESCRIBE_GROUPS = 15;
  static final short DESCRIBE_GROUPS_VERSION = 4;

  private static final int UUID_BYTES = 16;

  private DescribeGroupApi() {}

  /// @param group of no use unless the error is NONE
  record Answer(short error, String text, Group group) {}

  static void writeConsumer(DataOutputStream out, String group) throws IOException {
    RequestFields.noTags(out); // of the header
    RequestFields.compactCount(out, 1);
    RequestFields.compactString(out, group);
    out.writeBoolean(false); // authorized operations
    RequestFields.noTags(out);
  }

  static Answer readConsumer(ByteBuffer in) {
    AnswerFields.skipTags(in); // of the header
    in.getInt(); // throttle time
    one(AnswerFields.compactCount(in));
    short error = in.getShort();
    String text = AnswerFields.compactString(in);
    String name = AnswerFields.compactString(in);
    String state = AnswerFields.compactString(in);
    in.getInt(); // epoch of the group
    in.getInt(); // epoch of the assignment
    String assignor = AnswerFields.compactString(in);
    List<Group.Member> members = new ArrayList<>();
    for (int i = AnswerFields.compactCount(in); i > 0; i--) {
      members.add(consumerMember(in));
    }
    return new Answer(error, text, new Group(name, Group.CONSUMER, state, assignor, members));
  }

  private static Group.Member consumerMember(ByteBuffer in) {
    String id = AnswerFields.compactString(in);
    AnswerFields.compactString(in); // instance id
    AnswerFields.compactString(in); // rack
    in.getInt(); // epoch
    String clientId = AnswerFields.compactString(in);
    String host = AnswerFields.compactString(in);
    for (int i = AnswerFields.compactCount(in); i > 0; i--) {
      AnswerFields.compactString(in); // a topic that it subscribes to
    }
    AnswerFields.compactString(in); // and by a pattern
    SortedSet<TopicPartition> assignment = consumerAssignment(in);
    consumerAssignment(in); // what it is to become
    AnswerFields.skipTags(in);
    return new Group.Member(id, clientId, host, assignment);
  }

  private static SortedSet<TopicPartition> consumerAssignment(ByteBuffer in) {
    SortedSet<TopicPartition> assignment = new TreeSet<>();
    for (int i = AnswerFields.compactCount(in); i > 0; i--) {
      in.position(in.position() + UUID_BYTES);
      String topic = AnswerFields.compactString(in);
      for (int j = AnswerFields.compactCount(in); j > 0; j--) {
        assignment.add(new TopicPartition(topic, in.getInt()));
      }
      AnswerFields.skipTags(in);
    }
    AnswerFields.skipTags(in);
    return assignment;
  }

  static void writeClassic(DataOutputStream out, String group) throws IOException {
    out.writeInt(1);
    RequestFields.string(out, group);
    out.writeBoolean(false); // authorized operations
  }

  /// A group that is not there is answered as one that is Dead.
  static Answer readClassic(ByteBuffer in) {
    in.getInt(); // throttle time
    one(AnswerFields.count(in));
    short error = in.getShort();
    String name = AnswerFields.string(in);
    String state = AnswerFields.string(in);
    AnswerFields.string(in); // protocol type
    String assignor = AnswerFields.string(in);
    List<Group.Member> members = new ArrayList<>();
    for (int i = AnswerFields.count(in); i > 0; i--) {
      String id = AnswerFields.string(in);
      AnswerFields.string(in); // instance id
      String clientId = AnswerFields.string(in);
      String host = AnswerFields.string(in);
      AnswerFields.bytes(in); // what it subscribes to
      members.add(new Group.Member(id, clientId, host, classicAssignment(AnswerFields.bytes(in))));
    }
    return new Answer(error, "", new Group(name, Group.CLASSIC, state, assignor, members));
  }

  /// What the group's leader gave to a member, as Kafka's consumers write it; empty while it has not.
  private static SortedSet<TopicPartition> classicAssignment(ByteBuffer in) {
    SortedSet<TopicPartition> assignment = new TreeSet<>();
    if (!in.hasRemaining()) {
      return assignment;
    }
    in.getShort(); // version
    for (int i = AnswerFields.count(in); i > 0; i--) {
      String topic = AnswerFields.string(in);
      for (int j = AnswerFields.count(in); j > 0; j--) {
        assignment.add(new TopicPartition(topic, in.getInt()));
      }
    }
    return assignment;
  }

  private static void one(int count) {
    if (count != 1) {
      throw new IllegalArgumentException(count + " groups");
    }
  }
}
