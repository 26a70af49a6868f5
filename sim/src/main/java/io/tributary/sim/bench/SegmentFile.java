package io.tributary.sim.bench;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/// A segment of a journal or of a partition, read by its published layout (docs/formats) with nothing of
/// the product's code.
///
/// @param bytes the whole file
/// @param batches one behind the other, up to the first place where none can be
record SegmentFile(Path path, ByteBuffer bytes, List<Batch> batches) {
  private static final int HEADER_BYTES_AT = 12;
  private static final int BATCH_LENGTH_AT = 8;
  private static final int BEFORE_LENGTH = 12;
  private static final int MAGIC_AT = 16;
  private static final int ATTRIBUTES_AT = 21;
  private static final int PRODUCER_AT = 43;
  private static final int COUNT_AT = 57;
  static final int BATCH_HEADER_BYTES = 61;
  private static final int CONTROL = 0x20;

  /// @param isGroupHeader the head of a journal's group
  /// @param records readings; 0 in a control batch
  record Batch(int position, int length, boolean isGroupHeader, int records) {
    int end() {
      return position + length;
    }
  }

  /// Where the batches begin.
  int begin() {
    return batches.isEmpty() ? bytes.capacity() : batches.get(0).position();
  }

  /// Where the last batch ends.
  int end() {
    return batches.isEmpty() ? bytes.capacity() : batches.get(batches.size() - 1).end();
  }

  /// The segments below a directory, oldest first in each log.
  static List<Path> below(Path directory) throws IOException {
    if (!Files.isDirectory(directory)) {
      return List.of();
    }
    try (Stream<Path> files = Files.walk(directory)) {
      return files.filter(f -> f.toString().endsWith(".segment")).sorted().toList();
    }
  }

  static SegmentFile read(Path path) throws IOException {
    ByteBuffer bytes;
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
      bytes = channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size());
    }
    List<Batch> batches = new ArrayList<>();
    int at =
        bytes.capacity() < BATCH_HEADER_BYTES ? bytes.capacity() : bytes.getInt(HEADER_BYTES_AT);
    while (at > 0 && at + BATCH_HEADER_BYTES <= bytes.capacity()) {
      int length = bytes.getInt(at + BATCH_LENGTH_AT) + BEFORE_LENGTH;
      if (length < BATCH_HEADER_BYTES
          || length > bytes.capacity() - at
          || bytes.get(at + MAGIC_AT) != 2) {
        break;
      }
      boolean isControl = (bytes.getShort(at + ATTRIBUTES_AT) & CONTROL) != 0;
      batches.add(
          new Batch(
              at,
              length,
              isControl && bytes.getLong(at + PRODUCER_AT) == -1,
              isControl ? 0 : bytes.getInt(at + COUNT_AT)));
      at += length;
    }
    return new SegmentFile(path, bytes, batches);
  }

  /// The bytes of all batches with readings below a directory: what the readings take in Kafka's format.
  static long batchBytesBelow(Path directory) throws IOException {
    long sum = 0;
    for (Path path : below(directory)) {
      for (Batch batch : read(path).batches) {
        sum += batch.records > 0 ? batch.length : 0;
      }
    }
    return sum;
  }

  /// The numbers with which the values of an uncompressed batch begin.
  List<Long> numbers(Batch batch) {
    List<Long> numbers = new ArrayList<>();
    Varints records =
        new Varints(
            bytes.duplicate().limit(batch.end()).position(batch.position + BATCH_HEADER_BYTES));
    for (int i = 0; i < batch.records; i++) {
      int recordEnd = records.next() + records.position();
      records.skip(1); // attributes
      records.next(); // timestamp
      records.next(); // offset
      records.skip(Math.max(0, records.next())); // key
      records.next(); // the value's length
      numbers.add(bytes.getLong(records.position()));
      records.seek(recordEnd);
    }
    return numbers;
  }

  /// Kafka's zigzag varints; the low 32 bits are enough here.
  private record Varints(ByteBuffer in) {
    int next() {
      long raw = 0;
      int shift = 0;
      byte b;
      do {
        b = in.get();
        raw |= (long) (b & 0x7f) << shift;
        shift += 7;
      } while (b < 0);
      return (int) (raw >>> 1 ^ -(raw & 1));
    }

    int position() {
      return in.position();
    }

    void skip(int bytes) {
      in.position(in.position() + bytes);
    }

    void seek(int position) {
      in.position(position);
    }
  }
}
