package io.tributary.sim.world;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.Record;
import org.apache.kafka.common.record.internal.RecordBatch;
import org.apache.kafka.common.record.internal.SimpleRecord;
import org.jspecify.annotations.Nullable;

/// A batch of a Kafka producer: its bytes, as Kafka's own classes make them, and what became of it. Each record says in
/// a header which record of which batch it is, so that it is known again wherever it lies.
final class ProducedBatch {
  static final long NOWHERE = -1;

  /// Base offset and leader epoch, which the hub may write, lie outside the CRC.
  private static final int BASE_OFFSET_END = 8;

  private static final int LEADER_EPOCH_AT = 12;
  private static final int LEADER_EPOCH_END = 16;

  private final int number;
  private final Origin origin;
  private final List<Content> records;
  private final byte[] bytes;
  private long place = NOWHERE;
  private boolean isAcknowledged;

  /// Whose batch it is.
  record Origin(long producerId, short epoch, int firstSequence) {}

  /// @param value null: a tombstone
  record Content(String key, @Nullable String value, long timestampMs) {}

  /// A record as it was found: the `index`-th of a batch.
  record Name(int number, int index) {
    private static final String HEADER = "n";

    static Name of(Record record) {
      Header[] headers = record.headers();
      Violation.check(
          headers.length == 1 && headers[0].key().equals(HEADER),
          "a record at %d that no producer made",
          record.offset());
      ByteBuffer name = ByteBuffer.wrap(headers[0].value());
      return new Name(name.getInt(), name.getInt());
    }

    private Header header() {
      return new RecordHeader(HEADER, ByteBuffer.allocate(8).putInt(number).putInt(index).array());
    }
  }

  /// @param number of all batches of its partition
  ProducedBatch(int number, Origin origin, List<Content> records, Compression compression) {
    this.number = number;
    this.origin = origin;
    this.records = List.copyOf(records);
    SimpleRecord[] encoded = new SimpleRecord[records.size()];
    for (int i = 0; i < encoded.length; i++) {
      Content record = records.get(i);
      encoded[i] =
          new SimpleRecord(
              record.timestampMs(),
              encoded(record.key()),
              encoded(record.value()),
              new Header[] {new Name(number, i).header()});
    }
    ByteBuffer built =
        MemoryRecords.withIdempotentRecords(
                compression, origin.producerId(), origin.epoch(), origin.firstSequence(), encoded)
            .buffer();
    this.bytes = new byte[built.remaining()];
    built.get(bytes);
  }

  private static byte @Nullable [] encoded(@Nullable String text) {
    return text == null ? null : text.getBytes(StandardCharsets.UTF_8);
  }

  int number() {
    return number;
  }

  Origin origin() {
    return origin;
  }

  List<Content> records() {
    return records;
  }

  /// A copy that the store may own.
  ByteBuffer toSend() {
    return ByteBuffer.wrap(bytes.clone());
  }

  /// Where it is durable, as the store said or a reader saw; NOWHERE: not that anybody knew.
  long place() {
    return place;
  }

  long nextOffset() {
    return place + records.size();
  }

  void placedAt(long offset) {
    place = offset;
  }

  boolean isAcknowledged() {
    return isAcknowledged;
  }

  /// The store said that it is durable.
  void acknowledged() {
    isAcknowledged = true;
  }

  /// What may be lost is lost: it counts as never sent.
  void lost() {
    place = NOWHERE;
    isAcknowledged = false;
  }

  /// Whether a batch that is served has its bytes.
  boolean hasBytesOf(RecordBatch served) {
    ByteBuffer written = ByteBuffer.allocate(served.sizeInBytes());
    served.writeTo(written);
    byte[] found = written.array();
    return found.length == bytes.length
        && isSame(found, BASE_OFFSET_END, LEADER_EPOCH_AT)
        && isSame(found, LEADER_EPOCH_END, found.length);
  }

  private boolean isSame(byte[] found, int from, int to) {
    return Arrays.equals(found, from, to, bytes, from, to);
  }

  /// Whether a record that is served is the `index`-th of it.
  boolean holds(Record served, int index) {
    Content record = records.get(index);
    return record.timestampMs() == served.timestamp()
        && record.key().equals(text(served.key()))
        && Objects.equals(record.value(), text(served.value()));
  }

  private static @Nullable String text(@Nullable ByteBuffer field) {
    return field == null ? null : StandardCharsets.UTF_8.decode(field).toString();
  }

  @Override
  public String toString() {
    return "batch %d of producer %d, epoch %d, sequence %d"
        .formatted(number, origin.producerId(), origin.epoch(), origin.firstSequence());
  }
}
