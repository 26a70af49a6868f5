package io.tributary.adapter.modbus;

import io.tributary.adapter.measurement.Feed;
import java.io.IOException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// All connections of a section, with one selector. Its thread has all of it.
final class TcpLines implements LineAgent {
  /// How long a turn waits in the selector: short enough that a thread without work still shows progress.
  private static final long TURN_NANOS_MOST = TimeUnit.SECONDS.toNanos(1);

  private final String name;
  private final Selector selector;
  private final List<TcpLine> lines;
  private final Feed feed;
  private final Orders orders;
  private volatile int open;

  TcpLines(String name, Selector selector, List<TcpLine> lines, Feed feed, Orders orders) {
    this.name = name;
    this.selector = selector;
    this.lines = List.copyOf(lines);
    this.feed = feed;
    this.orders = orders;
  }

  @Override
  public String name() {
    return "modbus-" + name;
  }

  @Override
  public int doWork(long nowNanos) throws IOException {
    int done = feed.flush() + orders.work();
    long next = nowNanos + TURN_NANOS_MOST;
    int connected = 0;
    for (TcpLine line : lines) {
      line.work(selector, nowNanos);
      long lineNext = line.nextNanos(nowNanos);
      next = lineNext - next < 0 ? lineNext : next;
      connected += line.isOpen() ? 1 : 0;
    }
    open = connected;
    if (done > 0) {
      next = nowNanos; // perhaps there is more
    }
    long waitMillis = TimeUnit.NANOSECONDS.toMillis(next - nowNanos + 999_999);
    if (waitMillis > 0) {
      selector.select(this::ready, waitMillis);
    } else {
      selector.selectNow(this::ready);
    }
    return 1; // the next turn begins at once: it waits in the selector, not in its runner
  }

  private void ready(SelectionKey key) {
    if (key.attachment() instanceof TcpLine line) {
      line.ready(key, System.nanoTime());
    }
  }

  @Override
  public void wake() {
    selector.wakeup();
  }

  @Override
  public String summary() {
    return "connected to " + open + " of " + lines.size();
  }

  @Override
  public boolean isOpen() {
    return open > 0;
  }

  @Override
  public void close() {
    lines.forEach(TcpLine::close);
    try {
      selector.close();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }
}
