package io.tributary.device.sensor;

import io.tributary.adapter.AdapterPlan;
import io.tributary.adapter.AdapterType;
import io.tributary.adapter.measurement.Envelope;
import io.tributary.device.bus.BusAddress;
import io.tributary.device.bus.SpiDevice;
import io.tributary.device.part.Parts;
import io.tributary.device.part.Transfer;
import io.tributary.settings.Section;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The adapter type `spi`: the parts on one bus.
public final class SpiAdapterType implements AdapterType {
  /// What an MCP3008 bears at 2.7 V is 1.35 MHz.
  private static final int HERTZ = 1_000_000;

  private static final int HERTZ_MOST = 50_000_000;

  @Override
  public String type() {
    return "spi";
  }

  @Override
  public AdapterPlan plan(Section section) {
    String bus = BusAddress.of(section.string("bus", "0"), path -> section.resolve("bus", path));
    int hertz = section.integer("clock", HERTZ, 1000, HERTZ_MOST);
    List<PartSettings<Transfer>> parts = PartSettings.readAll(section, Parts.SPI);
    return SensorAdapter.plan(type(), Envelope.read(section), () -> probes(bus, hertz, parts));
  }

  private static List<Probe> probes(String bus, int hertz, List<PartSettings<Transfer>> parts) {
    List<Probe> probes = new ArrayList<>();
    for (PartSettings<Transfer> each : parts) {
      Chip chip = new Chip(bus, each.address(), hertz);
      probes.add(
          new PartProbe(each.name(), each.interval(), each.maker().apply(chip), chip::close));
    }
    return probes;
  }

  /// One chip, opened when it is first needed.
  private static final class Chip implements Transfer {
    private final String bus;
    private final int chipSelect;
    private final int hertz;
    private @Nullable SpiDevice device;

    Chip(String bus, int chipSelect, int hertz) {
      this.bus = bus;
      this.chipSelect = chipSelect;
      this.hertz = hertz;
    }

    @Override
    public byte[] transfer(byte... out) throws IOException {
      SpiDevice open = device;
      if (open == null) {
        open = SpiDevice.open(bus, chipSelect, hertz);
        device = open;
      }
      return open.transfer(out);
    }

    void close() {
      if (device != null) {
        device.close();
        device = null;
      }
    }
  }
}
