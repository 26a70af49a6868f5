package io.tributary.core.pipeline;

import io.tributary.record.BatchRefused;
import io.tributary.smartmodule.GuestFailed;
import io.tributary.smartmodule.Lookback;
import io.tributary.smartmodule.PipelineRun;
import io.tributary.store.Partition;
import io.tributary.store.StoreRefused;
import io.tributary.store.TimedOffset;
import java.io.IOException;
import java.time.Duration;
import java.util.List;

/// Shows a chain that begins the earlier records that it asks for.
final class Earlier {
  /// So far back the newest record is looked for; behind a row of Gaps that is longer, all records are of any age.
  private static final int OFFSETS_BACK = 1_000;

  private Earlier() {}

  static void show(PipelineRun run, Partition source, PipelineLimits limits)
      throws StoreRefused, GuestFailed, IOException, BatchRefused {
    Lookback lookback = run.lookback();
    long start = source.startOffset();
    long end = run.next();
    if (lookback == null || end <= start) {
      return;
    }
    long from = lookback.last() == 0 ? start : Math.max(start, end - lookback.last());
    long notBeforeMs = Long.MIN_VALUE;
    Duration age = lookback.age();
    if (age != null) {
      notBeforeMs = newest(source, end, limits) - age.toMillis();
      TimedOffset first = source.offsetForTime(Math.max(0, notBeforeMs));
      from = Math.max(from, first == null ? end : first.offset());
    }
    SourceReader reader = new SourceReader(source, from, limits.readBytes());
    while (reader.next() < end) {
      List<PipelineRun.Input> taken = reader.take(limits.stepRecords(), limits.stepBytes());
      if (taken.isEmpty()) {
        return;
      }
      long oldestMs = notBeforeMs;
      run.lookBack(
          taken.stream()
              .filter(one -> one.offset() < end && one.record().timestampMs() >= oldestMs)
              .toList());
    }
  }

  /// The time of the last record below an offset.
  private static long newest(Partition source, long end, PipelineLimits limits)
      throws StoreRefused, IOException, BatchRefused {
    // Behind the last record there may be what is none.
    long from = Math.max(source.startOffset(), end - OFFSETS_BACK);
    SourceReader reader = new SourceReader(source, from, limits.readBytes());
    long newestMs = 0;
    while (reader.next() < end) {
      List<PipelineRun.Input> taken = reader.take(limits.stepRecords(), limits.stepBytes());
      if (taken.isEmpty()) {
        break;
      }
      for (PipelineRun.Input one : taken) {
        newestMs = one.offset() < end ? one.record().timestampMs() : newestMs;
      }
    }
    return newestMs;
  }
}
