package io.tributary.adapter.mqtt.paho;

import io.tributary.adapter.mqtt.bridge.conformance.IdentifierConformance;

/// Paho, MQTT 3.1.1, against a broker that does what the case says.
class PahoThreeIdentifiersIT extends IdentifierConformance {
  @Override
  protected String client() {
    return "paho";
  }

  @Override
  protected String version() {
    return "3.1.1";
  }
}
