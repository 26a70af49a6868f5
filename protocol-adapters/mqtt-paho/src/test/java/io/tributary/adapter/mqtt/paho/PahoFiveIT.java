package io.tributary.adapter.mqtt.paho;

import io.tributary.adapter.mqtt.bridge.conformance.BridgeConformance;

/// Paho, MQTT 5, against Mosquitto.
class PahoFiveIT extends BridgeConformance {
  @Override
  protected String client() {
    return "paho";
  }

  @Override
  protected String version() {
    return "5";
  }
}
