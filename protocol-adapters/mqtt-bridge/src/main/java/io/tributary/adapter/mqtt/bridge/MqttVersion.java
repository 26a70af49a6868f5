package io.tributary.adapter.mqtt.bridge;

/// The versions of MQTT that a bridge speaks.
public enum MqttVersion {
  THREE("3.1.1"),
  FIVE("5");

  private final String word;

  MqttVersion(String word) {
    this.word = word;
  }

  /// The word that configurations and status use.
  public String word() {
    return word;
  }
}
