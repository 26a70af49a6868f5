package io.tributary.sim.device;

/// Which MQTT a device speaks.
enum Protocol {
  MQTT_3_1_1(4, "3.1.1"),
  MQTT_5(5, "5");

  private final int level;
  private final String word;

  Protocol(int level, String word) {
    this.level = level;
    this.word = word;
  }

  /// The protocol level of CONNECT.
  int level() {
    return level;
  }

  /// As the option writes it.
  String word() {
    return word;
  }
}
