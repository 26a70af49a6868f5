package io.tributary.adapter.mqtt.paho;

import io.tributary.adapter.mqtt.bridge.conformance.BridgeConformance;

/// Paho, MQTT 3.1.1, against Mosquitto.
class PahoThreeIT extends BridgeConformance {
  @Override
  protected String client() {
    return "paho";
  }

  @Override
  protected String version() {
    return "3.1.1";
  }
}
