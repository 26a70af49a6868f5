package io.tributary.sim.world;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.zip.CRC32;
import java.util.zip.CRC32C;
import java.util.zip.GZIPInputStream;

/// Reads Kafka record batches of format v2, written from Kafka's description of the format alone: the oracle shares no
/// code with what it judges.
final class BatchParser {
  private static final int HEADER_BYTES = 61;
  private static final int LENGTH_END = 12;
  private static final int CONTROL_BIT = 0x20;
  private static final int CODEC_BITS = 0x07;
  private static final int GZIP = 1;
  private static final short GAP_TYPE = 0x4741;

  /// What was found, in order.
  interface Sink {
    void record(
        long hubOffset,
        long streamId,
        long streamOffset,
        long timestampMs,
        int checksum,
        byte[] value);

    void gap(long baseOffset, long lastOffset, long streamId, long from, long to, int reason);

    /// Bytes that are no batch. Whoever cannot explain them throws.
    void damage(int position, int sizeBytes);
  }

  private byte[] bytes = new byte[0];
  private int at;

  /// A batch where it lies: which records of which stream, at which offsets of the hub, are in which bytes.
  record Place(
      long streamId,
      long from,
      long to,
      boolean isControl,
      StreamBook.Range atHub,
      int position,
      int sizeBytes) {}

  /// The size of the batch at a position, or -1 when there is none that passes its CRC.
  static int sizeOf(byte[] bytes, int position) {
    if (bytes.length - position < HEADER_BYTES || bytes[position + 16] != 2) {
      return -1;
    }
    ByteBuffer header = ByteBuffer.wrap(bytes);
    int size = header.getInt(position + 8) + LENGTH_END;
    if (size < HEADER_BYTES || size > bytes.length - position) {
      return -1;
    }
    CRC32C crc = new CRC32C();
    crc.update(bytes, position + 21, size - 21);
    return (int) crc.getValue() == header.getInt(position + 17) ? size : -1;
  }

  static Place placeOf(byte[] bytes, int position, int size) {
    ByteBuffer header = ByteBuffer.wrap(bytes);
    long from = streamOffset(header, position);
    long base = header.getLong(position);
    return new Place(
        header.getLong(position + 43),
        from,
        from + header.getInt(position + 57),
        (header.getShort(position + 21) & CONTROL_BIT) != 0,
        new StreamBook.Range(base, base + header.getInt(position + 23) + 1),
        position,
        size);
  }

  /// Reads all batches of a buffer.
  void read(byte[] batches, Sink sink) {
    for (int position = 0; position < batches.length; ) {
      int size = sizeOf(batches, position);
      if (size < 0) {
        int next = position + 1;
        while (next < batches.length && sizeOf(batches, next) < 0) {
          next++;
        }
        sink.damage(position, next - position);
        position = next;
        continue;
      }
      try {
        readBatch(batches, position, size, sink);
      } catch (IOException | IndexOutOfBoundsException e) {
        throw new Violation("the hub serves a batch that cannot be read: " + e);
      }
      position += size;
    }
  }

  private void readBatch(byte[] batches, int position, int size, Sink sink) throws IOException {
    ByteBuffer header = ByteBuffer.wrap(batches);
    long baseOffset = header.getLong(position);
    int attributes = header.getShort(position + 21);
    int lastDelta = header.getInt(position + 23);
    long baseTimestamp = header.getLong(position + 27);
    long maxTimestamp = header.getLong(position + 35);
    long streamId = header.getLong(position + 43);
    long streamOffset = streamOffset(header, position);
    int count = header.getInt(position + 57);
    byte[] body = new byte[size - HEADER_BYTES];
    System.arraycopy(batches, position + HEADER_BYTES, body, 0, body.length);
    if ((attributes & CODEC_BITS) == GZIP) {
      try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(body))) {
        body = in.readAllBytes();
      }
    }
    bytes = body;
    at = 0;
    if ((attributes & CONTROL_BIT) != 0) {
      readGap(baseOffset, lastDelta, streamId, streamOffset, sink);
      return;
    }
    Violation.check(
        count == lastDelta + 1, "a batch of %d records over %d offsets", count, lastDelta + 1);
    long greatest = Long.MIN_VALUE;
    for (int i = 0; i < count; i++) {
      int end = varint();
      end += at;
      at++; // attributes
      long timestamp = baseTimestamp + varlong();
      int delta = varint();
      Violation.check(delta == i, "record %d of a batch says that it is %d", i, delta);
      CRC32 checksum = new CRC32();
      field(checksum, varint());
      int valueBytes = varint();
      byte[] value = new byte[Math.max(0, valueBytes)];
      System.arraycopy(bytes, at, value, 0, value.length);
      field(checksum, valueBytes);
      int headers = varint();
      for (int h = 0; h < headers; h++) {
        field(checksum, varint());
        field(checksum, varint());
      }
      Violation.check(at == end, "a record of a batch ends at %d, not at %d", at, end);
      greatest = Math.max(greatest, timestamp);
      sink.record(
          baseOffset + i, streamId, streamOffset + i, timestamp, (int) checksum.getValue(), value);
    }
    Violation.check(at == bytes.length, "%d B behind the last record", bytes.length - at);
    Violation.check(
        greatest == maxTimestamp, "the greatest timestamp is %d, not %d", greatest, maxTimestamp);
  }

  private void readGap(
      long baseOffset, int lastDelta, long streamId, long streamOffset, Sink sink) {
    varint(); // the record's length
    at++;
    varlong();
    varint();
    varint(); // the key's length
    ByteBuffer fields = ByteBuffer.wrap(bytes);
    Violation.check(fields.getShort(at + 2) == GAP_TYPE, "a control batch that is no Gap");
    at += 4;
    varint(); // the value's length
    long ofStream = fields.getLong(at + 2);
    long from = fields.getLong(at + 10);
    long to = fields.getLong(at + 18);
    Violation.check(
        ofStream == streamId && from == streamOffset,
        "a Gap of stream %d from %d in a batch of stream %d from %d",
        ofStream,
        from,
        streamId,
        streamOffset);
    sink.gap(baseOffset, baseOffset + lastDelta, streamId, from, to, fields.get(at + 26));
  }

  private static long streamOffset(ByteBuffer header, int position) {
    long epoch = header.getShort(position + 51) & 0x7FFF;
    return epoch << 31 | header.getInt(position + 53);
  }

  private void field(CRC32 checksum, int length) {
    checksum.update(length & 0xFF);
    checksum.update(length >> 8 & 0xFF);
    if (length > 0) {
      checksum.update(bytes, at, length);
      at += length;
    }
  }

  /// The same sum over what a device hands over; see `field`.
  static void sum(CRC32 checksum, byte[] field) {
    checksum.update(field.length & 0xFF);
    checksum.update(field.length >> 8 & 0xFF);
    checksum.update(field, 0, field.length);
  }

  static void sumOfNull(CRC32 checksum) {
    checksum.update(0xFF);
    checksum.update(0xFF);
  }

  private int varint() {
    return (int) varlong();
  }

  private long varlong() {
    long raw = 0;
    int shift = 0;
    while (true) {
      byte next = bytes[at++];
      raw |= (long) (next & 0x7F) << shift;
      if (next >= 0) {
        return raw >>> 1 ^ -(raw & 1);
      }
      shift += 7;
    }
  }
}
