package io.tributary.adapter.mqtt.hivemq;

import io.tributary.adapter.mqtt.bridge.BrokerClient;
import io.tributary.adapter.mqtt.bridge.BrokerClientProvider;
import io.tributary.adapter.mqtt.bridge.BrokerEvents;
import io.tributary.adapter.mqtt.bridge.ConnectionPlan;
import io.tributary.adapter.mqtt.bridge.MqttVersion;

/// The HiveMQ client. Loads nothing of it before the first connection, so that who does not use it does not pay for it.
public final class HivemqProvider implements BrokerClientProvider {
  /// Called by ServiceLoader.
  public HivemqProvider() {}

  @Override
  public String name() {
    return "hivemq";
  }

  @Override
  public int rank() {
    return 2;
  }

  @Override
  public boolean speaks(MqttVersion version) {
    return version == MqttVersion.FIVE;
  }

  /// By the {@link Gate}; the library hides them.
  @Override
  public BrokerClient open(ConnectionPlan plan, BrokerEvents events) {
    return new HivemqClient(plan, events);
  }
}
