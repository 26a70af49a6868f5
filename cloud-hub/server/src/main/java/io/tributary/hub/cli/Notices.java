package io.tributary.hub.cli;

import io.tributary.record.ControlBatch.StreamGap;
import io.tributary.record.Gap;
import io.tributary.settings.HostAndPort;
import java.io.PrintStream;
import java.util.HashSet;
import java.util.Set;

/// What a reader should know and what is no record: goes to the standard error, so that it neither
/// disturbs a pipe nor stays unsaid.
final class Notices {
  private final PrintStream to;
  private final Set<String> said = new HashSet<>();
  private boolean checkFailed;

  Notices(PrintStream to) {
    this.to = to;
  }

  /// Whether something was read that is not as it was written.
  boolean checkFailed() {
    return checkFailed;
  }

  void gap(StreamGap missing) {
    Gap gap = missing.gap();
    say(
        "missing: %d records of stream %d, its offsets %d to %d: %s"
            .formatted(
                gap.count(), missing.streamId(), gap.from(), gap.to() - 1, gap.reason().words()));
  }

  void unreadable(int partition, long offset, String why) {
    checkFailed = true;
    say("partition %d: skipped a batch at offset %d: %s".formatted(partition, offset, why));
  }

  /// An offset is not there: below the start since retention deleted it, or beyond the end.
  void outOfRange(int partition, long at, long start, long end, long near) {
    String deleted =
        at < start ? ", %d offsets were deleted before they were read".formatted(start - at) : "";
    say(
        "partition %d: offset %d is not there (it has %d to %d)%s; going on at %d"
            .formatted(partition, at, start, end, deleted, near));
  }

  /// Said once for each partition and error, since it is tried again and again.
  void troubled(int partition, short error) {
    String what =
        "partition %d cannot be read (%s), trying again"
            .formatted(partition, KafkaErrors.name(error));
    if (said.add(what)) {
      say(what);
    }
  }

  void lost(String why, int retryMs) {
    say("%s; trying again every %d ms".formatted(why, retryMs));
  }

  void found(HostAndPort hub) {
    say("connected to " + hub + " again");
  }

  void say(String what) {
    to.println("tributary: " + what);
  }
}
