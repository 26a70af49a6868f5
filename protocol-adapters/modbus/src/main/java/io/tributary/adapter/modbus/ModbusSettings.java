package io.tributary.adapter.modbus;

import io.tributary.adapter.command.CommandSettings;
import io.tributary.adapter.measurement.Envelope;
import io.tributary.adapter.measurement.SourceNames;
import io.tributary.adapter.serial.port.PortSettings;
import io.tributary.settings.HostAndPort;
import io.tributary.settings.Section;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// What the owner of the edge writes for devices that speak Modbus.
///
/// @param port of a serial line; null: all devices are reached by TCP
/// @param commands null: nothing is written
record ModbusSettings(
    @Nullable PortSettings port,
    Envelope envelope,
    Timing timing,
    List<DeviceSettings> devices,
    @Nullable CommandSettings commands) {
  /// @param address null on a serial line
  record DeviceSettings(
      String name, @Nullable HostAndPort address, int unit, List<Point> points, int gap, int most) {
    Device device() {
      return new Device(name, unit, Block.of(points, gap, most));
    }
  }

  private static final int LINE_BAUD = 19_200;
  private static final int UNIT_MOST = 247;
  private static final int UNIT_OF_TCP_MOST = 255;

  /// Between frames there is silence for 3.5 characters, and from 19,200 baud on for 1.75 ms (Modbus over serial line 1.02, section
  /// 2.5.1.1).
  private static final long SHORTEST_GAP_NANOS = TimeUnit.MICROSECONDS.toNanos(1750);

  static ModbusSettings read(Section section) {
    boolean isSerial = section.has("port");
    PortSettings port =
        isSerial ? PortSettings.read(section, LINE_BAUD, PortSettings.Parity.EVEN) : null;
    HostAndPort address = !isSerial && section.has("address") ? section.address("address") : null;
    return new ModbusSettings(
        port,
        Envelope.read(section),
        timing(section, port),
        devices(section, isSerial, address),
        CommandSettings.read(section));
  }

  private static Timing timing(Section section, @Nullable PortSettings port) {
    Duration most = Duration.ofMinutes(1);
    long gapNanos =
        section.duration("delay", Duration.ZERO, Duration.ZERO, Duration.ofSeconds(10)).toNanos();
    if (port != null) {
      gapNanos = Math.max(gapNanos, Math.max(SHORTEST_GAP_NANOS, port.characterNanos() * 7 / 2));
    }
    return new Timing(
        section.duration("timeout", Duration.ofSeconds(1), Duration.ofMillis(10), most).toNanos(),
        gapNanos,
        section.integer("retries", 1, 0, 10),
        section
            .duration(
                "retry-most", Duration.ofSeconds(30), Duration.ofSeconds(1), Duration.ofHours(1))
            .toNanos(),
        port != null);
  }

  private static List<DeviceSettings> devices(
      Section section, boolean isSerial, @Nullable HostAndPort address) {
    List<DeviceSettings> devices = new ArrayList<>();
    SourceNames names = new SourceNames();
    for (Section each : section.sections("devices")) {
      devices.add(device(each, isSerial, address, names));
    }
    if (devices.isEmpty()) {
      section.refuse(
          "devices",
          "is empty; it must say what to ask, such as"
              + " [{name: boiler, unit-id: 1, points: [{name: temperature, table: input, address: 0}]}]");
    }
    return List.copyOf(devices);
  }

  private static DeviceSettings device(
      Section section, boolean isSerial, @Nullable HostAndPort address, SourceNames names) {
    String name = names.read(section);
    HostAndPort own = isSerial ? null : ownAddress(section, address);
    int unit =
        section.integer("unit-id", 1, isSerial ? 1 : 0, isSerial ? UNIT_MOST : UNIT_OF_TCP_MOST);
    Duration interval =
        section.duration(
            "interval", Duration.ofSeconds(1), Duration.ofMillis(10), Duration.ofDays(1));
    List<Point> points = new ArrayList<>();
    SourceNames pointNames = new SourceNames();
    for (Section each : section.sections("points")) {
      points.add(PointSettings.read(each, pointNames.read(each), interval));
    }
    if (points.isEmpty()) {
      section.refuse(
          "points",
          "is empty; it must say what to read, such as [{name: temperature, table: input, address: 0}]");
    }
    return new DeviceSettings(
        name,
        own,
        unit,
        List.copyOf(points),
        section.integer("gap", 0, 0, Table.REGISTERS_MOST),
        section.integer("registers-most", Table.REGISTERS_MOST, 1, Table.REGISTERS_MOST));
  }

  private static @Nullable HostAndPort ownAddress(Section section, @Nullable HostAndPort address) {
    if (address != null && !section.has("address")) {
      return address;
    }
    return section.address("address");
  }

  /// The words of a point.
  static final class PointSettings {
    private enum Order {
      BIG,
      LITTLE
    }

    private static final int STRING_REGISTERS_MOST = Table.REGISTERS_MOST;

    private PointSettings() {}

    static Point read(Section section, String name, Duration deviceInterval) {
      Table table = section.oneOf("table", Table.class, Table.HOLDING);
      PointType type =
          section.oneOf("type", PointType.class, table.isOfBits ? PointType.BIT : PointType.UINT16);
      if (table.isOfBits && type != PointType.BIT) {
        section.refuse(
            "type",
            "must be bit: the table '"
                + table.name().toLowerCase(java.util.Locale.ROOT)
                + "' has single bits");
      }
      int count = count(section, table, type);
      int address = section.integer("address", 0, 0, Point.ADDRESSES - 1);
      if (!section.has("address")) {
        section.refuse("address", "is missing; it must be a whole number from 0 to 65535");
      } else if (address + count > Point.ADDRESSES) {
        section.refuse(
            "address", "is " + address + ", and its " + count + " registers end beyond 65535");
      }
      return new Point(
          name,
          table,
          address,
          count,
          type == PointType.BIT && !table.isOfBits ? section.integer("bit", 0, 0, 15) : 0,
          encoding(section, type),
          section.stringOrNull("unit"),
          type.isNumber() && section.has("deadband")
              ? section.decimal("deadband", BigDecimal.ZERO, BigDecimal.ZERO, null)
              : null,
          section
              .duration("interval", deviceInterval, Duration.ofMillis(10), Duration.ofDays(1))
              .toNanos(),
          isWritable(section, table, type));
    }

    private static boolean isWritable(Section section, Table table, PointType type) {
      boolean isWritable = section.bool("writable", false);
      boolean canBe = table == Table.COIL || (table == Table.HOLDING && type != PointType.BIT);
      if (isWritable && !canBe) {
        section.refuse(
            "writable", "is true, but only coils and whole holding registers can be written");
      }
      return isWritable;
    }

    private static int count(Section section, Table table, PointType type) {
      if (table.isOfBits) {
        return 1;
      }
      return switch (type) {
        case STRING -> {
          if (!section.has("length")) {
            section.refuse("length", "is missing; it must say how many registers the text has");
          }
          yield section.integer("length", 1, 1, STRING_REGISTERS_MOST);
        }
        default -> type.registers;
      };
    }

    private static Encoding encoding(Section section, PointType type) {
      boolean isScaled = type.isNumber();
      return new Encoding(
          type,
          section.oneOf("byte-order", Order.class, Order.BIG) == Order.LITTLE,
          section.oneOf("word-order", Order.class, Order.BIG) == Order.LITTLE,
          isScaled ? scale(section) : BigDecimal.ONE,
          isScaled ? section.decimal("offset", BigDecimal.ZERO, null, null) : BigDecimal.ZERO);
    }

    private static BigDecimal scale(Section section) {
      BigDecimal scale = section.decimal("scale", BigDecimal.ONE, null, null);
      if (scale.signum() == 0) {
        section.refuse("scale", "is 0 but must be another number, such as 0.1");
        return BigDecimal.ONE;
      }
      return scale;
    }
  }
}
