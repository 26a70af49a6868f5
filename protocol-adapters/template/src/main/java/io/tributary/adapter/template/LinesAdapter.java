package io.tributary.adapter.template;

import io.tributary.adapter.Adapter;
import io.tributary.adapter.AdapterStatus;
import io.tributary.adapter.Counts;
import io.tributary.adapter.Outlet;
import io.tributary.agent.AgentRunner;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// One life of the adapter: a listener and the thread that runs it. After a failure the edge makes another.
final class LinesAdapter implements Adapter {
  private final String type;
  private final String name;
  private final LinesSettings settings;
  private final Outlet outlet;
  private volatile @Nullable Running running;

  private record Running(Listener listener, AgentRunner thread) {}

  LinesAdapter(String type, String name, LinesSettings settings, Outlet outlet) {
    this.type = type;
    this.name = name;
    this.settings = settings;
    this.outlet = outlet;
  }

  @Override
  public void start() throws IOException {
    Listener listener = Listener.open(name, settings, outlet);
    AgentRunner thread =
        new AgentRunner(listener, bug -> outlet.failed("ended by a bug, please report it: " + bug));
    running = new Running(listener, thread);
    thread.start();
  }

  @Override
  public AdapterStatus status() {
    Running now = running;
    if (now == null) {
      return new AdapterStatus(type, false, "not started", Map.of(), null);
    }
    String standstill = now.thread.standstill(System.nanoTime());
    Counts<Counter> counters = now.listener.counters();
    return new AdapterStatus(
        type,
        standstill == null,
        standstill == null ? now.listener.summary() : standstill,
        counters.shown(),
        counters.lastError());
  }

  @Override
  public void close() {
    Running now = running;
    if (now != null) {
      now.thread.close(Duration.ZERO); // asks for the end, for the thread may wait in the selector
      now.listener.wake();
      now.thread.close();
      now.listener.close(); // here, and not in onClose: a bug may have ended the thread
    }
  }

  /// The port that it listens on, for tests.
  int port() {
    Running now = running;
    return now == null ? 0 : now.listener.port();
  }
}
