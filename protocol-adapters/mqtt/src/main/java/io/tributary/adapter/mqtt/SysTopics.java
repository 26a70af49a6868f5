package io.tributary.adapter.mqtt;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/// What the server tells of itself under `$SYS/broker/`, by the names that other brokers use. Published to those who
/// subscribed, and retained in memory only. Event loop only.
final class SysTopics {
  private static final String ROOT = "$SYS/broker/";

  private final Duration interval;
  private final Sessions sessions;
  private final Broker broker;
  private final Counters counters;
  private final long startedNanos;
  private final Map<String, String> told = new LinkedHashMap<>();
  private long nextNanos;

  SysTopics(
      Duration interval, Sessions sessions, Broker broker, Counters counters, long startedNanos) {
    this.interval = interval;
    this.sessions = sessions;
    this.broker = broker;
    this.counters = counters;
    this.startedNanos = startedNanos;
    this.nextNanos = startedNanos;
  }

  /// @param connections that are open
  void sweep(long nowNanos, int connections) {
    if (nowNanos - nextNanos < 0) {
      return;
    }
    nextNanos = nowNanos + interval.toNanos();
    tell("version", "tributary");
    tell("uptime", (nowNanos - startedNanos) / 1_000_000_000L + " seconds");
    tell("clients/connected", connections);
    tell("clients/total", sessions.count());
    tell("clients/disconnected", sessions.away());
    tell("subscriptions/count", broker.subscriptions());
    tell("retained messages/count", broker.retained().count());
    long published =
        counters.of(Counter.PUBLISHED_QOS_0)
            + counters.of(Counter.PUBLISHED_QOS_1)
            + counters.of(Counter.PUBLISHED_QOS_2);
    tell("publish/messages/received", published);
    tell("publish/messages/sent", counters.of(Counter.SENT));
    tell("publish/messages/dropped", counters.of(Counter.QUEUE_FULL));
    tell("heap/current", Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory());
  }

  private void tell(String name, long value) {
    tell(name, Long.toString(value));
  }

  private void tell(String name, String value) {
    if (!value.equals(told.put(name, value))) {
      broker.tell(ROOT + name, value.getBytes(StandardCharsets.UTF_8));
    }
  }
}
