package io.tributary.adapter.mqtt.bridge;

import io.tributary.adapter.Adapter;
import io.tributary.adapter.AdapterStatus;
import io.tributary.adapter.Outlet;
import io.tributary.agent.AgentRunner;
import java.util.Map;

/// A bridge and the thread that runs it.
final class BridgeAdapter implements Adapter {
  private final Bridge bridge;
  private final AgentRunner runner;

  BridgeAdapter(String name, BridgeSettings settings, Outlet outlet, long seed) {
    bridge = new Bridge(name, settings, outlet, seed);
    runner = new AgentRunner(bridge, bridge::ended);
  }

  @Override
  public void start() {
    bridge.wire(runner::wake);
    runner.start();
  }

  /// A broker that is away is no fault of this edge: the summary says so, and the bridge counts as healthy while its thread moves.
  @Override
  public AdapterStatus status() {
    String standstill = runner.standstill(System.nanoTime());
    Map<String, Long> counters = bridge.counters();
    counters.put("faults", runner.errors());
    return new AdapterStatus(
        "mqtt-bridge",
        standstill == null,
        standstill == null ? bridge.summary() : standstill,
        counters,
        bridge.lastError());
  }

  @Override
  public void close() {
    runner.close();
  }
}
