package io.tributary.sim.bench;

import io.tributary.log.Admission;
import io.tributary.log.FileDisk;
import io.tributary.log.FullPolicy;
import io.tributary.log.Journal;
import io.tributary.log.JournalConfig;
import io.tributary.record.Compression;
import io.tributary.record.EncodedHeaders;
import io.tributary.record.Header;
import io.tributary.record.Limits;
import io.tributary.record.RecordRefused;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.stream.Stream;

/// The data directory of an edge that was offline for a while: readings that were added, committed
/// and forced as an agent does it, none of them acknowledged.
final class Backlog implements AutoCloseable {
  private static final long QUOTA_BYTES = 10_000_000_000L;
  private static final int DISK_CHUNK_BYTES = 1 << 20;
  private static final int DISK_CHUNKS = 128;

  private final Path directory;

  private Backlog(Path directory) {
    this.directory = directory;
  }

  /// Writes the backlog of one topic. Each value begins with its number, the rest is random.
  static Backlog fill(String edgeId, String topic, int records, int size) throws IOException {
    Path directory = Files.createTempDirectory("tributary-backlog-");
    fillInto(directory, edgeId, List.of(topic), records, size);
    return new Backlog(directory);
  }

  /// Writes it below a directory, the topics in turn: each is a source of its own in the book.
  static void fillInto(Path directory, String edgeId, List<String> topics, int records, int size)
      throws IOException {
    Files.createDirectories(directory);
    UUID incarnation = UUID.randomUUID();
    Files.writeString(
        directory.resolve("identity"),
        "incarnation=" + incarnation + "\nmachine=\nquota-bytes=" + QUOTA_BYTES + "\n");
    FileDisk disk = new FileDisk(directory);
    disk.createDirectories("journal/normal");
    JournalConfig config =
        new JournalConfig(
            incarnation,
            "normal",
            JournalConfig.SEGMENT_BYTES,
            JournalConfig.GROUP_BYTES,
            JournalConfig.BATCH_BYTES,
            QUOTA_BYTES,
            FullPolicy.BLOCK,
            Compression.none(),
            0,
            Limits.EDGE);
    EncodedHeaders headers =
        EncodedHeaders.of(
            List.of(
                new Header("edge", edgeId.getBytes(StandardCharsets.UTF_8)),
                new Header("source", "bench".getBytes(StandardCharsets.UTF_8))));
    SplittableRandom random = new SplittableRandom(records);
    byte[] value = new byte[size];
    try (Journal journal =
        Journal.open(disk, "journal/normal", config, System.currentTimeMillis())) {
      long[] streams = new long[topics.size()];
      for (int i = 0; i < streams.length; i++) {
        streams[i] = random.nextLong() >>> 1;
        journal.createStream(streams[i], topics.get(i));
      }
      for (int seq = 0; seq < records; seq++) {
        int source = seq % streams.length;
        random.nextBytes(value);
        ByteBuffer.wrap(value).putLong(NumberedReadings.number(source, seq / streams.length));
        long now = System.currentTimeMillis();
        while (journal.add(streams[source], now, null, value, headers) != Admission.ADMITTED) {
          journal.commit(now);
        }
      }
      journal.commit(System.currentTimeMillis());
    } catch (RecordRefused e) {
      throw new IOException(e);
    }
  }

  /// Gives a run its own copy, on disk before the clock starts.
  void copyTo(Path target) throws IOException {
    try (Stream<Path> paths = Files.walk(directory)) {
      for (Path path : paths.toList()) {
        Path copy = target.resolve(directory.relativize(path).toString());
        if (Files.isDirectory(path)) {
          Files.createDirectories(copy);
        } else {
          Files.copy(path, copy);
          try (FileChannel channel = FileChannel.open(copy, StandardOpenOption.WRITE)) {
            channel.force(true);
          }
        }
      }
    }
  }

  /// The machine's own limit for a log: sequential writes of 1 MiB, each forced.
  double diskMegabytesPerSecond() throws IOException {
    Path file = directory.resolve("limit");
    ByteBuffer chunk = ByteBuffer.allocateDirect(DISK_CHUNK_BYTES);
    long started = System.nanoTime();
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      for (int i = 0; i < DISK_CHUNKS; i++) {
        chunk.clear();
        while (chunk.hasRemaining()) {
          channel.write(chunk);
        }
        channel.force(false);
      }
    }
    double seconds = (System.nanoTime() - started) / 1e9;
    Files.delete(file);
    return DISK_CHUNKS * (double) DISK_CHUNK_BYTES / 1e6 / seconds;
  }

  @Override
  public void close() throws IOException {
    try (Stream<Path> paths = Files.walk(directory)) {
      for (Path path : paths.sorted((a, b) -> b.compareTo(a)).toList()) {
        Files.delete(path);
      }
    }
  }
}
