package io.tributary.adapter.mqtt.bridge;

import org.jspecify.annotations.Nullable;

/// Identifiers of QoS 2 that were completed lately, for brokers that do not keep to the standard. The bridge's thread only.
///
/// A sender must not publish again what it has released (MQTT 5, section 4.3.3). Mosquitto 2.0.11 does, with all that it had
/// released and whose PUBCOMP it had not read, when it is started again. Another broker may use the identifier, once it has
/// PUBCOMP, for another message with the same content, and sends that again as well when the connection breaks: that one
/// must not be dropped. The two are told apart where a broker gives identifiers one after the other: then none comes back
/// before the others were used. That a broker does so is known once it has used one above the receive maximum, which one
/// that takes the lowest free identifier never needs. A broker of MQTT 3.1.1 is not told that maximum, so half of all identifiers
/// takes its place: in doubt a message is logged twice, and none is lost.
final class Completed {
  private static final int IDENTIFIERS = 65_535;

  /// How long an identifier is remembered, in identifiers.
  private static final int KEPT = IDENTIFIERS / 2;

  /// More than that are never under way.
  private final int underWayMost;

  /// By identifier, 0 for none: half a megabyte, where there is QoS 2.
  private long @Nullable [] digests;

  private int newest;
  private boolean hasPassedMaximum;
  private boolean hasSteppedBack;

  Completed(ConnectionPlan plan) {
    this.underWayMost = plan.version() == MqttVersion.FIVE ? plan.receiveMaximum() : KEPT;
  }

  /// A message has come that was not sent before.
  void begun(int packetId) {
    int step = Math.floorMod(packetId - newest, IDENTIFIERS);
    if (newest != 0 && (step == 0 || step > KEPT)) {
      hasSteppedBack = true;
    }
    long[] known = digests;
    if (known != null && step <= KEPT) {
      for (int i = 1; i <= step; i++) {
        known[(newest + i + KEPT - 1) % IDENTIFIERS + 1] = 0;
      }
    }
    newest = packetId;
    hasPassedMaximum |= packetId > underWayMost;
  }

  /// PUBCOMP was sent, or may have been.
  void completed(Received released) {
    if (digests == null) {
      digests = new long[IDENTIFIERS + 1];
    }
    digests[released.packetId] = released.digest;
  }

  /// Whether a publish is one that was completed, sent again.
  boolean isRepeat(Arrival arrival, long digest) {
    return hasPassedMaximum && !hasSteppedBack && resembles(arrival, digest);
  }

  /// Whether a publish looks like one that was completed; it may be another.
  boolean resembles(Arrival arrival, long digest) {
    return arrival.duplicate()
        && digests != null
        && digest != 0
        && digests[arrival.packetId()] == digest;
  }

  /// The broker has another session.
  void forget() {
    digests = null;
    newest = 0;
    hasPassedMaximum = false;
    hasSteppedBack = false;
  }
}
