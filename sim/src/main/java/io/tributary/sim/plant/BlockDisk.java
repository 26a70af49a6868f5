package io.tributary.sim.plant;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/// An ext4 of its own on a block device of its own, whose counters tell every byte that was written to
/// it. The file system's journal lies on a second device, so that its commits are told apart from what
/// the programs wrote. Needs root and loop devices; where these are not permitted it is a plain
/// directory, and says why.
public final class BlockDisk implements AutoCloseable {
  private static final String BLOCK_BYTES = "4096";
  private static final long JOURNAL_BYTES = 64L << 20;

  /// In `/sys/block/DEVICE/stat`, in sectors of 512 bytes whatever the device has.
  private static final int SECTORS_WRITTEN = 6;

  private static final int SECTOR_BYTES = 512;

  private final Path directory;
  private final Deque<String[]> undoing = new ArrayDeque<>();
  private String device = "";
  private String journalDevice = "";
  private @Nullable String refused;

  private BlockDisk(Path directory) {
    this.directory = directory;
  }

  /// What the two devices were told to write.
  ///
  /// @param journalBytes the file system's own journal: its commits
  public record Written(long fileBytes, long journalBytes) {
    public Written since(Written before) {
      return new Written(fileBytes - before.fileBytes, journalBytes - before.journalBytes);
    }
  }

  /// @param images where the images of the devices may lie, sparse
  public static BlockDisk create(Path images, Path directory, long bytes)
      throws IOException, InterruptedException {
    Files.createDirectories(directory);
    BlockDisk disk = new BlockDisk(directory);
    try {
      disk.journalDevice = disk.attach(images.resolve("ext4-journal.image"), JOURNAL_BYTES);
      disk.device = disk.attach(images.resolve("ext4.image"), bytes);
      SystemCommand.output(
          "mke2fs", "-q", "-F", "-b", BLOCK_BYTES, "-O", "journal_dev", disk.journalDevice);
      SystemCommand.output(
          "mkfs.ext4",
          "-q",
          "-F",
          "-b",
          BLOCK_BYTES,
          "-E",
          "lazy_itable_init=0,lazy_journal_init=0",
          "-J",
          "device=" + disk.journalDevice,
          disk.device);
      SystemCommand.output("mount", disk.device, directory.toString());
      disk.undoing.push(new String[] {"umount", "-l", directory.toString()});
    } catch (IOException e) {
      disk.refused = String.valueOf(e.getMessage());
    }
    return disk;
  }

  private String attach(Path image, long bytes) throws IOException, InterruptedException {
    SystemCommand.output("truncate", "-s", Long.toString(bytes), image.toString());
    String attached = SystemCommand.output("losetup", "-f", "--show", image.toString());
    undoing.push(new String[] {"losetup", "-d", attached});
    return attached;
  }

  public Path directory() {
    return directory;
  }

  /// Why this is no file system of its own, or null.
  public @Nullable String refused() {
    return refused;
  }

  /// What was written so far, after everything that waited in memory was written as well.
  public Written written() throws IOException, InterruptedException {
    if (refused != null) {
      return new Written(0, 0);
    }
    SystemCommand.output("sync", "-f", directory.toString());
    return new Written(bytesOf(device), bytesOf(journalDevice));
  }

  private static long bytesOf(String device) throws IOException {
    Path stat = Path.of("/sys/block", Path.of(device).getFileName().toString(), "stat");
    return Long.parseLong(Files.readString(stat).strip().split("\\s+", -1)[SECTORS_WRITTEN])
        * SECTOR_BYTES;
  }

  @Override
  public void close() {
    while (!undoing.isEmpty()) {
      SystemCommand.undo(undoing.pop());
    }
  }
}
