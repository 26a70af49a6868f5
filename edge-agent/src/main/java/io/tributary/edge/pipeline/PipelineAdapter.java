package io.tributary.edge.pipeline;

import io.tributary.adapter.Adapter;
import io.tributary.adapter.AdapterStatus;
import io.tributary.adapter.Outlet;
import io.tributary.agent.AgentRunner;
import io.tributary.smartmodule.PipelineOrder;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/// One life of a pipeline and the thread that runs it. After a failure the edge makes another, over what is on disk.
public final class PipelineAdapter implements Adapter {
  private final String name;
  private final PipelinePlan plan;
  private final Outlet outlet;
  private volatile @Nullable Running running;

  private record Running(Pipeline pipeline, AgentRunner thread) {}

  PipelineAdapter(String name, PipelinePlan plan, Outlet outlet) {
    this.name = name;
    this.plan = plan;
    this.outlet = outlet;
  }

  @Override
  public void start() {
    Pipeline pipeline = new Pipeline(name, plan, outlet, this::wake);
    AgentRunner thread =
        new AgentRunner(pipeline, bug -> outlet.failed("ended by a bug, please report it: " + bug));
    running = new Running(pipeline, thread);
    thread.start();
  }

  private void wake() {
    Running now = running;
    if (now != null) {
      now.thread.wake();
    }
  }

  /// Gives an order. Any thread.
  ///
  /// @return completes with a sentence when it is durable; fails with an {@link OrderRefused}
  public CompletableFuture<String> order(PipelineOrder order) {
    Running now = running;
    return now == null
        ? CompletableFuture.failedFuture(new OrderRefused("the pipeline is not running"))
        : now.pipeline.order(order);
  }

  @Override
  public AdapterStatus status() {
    Running now = running;
    if (now == null) {
      return new AdapterStatus(PipelinePlan.TYPE, false, "not started", Map.of(), null);
    }
    String standstill = now.thread.standstill(System.nanoTime());
    Pipeline.Shown shown = now.pipeline.shown();
    return new AdapterStatus(
        PipelinePlan.TYPE,
        standstill == null && shown.isHealthy(),
        standstill == null ? shown.summary() : standstill,
        shown.counters(),
        shown.lastError());
  }

  @Override
  public void close() {
    Running now = running;
    if (now != null) {
      now.thread.close();
    }
  }
}
