package io.tributary.sim.guests;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;

/// What a partition holds, in one number.
///
/// @param sha256 over offset, timestamp, key, value and headers of each record
record TopicDigest(String topic, int partition, long records, String sha256) {
  /// Adds up records.
  static final class Sum {
    private final MessageDigest digest;
    private long records;

    Sum() {
      try {
        digest = MessageDigest.getInstance("SHA-256");
      } catch (NoSuchAlgorithmException e) {
        throw new AssertionError("every JVM has it", e);
      }
    }

    void add(ConsumerRecord<byte[], byte[]> record) {
      records++;
      digest.update(
          ByteBuffer.allocate(2 * Long.BYTES)
              .putLong(record.offset())
              .putLong(record.timestamp())
              .array());
      add(record.key());
      add(record.value());
      for (Header header : record.headers()) {
        add(header.key().getBytes(StandardCharsets.UTF_8));
        add(header.value());
      }
    }

    private void add(byte @Nullable [] bytes) {
      digest.update(
          ByteBuffer.allocate(Integer.BYTES).putInt(bytes == null ? -1 : bytes.length).array());
      if (bytes != null) {
        digest.update(bytes);
      }
    }

    TopicDigest of(String topic, int partition) {
      return new TopicDigest(topic, partition, records, HexFormat.of().formatHex(digest.digest()));
    }
  }
}
