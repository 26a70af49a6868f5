package io.tributary.adapter.mqtt.bridge;

/// A PUBREL that has come.
///
/// @param released what it releases
/// @param complete sends PUBCOMP
record Release(Received released, ReceivingLine at, Runnable complete) {
  /// This one and another of the same message.
  Release and(Runnable completeOther) {
    return new Release(
        released,
        at,
        () -> {
          complete.run();
          completeOther.run();
        });
  }
}
