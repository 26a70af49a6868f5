package io.tributary.adapter.file;

import io.tributary.adapter.Adapter;
import io.tributary.adapter.AdapterStatus;
import io.tributary.adapter.Outlet;
import io.tributary.agent.AgentRunner;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// One life of the adapter: a tail and the thread that runs it. After a failure the edge makes another, over what is on disk.
final class FileTailAdapter implements Adapter {
  private final String type;
  private final String name;
  private final FileTailSettings settings;
  private final Outlet outlet;
  private volatile @Nullable Running running;

  private record Running(Tail tail, AgentRunner thread) {}

  FileTailAdapter(String type, String name, FileTailSettings settings, Outlet outlet) {
    this.type = type;
    this.name = name;
    this.settings = settings;
    this.outlet = outlet;
  }

  @Override
  public void start() {
    Tail tail = new Tail(name, settings, outlet, this::wake);
    AgentRunner thread =
        new AgentRunner(tail, bug -> outlet.failed("ended by a bug, please report it: " + bug));
    running = new Running(tail, thread);
    thread.start();
  }

  private void wake() {
    Running now = running;
    if (now != null) {
      now.thread.wake();
    }
  }

  @Override
  public AdapterStatus status() {
    Running now = running;
    if (now == null) {
      return new AdapterStatus(type, false, "not started", Map.of(), null);
    }
    String standstill = now.thread.standstill(System.nanoTime());
    Tail.Shown shown = now.tail.shown();
    return new AdapterStatus(
        type,
        standstill == null && shown.isHealthy(),
        standstill == null ? shown.summary() : standstill,
        now.tail.counts().shown(),
        now.tail.counts().lastError());
  }

  @Override
  public void close() {
    Running now = running;
    if (now != null) {
      now.thread.close();
      now.tail.close(); // here, and not in onClose: a bug may have ended the thread
    }
  }

  /// For tests.
  long looks() {
    Running now = running;
    return now == null ? 0 : now.tail.looks();
  }
}
