package io.tributary.adapter.mqtt.paho;

import io.tributary.adapter.mqtt.bridge.conformance.IdentifierConformance;

/// Paho, MQTT 5, against a broker that does what the case says.
class PahoFiveIdentifiersIT extends IdentifierConformance {
  @Override
  protected String client() {
    return "paho";
  }

  @Override
  protected String version() {
    return "5";
  }
}
