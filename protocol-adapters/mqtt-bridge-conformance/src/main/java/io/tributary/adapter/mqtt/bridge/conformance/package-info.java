/// What every client of a bridge must do, shown against a real Mosquitto with the journals in memory.
///
/// A client's module extends {@link io.tributary.adapter.mqtt.bridge.conformance.BridgeConformance} in its tests.
@NullMarked
package io.tributary.adapter.mqtt.bridge.conformance;

import org.jspecify.annotations.NullMarked;
