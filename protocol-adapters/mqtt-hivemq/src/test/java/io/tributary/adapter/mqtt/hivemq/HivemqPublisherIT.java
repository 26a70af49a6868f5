package io.tributary.adapter.mqtt.hivemq;

import io.tributary.adapter.mqtt.bridge.conformance.PublisherConformance;

/// HiveMQ, MQTT 5, against Mosquitto.
class HivemqPublisherIT extends PublisherConformance {
  @Override
  protected String client() {
    return "hivemq";
  }

  @Override
  protected String version() {
    return "5";
  }
}
