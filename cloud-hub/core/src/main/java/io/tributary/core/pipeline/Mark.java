package io.tributary.core.pipeline;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.UUID;

/// The end of a partition that a lane writes, before a portion, and how many records the portion appends to it.
///
/// @param topic empty: the lane writes no such topic
/// @param topicId of a topic that is deleted and created anew is another one
record Mark(String topic, UUID topicId, long end, int count) {
  static final Mark NOWHERE = new Mark("", new UUID(0, 0), 0, 0);

  /// When the portion is appended.
  Mark done() {
    return new Mark(topic, topicId, end + count, 0);
  }

  Mark of(int records) {
    return new Mark(topic, topicId, end, records);
  }

  void write(DataOutputStream out) throws IOException {
    out.writeUTF(topic);
    out.writeLong(topicId.getMostSignificantBits());
    out.writeLong(topicId.getLeastSignificantBits());
    out.writeLong(end);
    out.writeInt(count);
  }

  static Mark read(DataInputStream in) throws IOException {
    return new Mark(
        in.readUTF(), new UUID(in.readLong(), in.readLong()), in.readLong(), in.readInt());
  }
}
