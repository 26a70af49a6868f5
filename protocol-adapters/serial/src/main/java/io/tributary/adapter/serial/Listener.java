package io.tributary.adapter.serial;

import io.tributary.adapter.Counts;
import io.tributary.adapter.Outlet;
import io.tributary.adapter.measurement.Feed;
import io.tributary.adapter.measurement.Freshness;
import io.tributary.adapter.measurement.Measurement;
import io.tributary.adapter.serial.port.Port;
import io.tributary.agent.Agent;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Listens on one port: opens it, opens it anew when it was away, and hands on what comes. Its thread has all of it.
final class Listener implements Agent, Framer.Frames {
  /// How long a port that is away is left alone.
  private static final long AGAIN_NANOS = TimeUnit.SECONDS.toNanos(1);

  /// How long a turn waits for bytes: short enough that what the journal has room for again goes on soon.
  private static final long TURN_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

  private static final int BUFFER_BYTES = 4096;
  private static final int EXAMPLE_BYTES = 100;

  private final String name;
  private final SerialSettings settings;
  private final Feed feed;
  private final Freshness freshness;
  private final Framer framer;
  private final Decoder decoder;
  private final Counts<Counter> counts = new Counts<>(Counter.class);
  private final byte[] buffer = new byte[BUFFER_BYTES];
  private @Nullable Port port;
  private long nextOpenNanos;
  private boolean hasBeenTold;
  private volatile String state = "opening its port";
  private volatile boolean isOpen;

  /// @param wake makes the thread take a turn
  Listener(String name, SerialSettings settings, Outlet outlet, Runnable wake) {
    this.name = name;
    this.settings = settings;
    this.feed = new Feed(settings.envelope(), name, outlet.open(name, wake));
    this.freshness = new Freshness(settings.staleAfter());
    this.framer = settings.framer();
    this.decoder = settings.decoder(name, counts);
    this.nextOpenNanos = System.nanoTime();
  }

  @Override
  public String name() {
    return "serial-" + name;
  }

  @Override
  public int doWork(long nowNanos) {
    int done = feed.flush();
    freshness.stale(nowNanos).forEach(this::put);
    Port open = port;
    if (open != null) {
      listen(open);
      return 1; // the next turn begins at once: it waits in the port, not in its runner
    }
    if (nowNanos - nextOpenNanos < 0) {
      return done;
    }
    open(nowNanos);
    return 1;
  }

  @Override
  public long idleNanos(long nowNanos) {
    return Math.max(0, nextOpenNanos - nowNanos);
  }

  private void open(long nowNanos) {
    try {
      port = Port.open(settings.port());
      counts.count(Counter.OPENED);
      isOpen = true;
      hasBeenTold = false;
      state = "listening on " + settings.port().address();
    } catch (IOException e) {
      nextOpenNanos = nowNanos + AGAIN_NANOS;
      counts.count(Counter.OPENS_FAILED, String.valueOf(e.getMessage()));
      away(String.valueOf(e.getMessage()));
    }
  }

  private void listen(Port open) {
    try {
      int count = open.read(buffer, Math.min(TURN_NANOS, framer.patienceNanos()));
      long nowNanos = System.nanoTime();
      if (count > 0) {
        counts.count(Counter.BYTES, count);
        framer.take(buffer, count, nowNanos, this);
      } else {
        framer.idle(nowNanos, this);
      }
    } catch (IOException e) {
      open.close();
      port = null;
      nextOpenNanos = System.nanoTime() + AGAIN_NANOS;
      counts.count(Counter.LOST, String.valueOf(e.getMessage()));
      framer.reset(this);
      away(String.valueOf(e.getMessage()));
    }
  }

  /// Consumers are told once that nothing can come.
  private void away(String why) {
    isOpen = false;
    state = why;
    if (!hasBeenTold) {
      hasBeenTold = true;
      put(Measurement.error(settings.sourceOr(name), why));
    }
  }

  @Override
  public void whole(byte[] frame) {
    decoder.take(frame, System.nanoTime(), this::put);
  }

  @Override
  public void passedOver(byte[] bytes, String why) {
    counts.count(Counter.BYTES_PASSED_OVER, bytes.length);
    counts.example(why + ": " + shown(bytes));
  }

  private void put(Measurement measurement) {
    long nowMs = System.currentTimeMillis();
    freshness.saw(measurement, nowMs, System.nanoTime());
    var unused = feed.put(measurement, nowMs);
  }

  @Override
  public void onClose() {
    close();
  }

  /// After the thread has ended, too.
  void close() {
    Port open = port;
    if (open != null) {
      open.close();
      port = null;
    }
    isOpen = false;
  }

  /// Any thread, as those below.
  boolean isOpen() {
    return isOpen;
  }

  String summary() {
    int waiting = feed.waiting();
    return waiting == 0
        ? state
        : state + ", " + waiting + " readings wait until the journal has room";
  }

  Map<String, Long> shownCounts() {
    Map<String, Long> all = new LinkedHashMap<>(counts.shown());
    all.putAll(feed.counts().shown());
    return all;
  }

  @Nullable String lastError() {
    String own = counts.lastError();
    return own == null ? feed.counts().lastError() : own;
  }

  /// Some bytes as a person may read them.
  static String shown(byte[] bytes) {
    StringBuilder text = new StringBuilder();
    int count = Math.min(bytes.length, EXAMPLE_BYTES);
    for (char c : new String(bytes, 0, count, StandardCharsets.ISO_8859_1).toCharArray()) {
      if (c >= ' ' && c <= '~') {
        text.append(c);
      } else {
        text.append("\\x%02x".formatted((int) c));
      }
    }
    return "'" + text + (count < bytes.length ? "..." : "") + "'";
  }
}
