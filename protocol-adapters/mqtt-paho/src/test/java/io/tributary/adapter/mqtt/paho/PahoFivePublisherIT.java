package io.tributary.adapter.mqtt.paho;

import io.tributary.adapter.mqtt.bridge.conformance.PublisherConformance;

/// Paho, MQTT 5, against Mosquitto.
class PahoFivePublisherIT extends PublisherConformance {
  @Override
  protected String client() {
    return "paho";
  }

  @Override
  protected String version() {
    return "5";
  }
}
