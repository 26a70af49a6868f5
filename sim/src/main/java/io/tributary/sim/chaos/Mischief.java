package io.tributary.sim.chaos;

/// What chaos does, and how often it is in the deck from which it draws.
enum Mischief {
  KILL_EDGE(4),
  KILL_HUB(3),
  KILL_BOTH(1),
  PAUSE_EDGE(2),
  PAUSE_HUB(2),
  CRASH_EDGE(4),
  CRASH_HUB(3),
  CUT(3),
  RESET(2),
  HALF_OPEN(2),
  THROTTLE(2),
  SLICE(2),
  DELAY(1),
  FILL_EDGE(2),
  FILL_HUB(1),
  BURST(3),
  FLIP_MIDDLE(3),
  FLIP_TAIL(2),
  FLIP_HUB(4),
  CLONE(1);

  private final int times;

  Mischief(int times) {
    this.times = times;
  }

  int times() {
    return times;
  }
}
