package io.tributary.sim.signal;

/// One part of a signal: what it gives at an instant. A part may remember the instant before, so it is asked forward in time, by one
/// thread.
@FunctionalInterface
public interface Part {
  /// @param timeMs milliseconds since 1970, not before the last one asked for
  double at(long timeMs);

  /// What a reboot of the device does to it: nothing, but to a part that counts.
  default void restart() {}

  /// All of these added up.
  static Part sum(Part... parts) {
    return new Sum(parts);
  }

  /// A level that never changes.
  static Part constant(double level) {
    return timeMs -> level;
  }
}
