package io.tributary.adapter.mqtt.hivemq;

import io.tributary.adapter.mqtt.bridge.conformance.IdentifierConformance;

/// The HiveMQ client, MQTT 5, against a broker that does what the case says.
class HivemqIdentifiersIT extends IdentifierConformance {
  @Override
  protected String client() {
    return "hivemq";
  }

  @Override
  protected String version() {
    return "5";
  }
}
