package io.tributary.sim.bench;

import com.grack.nanojson.JsonStringWriter;

/// What the peers reached on a machine of the same kind (2 shared cores, everything on loopback),
/// to stand beside our figures. None of them but Flume forces to disk before it acknowledges, none
/// used TLS.
final class Peers {
  private static final int SMALL_BYTES = 100;
  private static final int LARGE_BYTES = 1024;

  private Peers() {}

  /// Catch-up after an outage: 2 million records of 100 bytes, 500 thousand of 1 KiB.
  static void writeCatchUp(JsonStringWriter json, int size) {
    if (size == SMALL_BYTES) {
      json.object("peersRecordsPerSecond")
          .value("target", 3_500_000)
          .value("natsLeafMirror", 344_000)
          .value("mirrorMaker2Tuned", 220_000)
          .value("mirrorMaker2", 111_000)
          .value("mosquittoBridge", 65_000)
          .value("flume", 40_000)
          .end()
          .object("peersCpuSecondsPerMillion")
          .value("target", 0.5)
          .value("natsLeafMirror", 4.6)
          .value("mirrorMaker2Tuned", 8.0)
          .value("mirrorMaker2", 16.2)
          .value("mosquittoBridge", 15.2)
          .value("flume", 27.4)
          .end();
    } else if (size == LARGE_BYTES) {
      json.object("peersMegabytesPerSecond")
          .value("target", 400)
          .value("natsLeafMirror", 186)
          .value("mirrorMaker2Tuned", 54)
          .value("mirrorMaker2", 27)
          .value("mosquittoBridge", 51)
          .value("flume", 36)
          .end()
          .object("peersCpuSecondsPerMillion")
          .value("target", 2.0)
          .value("natsLeafMirror", 8.9)
          .value("mirrorMaker2Tuned", 33)
          .value("mirrorMaker2", 60)
          .value("mosquittoBridge", 17.5)
          .value("flume", 42)
          .end();
    }
  }

  /// MQTT ingest at QoS 1, one and a hundred connections.
  static void writeIngest(JsonStringWriter json) {
    json.object("peersAckP99Millis")
        .value("targetOneConnection", 5)
        .value("targetHundredConnections", 25)
        .value("mosquittoOneConnection", 0.25)
        .value("mosquittoHundredConnections", 23)
        .value("natsMqttHundredConnections", 55)
        .value("hiveMqHundredConnections", 290)
        .end();
  }
}
