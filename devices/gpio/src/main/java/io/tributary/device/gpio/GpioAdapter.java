package io.tributary.device.gpio;

import io.tributary.adapter.Adapter;
import io.tributary.adapter.AdapterStatus;
import io.tributary.adapter.Outlet;
import io.tributary.agent.AgentRunner;

/// One life of the adapter: its pins and the thread that watches them. Pins that are not to be had are no failure of it.
final class GpioAdapter implements Adapter {
  private final String type;
  private final PinAgent pins;
  private final AgentRunner thread;

  GpioAdapter(String type, String name, GpioSettings settings, Outlet outlet) {
    this.type = type;
    this.pins = new PinAgent(name, settings, outlet);
    this.thread =
        new AgentRunner(pins, bug -> outlet.failed("ended by a bug, please report it: " + bug));
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
        standstill == null && pins.isOpen(),
        standstill == null ? pins.summary() : standstill,
        pins.shownCounts(),
        pins.lastError());
  }

  @Override
  public void close() {
    thread.close();
    pins.close();
  }
}
