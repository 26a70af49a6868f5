package io.tributary.sim.bench;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;

/// What the disk can do at most for whoever writes before it answers: a small append and `fdatasync`, one after the other.
final class DiskLimit {
  private static final int APPEND_BYTES = 4096;
  private static final int TIMES = 300;

  private DiskLimit() {}

  /// The median time of one append with its force, in a file of its own that is deleted.
  static double forceMillis(Path directory) throws IOException {
    Path file = Files.createTempFile(directory, "disk-limit", ".bin");
    long[] nanos = new long[TIMES];
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      ByteBuffer bytes = ByteBuffer.allocateDirect(APPEND_BYTES);
      for (int i = 0; i < TIMES; i++) {
        long began = System.nanoTime();
        channel.write(bytes.clear());
        channel.force(false);
        nanos[i] = System.nanoTime() - began;
      }
    } finally {
      Files.delete(file);
    }
    Arrays.sort(nanos);
    return Median.percentile(nanos, 0.5) / 1e6;
  }
}
