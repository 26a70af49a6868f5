package io.tributary.adapter.mqtt.hivemq;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tributary.adapter.mqtt.bridge.Arrival;
import io.tributary.adapter.mqtt.bridge.BrokerEvents;
import io.tributary.adapter.mqtt.bridge.ConnectionPlan;
import io.tributary.adapter.mqtt.bridge.MqttVersion;
import io.tributary.adapter.mqtt.bridge.Subscription;
import io.tributary.adapter.mqtt.bridge.Welcome;
import io.tributary.settings.HostAndPort;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/// Keeps what a client tells of its connection, and acknowledges at once.
final class Heard implements BrokerEvents {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  final List<String> payloads = new CopyOnWriteArrayList<>();
  final Map<Long, Integer> reasons = new ConcurrentHashMap<>();
  volatile @Nullable Welcome welcome;
  volatile boolean isSubscribed;
  volatile @Nullable String end;

  static ConnectionPlan plan(int port, String clientId, List<Subscription> subscriptions) {
    return new ConnectionPlan(
        new HostAndPort("127.0.0.1", port),
        MqttVersion.FIVE,
        clientId,
        true,
        0,
        Duration.ofSeconds(60),
        Duration.ofSeconds(10),
        null,
        null,
        null,
        "127.0.0.1",
        20,
        20,
        subscriptions);
  }

  static void eventually(String what, BooleanSupplier holds) {
    long until = System.nanoTime() + PATIENCE.toNanos();
    boolean held = holds.getAsBoolean();
    while (!held && System.nanoTime() < until) {
      LockSupport.parkNanos(1_000_000);
      held = holds.getAsBoolean();
    }
    assertTrue(held, what);
  }

  @Override
  public void connected(Welcome come) {
    welcome = come;
  }

  @Override
  public void subscribed(List<String> refused) {
    isSubscribed = true;
  }

  @Override
  public void ended(String why) {
    end = why;
  }

  @Override
  public boolean arrived(Arrival arrival) {
    payloads.add(new String(arrival.payload(), StandardCharsets.UTF_8));
    arrival.acknowledge().run();
    return true;
  }

  @Override
  public void released(int packetId, Runnable complete) {
    complete.run();
  }

  @Override
  public void departed(long number, int reason) {
    reasons.put(number, reason);
  }
}
