package io.tributary.sim.chaos;

import io.tributary.sim.plant.SystemCommand;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// A file system of its own that can be filled up and freed: tmpfs, or ext4 in a file. Where
/// mounting is not permitted it is a plain directory that is never full, and says why.
final class SmallDisk implements AutoCloseable {
  private static final int CHUNK_BYTES = 4096;
  private static final long LEFT_OVER_BYTES = 256 * 1024;

  private final Path directory;
  private final @Nullable String refused;

  private SmallDisk(Path directory, @Nullable String refused) {
    this.directory = directory;
    this.refused = refused;
  }

  static SmallDisk tmpfs(Path directory, long bytes) throws IOException, InterruptedException {
    Files.createDirectories(directory);
    String refused =
        SystemCommand.run(
            "mount", "-t", "tmpfs", "-o", "size=" + bytes, "tmpfs", directory.toString());
    return new SmallDisk(directory, refused);
  }

  /// With real forces: a sparse file with ext4 in it.
  static SmallDisk ext4(Path image, Path directory, long bytes)
      throws IOException, InterruptedException {
    Files.createDirectories(directory);
    String refused = SystemCommand.run("truncate", "-s", Long.toString(bytes), image.toString());
    if (refused == null) {
      refused = SystemCommand.run("mkfs.ext4", "-q", "-F", "-m", "0", image.toString());
    }
    if (refused == null) {
      refused = SystemCommand.run("mount", "-o", "loop", image.toString(), directory.toString());
    }
    return new SmallDisk(directory, refused);
  }

  Path directory() {
    return directory;
  }

  /// Why this is no file system of its own, or null.
  @Nullable String refused() {
    return refused;
  }

  /// Takes all room that is left.
  void fill() throws IOException, InterruptedException {
    if (refused != null) {
      return;
    }
    long room = Files.getFileStore(directory).getUsableSpace() - LEFT_OVER_BYTES;
    if (room > 0) {
      SystemCommand.run("fallocate", "-l", Long.toString(room), filler(0).toString());
    }
    try (OutputStream out = Files.newOutputStream(filler(1))) {
      byte[] chunk = new byte[CHUNK_BYTES];
      while (true) {
        out.write(chunk);
      }
    } catch (IOException e) {
      // No space left: that is what was wanted.
    }
  }

  void free() throws IOException {
    Files.deleteIfExists(filler(0));
    Files.deleteIfExists(filler(1));
  }

  private Path filler(int number) {
    return directory.resolve("filler-" + number);
  }

  @Override
  public void close() {
    if (refused == null) {
      SystemCommand.undo("umount", "-l", directory.toString());
    }
  }
}
