package io.tributary.sim.signal;

/// Parts added up. One thread.
final class Sum implements Part {
  private final Part[] parts;

  Sum(Part... parts) {
    this.parts = parts.clone();
  }

  @Override
  public double at(long timeMs) {
    double sum = 0;
    for (Part part : parts) {
      sum += part.at(timeMs);
    }
    return sum;
  }

  @Override
  public void restart() {
    for (Part part : parts) {
      part.restart();
    }
  }
}
