package io.tributary.hub;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// The hub's data directory, locked for this process, and the id that was born with it.
///
/// ```
/// DIR/lock      held while a hub runs on it
/// DIR/hub-id    a UUID; another one under the same address is another hub to an edge
/// DIR/...       the store's own
/// ```
final class DataDirectory implements AutoCloseable {
  static final String HUB_ID = "hub-id";

  private final Path path;
  private final FileChannel lock;
  private final UUID hubId;

  private DataDirectory(Path path, FileChannel lock, UUID hubId) {
    this.path = path;
    this.lock = lock;
    this.hubId = hubId;
  }

  /// Creates the directory when it is missing, locks it, and reads or makes the hub's id.
  ///
  /// @throws IOException when it cannot be used, or another process holds it; says which directory
  ///     and what to do
  static DataDirectory open(Path path) throws IOException {
    try {
      Files.createDirectories(path);
      FileChannel lock =
          FileChannel.open(
              path.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      try {
        if (tryLock(lock) == null) {
          throw new Held(
              "the data directory "
                  + path
                  + " is in use by another hub: stop that one, or give this one a data-dir of its"
                  + " own");
        }
        return new DataDirectory(path, lock, hubId(path));
      } catch (IOException | RuntimeException e) {
        lock.close();
        throw e;
      }
    } catch (Held e) {
      throw e;
    } catch (IOException e) {
      throw new IOException(
          "the data directory "
              + path
              + " cannot be used: "
              + e
              + "; check data-dir and its rights",
          e);
    }
  }

  Path path() {
    return path;
  }

  UUID hubId() {
    return hubId;
  }

  @Override
  public void close() throws IOException {
    lock.close();
  }

  private static final class Held extends IOException {
    Held(String text) {
      super(text);
    }
  }

  private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
    try {
      return channel.tryLock();
    } catch (OverlappingFileLockException e) {
      return null; // held by this very process
    }
  }

  private static UUID hubId(Path directory) throws IOException {
    Path file = directory.resolve(HUB_ID);
    if (Files.exists(file)) {
      try {
        return UUID.fromString(Files.readString(file).strip());
      } catch (IllegalArgumentException e) {
        throw new IOException(
            file + " holds no UUID; put back the one that edges know this hub by", e);
      }
    }
    UUID hubId = UUID.randomUUID();
    Path draft = directory.resolve("hub-id.new");
    try (FileChannel channel =
        FileChannel.open(
            draft,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE)) {
      ByteBuffer text = ByteBuffer.wrap((hubId + "\n").getBytes(StandardCharsets.US_ASCII));
      while (text.hasRemaining()) {
        channel.write(text);
      }
      channel.force(true);
    }
    Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE);
    try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
      channel.force(true); // the name is durable too
    }
    return hubId;
  }
}
