package io.tributary.sim.plant;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// What the kernel says of a process (`proc(5)`). Zero where it says nothing: the process has gone,
/// or this is no Linux.
final class ProcStat {
  /// `USER_HZ`, which is 100 on every architecture that we run on.
  private static final double TICKS_PER_SECOND = 100;

  private static final int UTIME_AFTER_COMMAND = 11;

  private ProcStat() {}

  static double cpuSeconds(long pid) {
    try {
      String stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
      List<String> fields = List.of(stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1));
      long ticks =
          Long.parseLong(fields.get(UTIME_AFTER_COMMAND))
              + Long.parseLong(fields.get(UTIME_AFTER_COMMAND + 1));
      return ticks / TICKS_PER_SECOND;
    } catch (IOException e) {
      return 0;
    }
  }

  static long peakRssBytes(long pid) {
    return statusBytes(pid, "VmHWM:");
  }

  static long rssBytes(long pid) {
    return statusBytes(pid, "VmRSS:");
  }

  /// What the process caused to be written to devices: the pages that it made dirty.
  static long writtenBytes(long pid) {
    try {
      for (String line : Files.readAllLines(Path.of("/proc/" + pid + "/io"))) {
        if (line.startsWith("write_bytes:")) {
          return Long.parseLong(line.replaceAll("\\D", ""));
        }
      }
    } catch (IOException e) {
      return 0;
    }
    return 0;
  }

  private static long statusBytes(long pid, String key) {
    try {
      for (String line : Files.readAllLines(Path.of("/proc/" + pid + "/status"))) {
        if (line.startsWith(key)) {
          return Long.parseLong(line.replaceAll("\\D", "")) * 1024;
        }
      }
    } catch (IOException e) {
      return 0;
    }
    return 0;
  }
}
