package io.tributary.sim.audit;

import com.grack.nanojson.JsonParser;
import com.grack.nanojson.JsonParserException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.MutableRecordBatch;
import org.apache.kafka.common.record.internal.Record;
import org.jspecify.annotations.Nullable;

/// The segment files of one topic of a hub that does not run. Which records are in which bytes is read
/// with Kafka's own classes; the one thing that is not Kafka's, where the batches of a file begin, stands
/// at a fixed place of its header (docs/formats/segment.md).
final class TopicFiles {
  private static final int HEADER_BYTES_AT = 12;

  /// The length of a batch, the one field outside its CRC of which there is no copy.
  private static final int LENGTH_AT = 8;

  private static final int LENGTH_BYTES = 4;
  private static final int MAGIC_AT = 16;

  /// A stream's offset, of which a batch carries 15 bits as its epoch and 31 as its sequence.
  private static final int SEQUENCE_BITS = 31;

  private static final int EPOCH_MASK = 0x7fff;

  private final String topic;

  /// Everything behind `behindBytes` of batches, but for the last one.
  private final List<Batch> batches = new ArrayList<>();

  /// A batch where it lies.
  ///
  /// @param seqs the numbers that the device gave its readings
  record Batch(Path file, int position, int sizeBytes, long from, long to, List<Long> seqs) {
    /// What is taken away from the end of a file leaves room to be put there again.
    boolean isLastOfFile() throws IOException {
      return position + sizeBytes == Files.size(file);
    }
  }

  /// A file that was deleted.
  ///
  /// @param batches that were in it
  record Gone(Range range, int batches) {}

  private TopicFiles(String topic) {
    this.topic = topic;
  }

  /// Reads them all.
  ///
  /// @param data the hub's data directory
  /// @param behindBytes how much at the beginning is left alone
  /// @throws IOException when something there is not whole already
  static TopicFiles read(Path data, String topic, long behindBytes) throws IOException {
    TopicFiles files = new TopicFiles(topic);
    long passed = 0;
    for (Path file : segments(data, topic)) {
      byte[] bytes = Files.readAllBytes(file);
      if (bytes.length < HEADER_BYTES_AT + Integer.BYTES) {
        throw new IOException(file + " has no header");
      }
      int position = ByteBuffer.wrap(bytes).getInt(HEADER_BYTES_AT);
      ByteBuffer behind = ByteBuffer.wrap(bytes, position, bytes.length - position).slice();
      for (MutableRecordBatch batch : MemoryRecords.readableRecords(behind).batches()) {
        if (!batch.isValid()) {
          throw new IOException(file + " is not whole at " + position);
        }
        if (!batch.isControlBatch() && passed >= behindBytes) {
          files.batches.add(of(file, position, batch));
        }
        position += batch.sizeInBytes();
        passed += batch.sizeInBytes();
      }
      if (position != bytes.length) {
        throw new IOException(file + ": there is no batch at " + position);
      }
    }
    if (!files.batches.isEmpty()) {
      files.batches.remove(files.batches.size() - 1);
    }
    return files;
  }

  private static List<Path> segments(Path data, String topic) throws IOException {
    try (Stream<Path> files = Files.walk(data)) {
      return files
          .filter(file -> file.toString().endsWith(".segment"))
          .filter(file -> isOf(topic, data.relativize(file)))
          .sorted()
          .toList();
    }
  }

  private static boolean isOf(String topic, Path file) {
    for (Path name : file) {
      if (name.toString().equals(topic)) {
        return true;
      }
    }
    return false;
  }

  private static Batch of(Path file, int position, MutableRecordBatch batch) throws IOException {
    long from = (long) (batch.producerEpoch() & EPOCH_MASK) << SEQUENCE_BITS | batch.baseSequence();
    List<Long> seqs = new ArrayList<>();
    for (Record record : batch) {
      byte[] value = new byte[record.valueSize()];
      record.value().get(value);
      try {
        seqs.add(
            JsonParser.object().from(new String(value, StandardCharsets.UTF_8)).getLong("seq"));
      } catch (JsonParserException e) {
        throw new IOException(file + " has a record that no device sent, at " + position, e);
      }
    }
    return new Batch(file, position, batch.sizeInBytes(), from, from + seqs.size(), seqs);
  }

  /// Takes one by chance, which has no neighbour in `others`; null when there is none.
  ///
  /// @param mayBeLast whether it may be the last of its file
  @Nullable Batch choose(SplittableRandom random, List<Batch> others, boolean mayBeLast)
      throws IOException {
    List<Batch> free = new ArrayList<>();
    for (Batch batch : batches) {
      boolean isAlone =
          others.stream().noneMatch(other -> other.from <= batch.to && batch.from <= other.to);
      if (isAlone && (mayBeLast || !batch.isLastOfFile())) {
        free.add(batch);
      }
    }
    return free.isEmpty() ? null : free.get(random.nextInt(free.size()));
  }

  /// Flips one bit: of what the CRC covers, of the CRC, or of the length.
  Range flip(Batch batch, SplittableRandom random) throws IOException {
    int at = random.nextInt(LENGTH_BYTES + batch.sizeBytes - MAGIC_AT);
    at = at < LENGTH_BYTES ? LENGTH_AT + at : MAGIC_AT + at - LENGTH_BYTES;
    byte[] bytes = Files.readAllBytes(batch.file);
    bytes[batch.position + at] ^= (byte) (1 << random.nextInt(Byte.SIZE));
    Files.write(batch.file, bytes);
    return new Range(topic, Range.DAMAGED, batch.from, batch.to);
  }

  /// Deletes a file by chance: not the newest, and none that has a batch of `others` or beside one; null when there is none.
  @Nullable Gone removeFile(SplittableRandom random, List<Batch> others) throws IOException {
    Map<Path, List<Batch>> byFile = new LinkedHashMap<>();
    batches.forEach(
        batch -> byFile.computeIfAbsent(batch.file, file -> new ArrayList<>()).add(batch));
    List<List<Batch>> free = new ArrayList<>(byFile.values());
    free.removeLast(); // the newest
    free.removeFirst(); // of which a part may be left alone
    free.removeIf(each ->
        others.stream()
            .anyMatch(
                other -> other.from <= each.getLast().to && each.getFirst().from <= other.to));
    if (free.isEmpty()) {
      return null;
    }
    List<Batch> gone = free.get(random.nextInt(free.size()));
    Files.delete(gone.getFirst().file);
    return new Gone(
        new Range(topic, Range.ABSENT, gone.getFirst().from, gone.getLast().to), gone.size());
  }

  /// Takes the batch out of the file; what lies behind it moves up. Of several in one file the last
  /// comes first.
  Range remove(Batch batch) throws IOException {
    byte[] bytes = Files.readAllBytes(batch.file);
    byte[] rest = new byte[bytes.length - batch.sizeBytes];
    int end = batch.position + batch.sizeBytes;
    System.arraycopy(bytes, 0, rest, 0, batch.position);
    System.arraycopy(bytes, end, rest, batch.position, bytes.length - end);
    Files.write(batch.file, rest);
    return new Range(topic, Range.ABSENT, batch.from, batch.to);
  }
}
