package io.tributary.adapter.mqtt.paho;

import io.tributary.adapter.mqtt.bridge.conformance.PublisherConformance;

/// Paho, MQTT 3.1.1, against Mosquitto.
class PahoThreePublisherIT extends PublisherConformance {
  @Override
  protected String client() {
    return "paho";
  }

  @Override
  protected String version() {
    return "3.1.1";
  }
}
