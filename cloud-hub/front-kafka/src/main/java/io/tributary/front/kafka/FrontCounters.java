package io.tributary.front.kafka;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/// What is counted, by any event loop and for any reader.
final class FrontCounters {
  final AtomicInteger connections = new AtomicInteger();
  final LongAdder turnedAway = new LongAdder();
  final LongAdder requests = new LongAdder();
  final LongAdder fetchedBytes = new LongAdder();
  final LongAdder unreadable = new LongAdder();
  final LongAdder throttled = new LongAdder();
  final FailedLogins failedLogins = new FailedLogins();
  private final LongAdder refused = new LongAdder();
  private volatile @Nullable String lastRefusal;

  void refused(String what) {
    refused.increment();
    lastRefusal = what;
  }

  FrontStatus status(@Nullable String groupsTrouble) {
    return new FrontStatus(
        connections.get(),
        turnedAway.sum(),
        requests.sum(),
        refused.sum(),
        lastRefusal,
        fetchedBytes.sum(),
        unreadable.sum(),
        throttled.sum(),
        groupsTrouble,
        failedLogins.count(),
        failedLogins.last());
  }
}
