package io.tributary.adapter.mqtt;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/// What the endpoint tells of itself under `$SYS/broker/`, by the names that other brokers use. Published to those who
/// subscribed, and retained in memory only. Event loop only.
final class SysTopics {
  private static final String ROOT = "$SYS/broker/";

  private final Endpoint endpoint;
  private final Map<String, String> told = new LinkedHashMap<>();
  private long nextNanos;

  SysTopics(Endpoint endpoint) {
    this.endpoint = endpoint;
    this.nextNanos = endpoint.nowNanos();
  }

  void sweep(long nowNanos) {
    if (nowNanos - nextNanos < 0) {
      return;
    }
    nextNanos = nowNanos + endpoint.settings().sysInterval().toNanos();
    tell("version", "tributary");
    tell("uptime", (nowNanos - endpoint.startedNanos()) / 1_000_000_000L + " seconds");
    tell("clients/connected", endpoint.connectionCount());
    tell("clients/total", endpoint.sessions().count());
    tell("clients/disconnected", endpoint.sessions().away());
    tell("subscriptions/count", endpoint.broker().subscriptions());
    tell("retained messages/count", endpoint.broker().retained().count());
    Counters counters = endpoint.counters();
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
      endpoint.broker().tell(ROOT + name, value.getBytes(StandardCharsets.UTF_8));
    }
  }
}
