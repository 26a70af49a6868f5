package io.tributary.log;

import java.io.IOException;
import java.nio.ByteBuffer;

/// Room that is kept on a full disk for what must still be written: a file of zeros that is given up when it is needed
/// and made again when there is room. Confined to the journal's writer.
final class Reserve {
  private static final String NAME = "reserve";

  private final Disk disk;
  private final String directory;
  private final String path;
  private boolean isKept;

  Reserve(Disk disk, String directory) throws IOException {
    this.disk = disk;
    this.directory = directory;
    this.path = directory + "/" + NAME;
    if (disk.exists(path)) {
      try (DiskFile file = disk.open(path)) {
        isKept = file.size() == LogLimits.RESERVE_BYTES;
      }
    }
  }

  boolean isKept() {
    return isKept;
  }

  /// Gives the room up. The room is there at once; that the name is gone need not outlive a power cut.
  void giveUp() throws IOException {
    if (isKept) {
      isKept = false;
      disk.delete(path);
    }
  }

  /// Takes the room again if there is any.
  void keep() throws IOException {
    if (isKept) {
      return;
    }
    if (disk.exists(path)) {
      disk.delete(path);
    }
    if (disk.usableBytes() < 2L * LogLimits.RESERVE_BYTES) {
      return;
    }
    try (DiskFile file = disk.create(path)) {
      ByteBuffer zeros = ByteBuffer.allocate(LogLimits.CHUNK_BYTES);
      for (long at = 0; at < LogLimits.RESERVE_BYTES; at += zeros.capacity()) {
        file.write(zeros.clear(), at);
      }
      file.force();
    } catch (NoSpaceException e) {
      disk.delete(path);
      return;
    }
    disk.forceDirectory(directory);
    isKept = true;
  }
}
