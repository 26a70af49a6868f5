package io.tributary.core.pipeline;

import io.tributary.agent.Agent;
import io.tributary.agent.AgentRunner;
import io.tributary.agent.Vital;
import io.tributary.smartmodule.PipelineOrder;
import io.tributary.store.Store;
import io.tributary.store.StoreRefused;
import java.io.IOException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// The pipelines of a hub.
///
/// A simulator or a test drives them without threads: it never calls `start` and turns {@link #agents} itself.
public final class Pipelines implements AutoCloseable {
  private final Map<String, PipelineAgent> agents = new LinkedHashMap<>();
  private final Map<String, String> writers = new LinkedHashMap<>();
  private final List<AgentRunner> runners = new ArrayList<>();

  private Pipelines(List<PipelineSpec> specs) {
    for (PipelineSpec spec : specs) {
      spec.targets().forEach(topic -> writers.put(topic, spec.name()));
    }
  }

  /// Reads what the pipelines remember. Where there are none, nothing is read or created.
  ///
  /// @throws IOException when `__pipelines` cannot be had
  public static Pipelines open(
      Store store, List<PipelineSpec> specs, PipelineLimits limits, InstantSource clock)
      throws IOException {
    Pipelines pipelines = new Pipelines(specs);
    if (specs.isEmpty()) {
      return pipelines;
    }
    try {
      PipelineLog log = PipelineLog.open(store);
      for (PipelineSpec spec : specs) {
        byte[] found = log.found(PipelineLog.controlKey(spec.name()));
        Control control = found == null ? Control.NEW : Control.decode(found);
        pipelines.agents.put(
            spec.name(), new PipelineAgent(spec, limits, store, log, control, clock));
      }
    } catch (StoreRefused e) {
      throw new IOException("what the pipelines remember cannot be read: " + e.getMessage(), e);
    }
    return pipelines;
  }

  /// Starts a thread for each.
  ///
  /// @param onBug called on one of them with an `Error`; the process should end
  public Pipelines start(Consumer<Throwable> onBug) {
    for (PipelineAgent agent : agents.values()) {
      AgentRunner runner = new AgentRunner(agent, onBug);
      agent.wire(runner::wake);
      runners.add(runner);
    }
    runners.forEach(AgentRunner::start);
    return this;
  }

  /// The duty cycles, for whoever drives them without threads.
  public List<Agent> agents() {
    return List.copyOf(agents.values());
  }

  /// What moves while it has work.
  public List<Vital> vitals() {
    List<Vital> vitals = new ArrayList<>(agents.values());
    vitals.addAll(runners);
    return vitals;
  }

  /// The pipeline that alone writes a topic, or null.
  public @Nullable String writer(String topic) {
    return writers.get(topic);
  }

  public List<PipelineStatus> status() {
    return agents.values().stream().map(PipelineAgent::status).toList();
  }

  /// @return null when no pipeline is called so
  public @Nullable PipelineStatus status(String name) {
    PipelineAgent agent = agents.get(name);
    return agent == null ? null : agent.status();
  }

  /// Gives an order.
  ///
  /// @return completes with a sentence when it is durable, or fails with a StoreRefused; null when no pipeline is called so
  public @Nullable CompletableFuture<String> order(String name, PipelineOrder order) {
    PipelineAgent agent = agents.get(name);
    return agent == null ? null : agent.order(order);
  }

  /// Ends the threads; what their guests remember is on its way to the store then.
  @Override
  public void close() {
    runners.forEach(AgentRunner::close);
  }
}
