package io.tributary.adapter.modbus;

import io.tributary.adapter.Adapter;
import io.tributary.adapter.AdapterStatus;
import io.tributary.adapter.Counts;
import io.tributary.adapter.Emitter;
import io.tributary.adapter.Outlet;
import io.tributary.adapter.command.CommandSettings;
import io.tributary.adapter.command.Commands;
import io.tributary.adapter.measurement.Feed;
import io.tributary.adapter.serial.port.PortSettings;
import io.tributary.agent.AgentRunner;
import io.tributary.settings.HostAndPort;
import java.io.IOException;
import java.nio.channels.Selector;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// One life of the adapter: the lines of its section and the thread that runs them. A device that is away is no failure of it.
final class ModbusAdapter implements Adapter {
  private final String type;
  private final String name;
  private final ModbusSettings settings;
  private final Outlet outlet;
  private final Counts<Counter> counts = new Counts<>(Counter.class);
  private volatile @Nullable Running running;

  private record Running(LineAgent lines, Feed feed, Orders orders, AgentRunner thread) {}

  ModbusAdapter(String type, String name, ModbusSettings settings, Outlet outlet) {
    this.type = type;
    this.name = name;
    this.settings = settings;
    this.outlet = outlet;
  }

  @Override
  public void start() throws IOException {
    Emitter emitter = outlet.open(name, this::wake);
    Feed feed = new Feed(settings.envelope(), name, emitter);
    Orders orders = new Orders(commands(emitter), new Writes());
    LineAgent lines = lines(feed, orders, new Readings(name, feed, counts));
    AgentRunner thread =
        new AgentRunner(lines, bug -> outlet.failed("ended by a bug, please report it: " + bug));
    running = new Running(lines, feed, orders, thread);
    thread.start();
  }

  private @Nullable Commands commands(Emitter emitter) {
    CommandSettings commands = settings.commands();
    return commands == null
        ? null
        : new Commands(commands, settings.envelope(), name, outlet, emitter, this::wake);
  }

  private LineAgent lines(Feed feed, Orders orders, Readings readings) throws IOException {
    long nowNanos = System.nanoTime();
    PortSettings port = settings.port();
    if (port != null) {
      List<Device> devices =
          settings.devices().stream().map(ModbusSettings.DeviceSettings::device).toList();
      Line line = new Line(devices, new RtuFrames(), settings.timing(), readings, nowNanos);
      devices.forEach(device -> orders.writes().add(line, device));
      return new SerialLine(name, port, line, devices.size(), feed, orders, readings);
    }
    Map<HostAndPort, List<Device>> byAddress = new LinkedHashMap<>();
    for (ModbusSettings.DeviceSettings each : settings.devices()) {
      byAddress
          .computeIfAbsent(Objects.requireNonNull(each.address()), address -> new ArrayList<>())
          .add(each.device());
    }
    List<TcpLine> lines = new ArrayList<>();
    byAddress.forEach((address, devices) -> {
      TcpFrames frames = new TcpFrames();
      Line line = new Line(devices, frames, settings.timing(), readings, nowNanos);
      devices.forEach(device -> orders.writes().add(line, device));
      lines.add(new TcpLine(address, line, frames, settings.timing(), readings, nowNanos));
    });
    return new TcpLines(name, Selector.open(), lines, feed, orders);
  }

  private void wake() {
    Running now = running;
    if (now != null) {
      now.lines.wake();
    }
  }

  @Override
  public AdapterStatus status() {
    Running now = running;
    if (now == null) {
      return new AdapterStatus(type, false, "not started", Map.of(), null);
    }
    String standstill = now.thread.standstill(System.nanoTime());
    Map<String, Long> all = new LinkedHashMap<>(counts.shown());
    all.putAll(now.feed.counts().shown());
    Commands commands = now.orders.commands();
    if (commands != null) {
      all.putAll(commands.counts().shown());
    }
    return new AdapterStatus(
        type,
        standstill == null && now.lines.isOpen(),
        standstill == null ? now.lines.summary() : standstill,
        all,
        lastError(now));
  }

  private @Nullable String lastError(Running now) {
    Commands commands = now.orders.commands();
    String ofCommands = commands == null ? null : commands.counts().lastError();
    if (ofCommands != null) {
      return ofCommands;
    }
    String own = counts.lastError();
    return own == null ? now.feed.counts().lastError() : own;
  }

  @Override
  public void close() {
    Running now = running;
    if (now != null) {
      now.thread.close(
          java.time.Duration.ZERO); // asks for the end, for the thread may wait in the selector
      now.lines.wake();
      now.thread.close();
      now.lines.close();
      now.orders.close();
    }
  }
}
