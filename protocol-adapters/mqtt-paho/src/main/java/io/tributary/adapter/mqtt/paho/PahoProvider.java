package io.tributary.adapter.mqtt.paho;

import io.tributary.adapter.mqtt.bridge.BrokerClient;
import io.tributary.adapter.mqtt.bridge.BrokerClientProvider;
import io.tributary.adapter.mqtt.bridge.BrokerEvents;
import io.tributary.adapter.mqtt.bridge.ConnectionPlan;
import io.tributary.adapter.mqtt.bridge.MqttVersion;
import java.util.logging.Level;
import java.util.logging.Logger;

/// Eclipse Paho, which depends on the JDK alone.
public final class PahoProvider implements BrokerClientProvider {
  /// Paho's MQTT 5 client logs a line for each PUBREL. Held here, since a logger that nobody holds forgets its level.
  private static final Logger PAHO = Logger.getLogger("org.eclipse.paho");

  /// Called by ServiceLoader.
  public PahoProvider() {
    PAHO.setLevel(Level.SEVERE);
  }

  @Override
  public String name() {
    return "paho";
  }

  @Override
  public int rank() {
    return 1;
  }

  @Override
  public boolean speaks(MqttVersion version) {
    return true;
  }

  @Override
  public BrokerClient open(ConnectionPlan plan, BrokerEvents events) {
    return switch (plan.version()) {
      case THREE -> new PahoThree(plan, events);
      case FIVE -> new PahoFive(plan, events);
    };
  }
}
