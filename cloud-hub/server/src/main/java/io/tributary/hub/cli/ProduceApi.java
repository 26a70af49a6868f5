package io.tributary.hub.cli;

import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;

/// Kafka's Produce in version 8, the oldest that answers with a text, and InitProducerId in version
/// 0; one batch of one partition a request.
final class ProduceApi {
  static final short PRODUCE = 0;
  static final short PRODUCE_VERSION = 8;
  static final short INIT_PRODUCER_ID = 22;
  static final short INIT_PRODUCER_ID_VERSION = 0;

  private static final int NO_TRANSACTION_TIMEOUT = -1;

  private ProduceApi() {}

  static void writeInit(DataOutputStream out) throws IOException {
    RequestFields.nullableString(out, null); // transactional id
    out.writeInt(NO_TRANSACTION_TIMEOUT);
  }

  /// Who an idempotent producer is (KIP-98).
  record ProducerId(short error, long id, short epoch) {
    /// Not idempotent.
    static final ProducerId NONE = new ProducerId(KafkaErrors.NONE, -1, (short) -1);
  }

  static ProducerId readInit(ByteBuffer in) {
    in.getInt(); // throttle time
    return new ProducerId(in.getShort(), in.getLong(), in.getShort());
  }

  /// @param timeoutMs how long the broker may wait for its followers
  static void write(DataOutputStream out, short acks, int timeoutMs, String topic, SentBatch batch)
      throws IOException {
    RequestFields.nullableString(out, null); // transactional id
    out.writeShort(acks);
    out.writeInt(timeoutMs);
    out.writeInt(1);
    RequestFields.string(out, topic);
    out.writeInt(1);
    out.writeInt(batch.partition());
    out.writeInt(batch.bytes().length);
    out.write(batch.bytes());
  }

  /// @param baseOffset the offset of the batch's first record; -1: not said
  /// @param text empty: none
  record Answer(int partition, short error, long baseOffset, String text) {}

  static Answer read(ByteBuffer in) {
    if (AnswerFields.count(in) != 1) {
      throw new IllegalArgumentException("not one topic");
    }
    AnswerFields.string(in); // its name
    if (AnswerFields.count(in) != 1) {
      throw new IllegalArgumentException("not one partition");
    }
    int partition = in.getInt();
    short error = in.getShort();
    long baseOffset = in.getLong();
    in.getLong(); // time of appending
    in.getLong(); // start offset
    StringBuilder text = new StringBuilder();
    for (int i = AnswerFields.count(in); i > 0; i--) {
      int record = in.getInt();
      text.append("its record %d: %s; ".formatted(record, AnswerFields.string(in)));
    }
    text.append(AnswerFields.string(in));
    return new Answer(partition, error, baseOffset, text.toString());
  }
}
