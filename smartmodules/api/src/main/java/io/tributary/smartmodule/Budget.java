package io.tributary.smartmodule;

import io.tributary.settings.Section;
import java.time.Duration;

/// What a guest may spend. One that wants more is stopped, and its instance discarded.
///
/// @param memoryBytes of its linear memory; a multiple of 64 KiB
/// @param timeNanos of each call: of the start with `init`, of `look_back`, and of each batch
/// @param outputBytes that one call may give back
/// @param outputRecords that one call may give back
public record Budget(long memoryBytes, long timeNanos, int outputBytes, int outputRecords) {
  /// A page of WebAssembly.
  public static final int PAGE_BYTES = 64 << 10;

  public static final Budget DEFAULT =
      new Budget(32 << 20, Duration.ofSeconds(1).toNanos(), 8 << 20, 100_000);

  /// Where the program itself has little: an edge.
  public static final Budget SMALL =
      new Budget(4 << 20, Duration.ofSeconds(1).toNanos(), 1 << 20, 10_000);

  private static final long MEMORY_BYTES_MOST = 1L << 30;
  private static final int OUTPUT_BYTES_MOST = 64 << 20;
  private static final int OUTPUT_RECORDS_MOST = 10_000_000;

  public Budget {
    if (memoryBytes < PAGE_BYTES || memoryBytes > MEMORY_BYTES_MOST) {
      throw new IllegalArgumentException("memoryBytes: " + memoryBytes);
    }
    if (timeNanos < 1 || outputBytes < 1 || outputRecords < 1) {
      throw new IllegalArgumentException(timeNanos + ", " + outputBytes + ", " + outputRecords);
    }
  }

  /// Reads the keys `memory`, `time`, `output-bytes`, `output-records`; what is wrong is noted in the section.
  ///
  /// @param absent what holds of a key that is not written
  public static Budget read(Section section, Budget absent) {
    return new Budget(
        section.sizeBytes("memory", absent.memoryBytes, PAGE_BYTES, MEMORY_BYTES_MOST),
        section
            .duration(
                "time",
                Duration.ofNanos(absent.timeNanos),
                Duration.ofMillis(1),
                Duration.ofMinutes(1))
            .toNanos(),
        (int) section.sizeBytes("output-bytes", absent.outputBytes, 1 << 10, OUTPUT_BYTES_MOST),
        section.integer("output-records", absent.outputRecords, 1, OUTPUT_RECORDS_MOST));
  }

  /// How many pages that is.
  public int memoryPages() {
    return (int) (memoryBytes / PAGE_BYTES);
  }
}
