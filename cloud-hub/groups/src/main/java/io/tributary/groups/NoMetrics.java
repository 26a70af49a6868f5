package io.tributary.groups;

import java.util.function.Supplier;
import org.apache.kafka.coordinator.common.runtime.CoordinatorRuntime.CoordinatorState;
import org.apache.kafka.coordinator.common.runtime.CoordinatorRuntimeMetrics;

/// Kafka's own metrics of the coordinator's machinery cost more memory than the groups of most hubs.
final class NoMetrics implements CoordinatorRuntimeMetrics {
  @Override
  public void recordPartitionStateChange(CoordinatorState before, CoordinatorState after) {}

  @Override
  public void recordPartitionLoadSensor(long startTimeMs, long endTimeMs) {}

  @Override
  public void recordEventQueueTime(long durationMs) {}

  @Override
  public void recordEventProcessingTime(long durationMs) {}

  @Override
  public void recordEventPurgatoryTime(long durationMs) {}

  @Override
  public void recordLingerTime(long durationMs) {}

  @Override
  public void recordFlushTime(long durationMs) {}

  @Override
  public void recordThreadIdleTime(double durationMs) {}

  @Override
  public void recordBackgroundQueueTime(long durationMs) {}

  @Override
  public void recordBackgroundProcessingTime(long durationMs) {}

  @Override
  public void recordBackgroundThreadBusyTime(double durationMs) {}

  @Override
  public void registerEventQueueSizeGauge(Supplier<Integer> size) {}

  @Override
  public void registerBufferCacheSizeGauge(Supplier<Long> size) {}

  @Override
  public void recordBufferCacheDiscarded() {}

  @Override
  public void close() {}
}
