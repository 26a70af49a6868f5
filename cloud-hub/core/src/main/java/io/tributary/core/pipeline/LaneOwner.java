package io.tributary.core.pipeline;

import io.tributary.store.Store;
import java.util.function.LongConsumer;

/// What a lane has from its agent.
interface LaneOwner {
  PipelineSpec spec();

  PipelineLimits limits();

  Store store();

  PipelineLog log();

  Control control();

  /// Lets the agent run something, with the time of its turn. Any thread.
  void hand(LongConsumer task);

  /// The lane has something to do. Any thread.
  void ready(Lane lane);

  /// The lane is to be looked at some time later.
  void later(Lane lane);

  /// A portion is on the disk.
  void moved(long nowNanos);

  /// Something that the operator should see.
  void tell(String notice);

  /// Whether one lane more may have guests; puts others away for it.
  boolean mayOpen(Lane lane, long nowNanos);

  void opened(Lane lane);

  /// The lane's guests were just called.
  void used(Lane lane);

  void closed(Lane lane);
}
