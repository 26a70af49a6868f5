package io.tributary.sim.signal;

import java.util.Locale;

/// What goes wrong with a device or its sensor, and for how long.
public enum Fault {
  /// The sensor shows the value that it had when this began, and says that it is good.
  STUCK(10, 60),
  /// One reading lies far from the truth, and says that it is good.
  SPIKE(0, 0),
  /// No reading is taken.
  DROPOUT(5, 30),
  /// The sensor knows that it cannot measure: NaN, of quality `bad`.
  ERROR(5, 20),
  /// The device loses its connection without DISCONNECT, takes no reading while it starts, and goes on with its sequence.
  REBOOT(1, 5),
  /// The device's clock is wrong by up to two hours and drifts, until it is set right.
  CLOCK(30, 120),
  /// The device is out of reach, keeps what it reads, and sends it all when it is back.
  AWAY(5, 30);

  private final int leastSeconds;
  private final int mostSeconds;

  Fault(int leastSeconds, int mostSeconds) {
    this.leastSeconds = leastSeconds;
    this.mostSeconds = mostSeconds;
  }

  /// As options and results write it.
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  int leastSeconds() {
    return leastSeconds;
  }

  int mostSeconds() {
    return mostSeconds;
  }

  /// Whether it is the sensor that fails, and not the device around it.
  public boolean isOfSensor() {
    return switch (this) {
      case STUCK, SPIKE, DROPOUT, ERROR -> true;
      case REBOOT, CLOCK, AWAY -> false;
    };
  }
}
