package io.tributary.adapter.mqtt.bridge;

/// A PUBREL that has come.
///
/// @param released what it releases
/// @param complete sends PUBCOMP
record Release(Received released, ReceivingLine at, Runnable complete) {}
