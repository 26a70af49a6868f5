package io.tributary.adapter.mqtt.bridge;

import io.tributary.adapter.Adapter;
import io.tributary.adapter.AdapterStatus;
import io.tributary.agent.AgentRunner;
import java.util.Map;

/// The client of a broker and the thread that runs it.
final class ClientAdapter implements Adapter {
  private final String type;
  private final ClientAgent client;
  private final AgentRunner runner;

  ClientAdapter(String type, ClientAgent client) {
    this.type = type;
    this.client = client;
    this.runner = new AgentRunner(client, client::ended);
  }

  @Override
  public void start() {
    client.wire(runner::wake);
    runner.start();
  }

  /// A broker that is away is no fault of this edge: the summary says so, and the client counts as healthy while its thread moves.
  @Override
  public AdapterStatus status() {
    String standstill = runner.standstill(System.nanoTime());
    Map<String, Long> counters = client.counters();
    counters.put("faults", runner.errors());
    return new AdapterStatus(
        type,
        standstill == null,
        standstill == null ? client.summary() : standstill,
        counters,
        client.lastError());
  }

  @Override
  public void close() {
    runner.close();
  }
}
