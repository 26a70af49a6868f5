package io.tributary.adapter.modbus;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/// Points, devices and what becomes of their polls, for tests.
final class Plant implements Polls {
  static final long SECOND = 1_000_000_000L;
  static final long MILLI = 1_000_000L;

  final List<String> told = new ArrayList<>();
  final Map<Counter, Long> counts = new EnumMap<>(Counter.class);

  static Point register(String name, int address, int count, long intervalNanos) {
    return point(name, Table.HOLDING, address, count, intervalNanos);
  }

  static Point point(String name, Table table, int address, int count, long intervalNanos) {
    Encoding encoding =
        new Encoding(
            table.isOfBits ? PointType.BIT : count == 2 ? PointType.UINT32 : PointType.UINT16,
            false,
            false,
            BigDecimal.ONE,
            BigDecimal.ZERO);
    return new Point(name, table, address, count, 0, encoding, null, null, intervalNanos, false);
  }

  /// A device with one register.
  static Device device(int unit, long intervalNanos) {
    return new Device(
        "d" + unit, unit, Block.of(List.of(register("r", 0, 1, intervalNanos)), 0, 125));
  }

  @Override
  public void read(Device device, Block block, byte[] data) {
    for (Point point : block.points) {
      try {
        told.add(
            device.name + "/" + point.name() + "=" + point.value(point.partOf(data, block.start)));
      } catch (NoValue e) {
        told.add(device.name + "/" + point.name() + ": " + e.getMessage());
      }
    }
  }

  @Override
  public void failed(Device device, Block block, String why) {
    block.points.forEach(point -> told.add(device.name + "/" + point.name() + ": " + why));
  }

  @Override
  public void count(Counter counter, long amount) {
    counts.merge(counter, amount, Long::sum);
  }

  @Override
  public void example(String what) {}

  long counted(Counter counter) {
    return counts.getOrDefault(counter, 0L);
  }
}
