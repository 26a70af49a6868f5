package io.tributary.device.gpio;

/// What the adapter counts beside its {@link io.tributary.adapter.measurement.Feed}.
enum Counter {
  OPENED,
  OPENS_FAILED,
  /// Changes of inputs that the kernel told of.
  EDGES,
  /// Those of the kind that the pin's owner does not want.
  NOT_ASKED_FOR,
  /// Changes that the kernel had no room to keep, since nobody read them in time.
  LOST,
  /// Outputs that were set.
  SET
}
