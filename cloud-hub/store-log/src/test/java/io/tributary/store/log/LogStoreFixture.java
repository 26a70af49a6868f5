package io.tributary.store.log;

import io.tributary.log.FileDisk;
import io.tributary.store.Store;
import io.tributary.store.conformance.StoreFixture;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;

/// Stores over one directory of real files, with a clock that the test moves.
final class LogStoreFixture implements StoreFixture {
  private static final long RETENTION_INTERVAL_MS = 1000;

  private final AtomicLong nowMs = new AtomicLong(1_800_000_000_000L);
  private final UUID hubId = UUID.randomUUID();
  private final Path directory;
  private final FaultyDisk disk;

  LogStoreFixture() throws IOException {
    directory = Files.createTempDirectory("store-log");
    disk = new FaultyDisk(new FileDisk(directory));
  }

  FaultyDisk disk() {
    return disk;
  }

  LogStoreConfig config() {
    return LogStoreConfig.of(hubId).withRetentionIntervalMs(RETENTION_INTERVAL_MS);
  }

  @Override
  public Store open() throws IOException {
    return open(config()).start(Throwable::printStackTrace);
  }

  /// Without a thread: the test turns the store's cycle itself.
  LogStore open(LogStoreConfig config) throws IOException {
    return LogStore.open(disk, config, () -> Instant.ofEpochMilli(nowMs.get()), UUID::randomUUID);
  }

  @Override
  public void advance(Duration time) {
    nowMs.addAndGet(time.toMillis());
  }

  @Override
  public boolean keepsBytesAndOffsets() {
    return true;
  }

  Path directory() {
    return directory;
  }

  @Override
  public void close() throws IOException {
    deleteTree("");
  }

  /// Deletes a directory and all that is in it.
  void deleteTree(String path) throws IOException {
    try (Stream<Path> files = Files.walk(directory.resolve(path))) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
