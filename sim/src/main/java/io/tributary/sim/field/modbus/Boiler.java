package io.tributary.sim.field.modbus;

import java.util.SplittableRandom;

/// What a PLC sees and does: a boiler with a heater, a pump and a counter, and registers that say who they are.
///
/// | table | address | what |
/// |---|---|---|
/// | input | 0 | temperature, int16, 0.1 °C |
/// | | 1 | pressure, uint16, 0.01 bar |
/// | | 2, 3 | strokes of the pump, uint32 |
/// | | 4, 5 | temperature, float32 |
/// | | 6 | seconds of its life, uint16 |
/// | holding | 0 | set point, int16, 0.1 °C |
/// | coil | 0 | whether it may heat |
/// | | 1 | whether the pump runs |
/// | discrete | 0 | too hot |
/// | | 1 | pressure too low |
/// | | 2 | heats |
/// | | 3 | on in each second second |
///
/// Other registers hold unit * 256 + address at first, other bits are on where unit + address is a multiple of three: whoever takes
/// the answer of another unit, or to another request, has a wrong value.
final class Boiler {
  static final int REGISTERS = 128;
  static final int BITS = 64;

  private static final long STEP_NANOS = 100_000_000;
  private static final int STEPS_A_SECOND = 10;
  private static final int STEPS_MOST = 10_000;
  private static final int SET_POINT = 600;
  private static final double AMBIENT = 18;
  private static final double HOT = 95;
  private static final double LOW_BAR = 1.2;

  final int[] input = new int[REGISTERS];
  final int[] holding = new int[REGISTERS];
  final boolean[] coils = new boolean[BITS];
  final boolean[] discretes = new boolean[BITS];

  private final SplittableRandom random;
  private final long bornNanos;
  private long steps;
  private double temperature = AMBIENT;
  private boolean heats;
  private long strokes;

  Boiler(int unit, long seed, long nowNanos) {
    this.random = new SplittableRandom(seed * 257 + unit);
    this.bornNanos = nowNanos;
    for (int address = 0; address < REGISTERS; address++) {
      input[address] = (unit * 256 + address) & 0xffff;
      holding[address] = input[address];
    }
    for (int address = 0; address < BITS; address++) {
      coils[address] = (unit + address) % 3 == 0;
      discretes[address] = coils[address];
    }
    holding[0] = SET_POINT;
    coils[0] = true;
    coils[1] = true;
    show();
  }

  /// Lives on until now; what it has slept through for very long is left out.
  void advance(long nowNanos) {
    long due = (nowNanos - bornNanos) / STEP_NANOS;
    steps = Math.max(steps, due - STEPS_MOST);
    while (steps < due) {
      step();
      steps++;
    }
    show();
  }

  private void step() {
    double setPoint = (short) holding[0] / 10.0;
    heats = coils[0] && (heats ? temperature < setPoint + 2 : temperature < setPoint - 2);
    temperature +=
        (heats ? 0.5 : 0) - (temperature - AMBIENT) * 0.004 + (random.nextDouble() - 0.5) * 0.2;
    strokes += coils[1] ? 1 + random.nextInt(3) : 0;
  }

  private void show() {
    double bar = 1 + temperature / 100 + random.nextDouble() * 0.02;
    input[0] = (int) Math.round(temperature * 10) & 0xffff;
    input[1] = (int) Math.round(bar * 100);
    input[2] = (int) (strokes >> 16) & 0xffff;
    input[3] = (int) strokes & 0xffff;
    int bits = Float.floatToIntBits((float) temperature);
    input[4] = bits >>> 16;
    input[5] = bits & 0xffff;
    input[6] = (int) (steps / STEPS_A_SECOND) & 0xffff;
    discretes[0] = temperature > HOT;
    discretes[1] = bar < LOW_BAR;
    discretes[2] = heats;
    discretes[3] = steps / STEPS_A_SECOND % 2 == 1;
  }
}
