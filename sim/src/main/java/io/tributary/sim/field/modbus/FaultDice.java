package io.tributary.sim.field.modbus;

import java.util.EnumMap;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Collectors;

/// Which answers go wrong, and how; the same seed has the same faults, answer by answer. Its counts may be read by any thread.
final class FaultDice {
  private static final int PERCENT = 100;
  private static final int NOISE_BYTES_MOST = 8;

  private final SplittableRandom random;
  private final Map<Fault, Double> percents;
  private final Map<Fault, Long> counts = new EnumMap<>(Fault.class);

  /// @param percents of the answers, by fault; their sum is at most 100
  FaultDice(long seed, Map<Fault, Double> percents) {
    double sum = percents.values().stream().mapToDouble(each -> each).sum();
    if (sum > PERCENT || percents.values().stream().anyMatch(each -> each < 0)) {
      throw new IllegalArgumentException(
          "the faults have " + sum + " % of the answers; it must be 0 to 100");
    }
    this.random = new SplittableRandom(seed);
    this.percents = new EnumMap<>(Fault.class);
    this.percents.putAll(percents);
  }

  /// What is wrong with the next answer.
  synchronized Fault next() {
    double thrown = random.nextDouble(PERCENT);
    for (Map.Entry<Fault, Double> each : percents.entrySet()) {
      thrown -= each.getValue();
      if (thrown < 0) {
        counts.merge(each.getKey(), 1L, Long::sum);
        return each.getKey();
      }
    }
    return Fault.NONE;
  }

  /// A pdu with other values than these: whoever takes it has what no device said.
  synchronized byte[] wrong(byte[] pdu) {
    byte[] wrong = pdu.clone();
    for (int i = 2; i < wrong.length; i++) {
      wrong[i] ^= (byte) 0xff;
    }
    return wrong;
  }

  /// A frame with one bit of its values turned.
  synchronized byte[] turned(byte[] frame, int from, int to) {
    byte[] turned = frame.clone();
    turned[from + random.nextInt(to - from)] ^= (byte) (1 << random.nextInt(Byte.SIZE));
    return turned;
  }

  synchronized byte[] noise() {
    byte[] noise = new byte[1 + random.nextInt(NOISE_BYTES_MOST)];
    random.nextBytes(noise);
    return noise;
  }

  synchronized long count(Fault fault) {
    return counts.getOrDefault(fault, 0L);
  }

  synchronized String summary() {
    return percents.keySet().stream()
        .map(each -> each.word() + " " + count(each))
        .collect(Collectors.joining(", "));
  }
}
