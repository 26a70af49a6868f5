package io.tributary.sim.signal;

/// A part times another: a load times the shifts of the plant. One thread.
final class Scaled implements Part {
  private final Part part;
  private final Part factor;

  Scaled(Part part, Part factor) {
    this.part = part;
    this.factor = factor;
  }

  @Override
  public double at(long timeMs) {
    return part.at(timeMs) * factor.at(timeMs);
  }

  @Override
  public void restart() {
    part.restart();
    factor.restart();
  }
}
