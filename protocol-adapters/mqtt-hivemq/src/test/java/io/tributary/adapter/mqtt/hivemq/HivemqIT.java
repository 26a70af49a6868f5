package io.tributary.adapter.mqtt.hivemq;

import io.tributary.adapter.mqtt.bridge.conformance.BridgeConformance;

/// The HiveMQ client, MQTT 5, against Mosquitto.
class HivemqIT extends BridgeConformance {
  @Override
  protected String client() {
    return "hivemq";
  }

  @Override
  protected String version() {
    return "5";
  }
}
