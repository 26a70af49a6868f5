package io.tributary.adapter.serial;

import io.tributary.adapter.Adapter;
import io.tributary.adapter.AdapterStatus;
import io.tributary.adapter.Outlet;
import io.tributary.agent.AgentRunner;

/// One life of the adapter: a listener and the thread that runs it. A port that is away is no failure: the listener waits for it.
final class SerialAdapter implements Adapter {
  private final String type;
  private final Listener listener;
  private final AgentRunner thread;

  SerialAdapter(String type, String name, SerialSettings settings, Outlet outlet) {
    this.type = type;
    this.listener = new Listener(name, settings, outlet, () -> {});
    this.thread =
        new AgentRunner(listener, bug -> outlet.failed("ended by a bug, please report it: " + bug));
  }

  @Override
  public void start() {
    thread.start();
  }

  @Override
  public AdapterStatus status() {
    String standstill = thread.standstill(System.nanoTime());
    return new AdapterStatus(
        type,
        standstill == null && listener.isOpen(),
        standstill == null ? listener.summary() : standstill,
        listener.shownCounts(),
        listener.lastError());
  }

  @Override
  public void close() {
    thread.close();
    listener.close();
  }
}
