package io.tributary.sim.bench;

import io.tributary.sim.plant.SystemCommand;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// The kernel's memory of files. Emptying it makes a start read from the device, as after a power cut.
final class PageCache {
  private static final Path DROP = Path.of("/proc/sys/vm/drop_caches");

  /// Pages and the names of files.
  private static final String ALL = "3";

  private PageCache() {}

  /// @return why it was not emptied, or null
  static @Nullable String drop() throws InterruptedException {
    try {
      SystemCommand.output("sync");
      Files.writeString(DROP, ALL);
      return null;
    } catch (IOException e) {
      return String.valueOf(e.getMessage());
    }
  }
}
