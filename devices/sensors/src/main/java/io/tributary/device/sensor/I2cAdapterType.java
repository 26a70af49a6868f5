package io.tributary.device.sensor;

import io.tributary.adapter.AdapterPlan;
import io.tributary.adapter.AdapterType;
import io.tributary.adapter.measurement.Envelope;
import io.tributary.device.bus.BusAddress;
import io.tributary.device.bus.I2cBus;
import io.tributary.device.part.Parts;
import io.tributary.device.part.Registers;
import io.tributary.settings.Section;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/// The adapter type `i2c`: the parts on one bus.
public final class I2cAdapterType implements AdapterType {
  @Override
  public String type() {
    return "i2c";
  }

  @Override
  public AdapterPlan plan(Section section) {
    String address =
        BusAddress.of(section.string("bus", "1"), path -> section.resolve("bus", path));
    List<PartSettings<Registers>> parts = PartSettings.readAll(section, Parts.I2C);
    return SensorAdapter.plan(type(), Envelope.read(section), () -> probes(address, parts));
  }

  private static List<Probe> probes(String address, List<PartSettings<Registers>> parts) {
    List<Probe> probes = new ArrayList<>();
    for (PartSettings<Registers> each : parts) {
      Chip chip = new Chip(address, each.address());
      probes.add(
          new PartProbe(each.name(), each.interval(), each.maker().apply(chip), chip::close));
    }
    return probes;
  }

  /// One chip, with a bus that is opened when it is first needed. Each has its own: one that is away does not close the others'.
  private static final class Chip implements Registers {
    private final String busAddress;
    private final int address;
    private @Nullable I2cBus bus;

    Chip(String busAddress, int address) {
      this.busAddress = busAddress;
      this.address = address;
    }

    @Override
    public byte[] read(int register, int count) throws IOException {
      return bus().read(address, register, count);
    }

    @Override
    public void write(int register, byte... bytes) throws IOException {
      bus().write(address, register, bytes);
    }

    private I2cBus bus() throws IOException {
      I2cBus open = bus;
      if (open == null) {
        open = I2cBus.open(busAddress);
        bus = open;
      }
      return open;
    }

    @Override
    public void pause(long micros) {
      long untilNanos = System.nanoTime() + TimeUnit.MICROSECONDS.toNanos(micros);
      for (long left = untilNanos - System.nanoTime(); left > 0; ) {
        LockSupport.parkNanos(this, left);
        left = untilNanos - System.nanoTime();
      }
    }

    void close() {
      if (bus != null) {
        bus.close();
        bus = null;
      }
    }
  }
}
