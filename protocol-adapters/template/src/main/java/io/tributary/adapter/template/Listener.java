package io.tributary.adapter.template;

import io.tributary.adapter.Counts;
import io.tributary.adapter.Emitter;
import io.tributary.adapter.Outlet;
import io.tributary.agent.Agent;
import io.tributary.settings.HostAndPort;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.net.StandardSocketOptions;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/// The listening socket and its devices: an agent, whose thread has all of it.
final class Listener implements Agent {
  /// Without it, whoever connects again and again takes all descriptors of the process, and the journals' with them.
  static final int DEVICES_MOST = 64;

  /// How long a turn waits in the selector: short enough that a thread without work still shows progress.
  private static final long TURN_MILLIS_MOST = 1000;

  private final String name;
  private final Outlet outlet;
  private final Selector selector;
  private final ServerSocketChannel server;
  private final Emitter emitter;
  private final Lines lines;
  private final Counts<Counter> counters = new Counts<>(Counter.class);
  private final Set<Device> devices = new LinkedHashSet<>();
  private volatile int connected;
  private volatile boolean waitsForRoom;
  private int toldWaiting;
  private int toldBlocked;

  private Listener(
      String name, String topic, Outlet outlet, Selector selector, ServerSocketChannel server) {
    this.name = name;
    this.outlet = outlet;
    this.selector = selector;
    this.server = server;
    this.emitter = outlet.open(name, selector::wakeup);
    this.lines = new Lines(topic, outlet, emitter, counters);
  }

  /// @throws IOException when the address cannot be bound; the edge tries again after a while
  static Listener open(String name, LinesSettings settings, Outlet outlet) throws IOException {
    Selector selector = Selector.open();
    ServerSocketChannel server = ServerSocketChannel.open();
    try {
      bind(server, settings.listen());
      server.configureBlocking(false);
      server.register(selector, SelectionKey.OP_ACCEPT);
      return new Listener(name, settings.target().name(), outlet, selector, server);
    } catch (IOException | RuntimeException e) {
      server.close();
      selector.close();
      throw e;
    }
  }

  private static void bind(ServerSocketChannel server, HostAndPort listen) throws IOException {
    InetSocketAddress address = listen.resolve();
    if (address.isUnresolved()) {
      throw new IOException("listen " + listen + ": no such host");
    }
    try {
      server.bind(address);
    } catch (SocketException e) {
      throw new IOException(
          "listen %s cannot be bound (%s): stop what listens there, or choose another port"
              .formatted(listen, e.getMessage()),
          e);
    }
  }

  @Override
  public String name() {
    return "lines-" + name;
  }

  /// Waits for devices and for completions, and serves every device: a journal that has room again does not say for whom.
  @Override
  public int doWork(long nowNanos) throws IOException {
    try {
      selector.select(this::ready, TURN_MILLIS_MOST);
      List.copyOf(devices).forEach(this::serve);
      tell();
      return 1; // the next turn begins at once: it waits in the selector, not in its runner
    } catch (IOException | RuntimeException trouble) {
      outlet.failed("its thread failed: " + trouble);
      throw trouble;
    }
  }

  private void ready(SelectionKey key) {
    if (key.attachment() instanceof Device device) {
      try {
        device.read();
      } catch (IOException e) {
        lose(device, e);
      }
      return;
    }
    try {
      accept();
    } catch (IOException e) {
      counters.count(Counter.REJECTED, "a device was not accepted: " + e.getMessage());
    }
  }

  private void accept() throws IOException {
    SocketChannel channel = server.accept();
    if (channel == null) {
      return;
    }
    if (devices.size() == DEVICES_MOST) {
      counters.count(
          Counter.REJECTED,
          "there are " + DEVICES_MOST + " devices: " + channel.getRemoteAddress());
      channel.close();
      return;
    }
    channel.configureBlocking(false);
    channel.setOption(
        StandardSocketOptions.SO_KEEPALIVE,
        true); // a device that lost its power gives its place back
    SelectionKey key = channel.register(selector, SelectionKey.OP_READ);
    Device device = new Device(channel, key);
    key.attach(device);
    devices.add(device);
    counters.count(Counter.CONNECTED);
  }

  private void serve(Device device) {
    try {
      device.serve(lines);
      if (device.isDone()) {
        drop(device);
      }
    } catch (IOException e) {
      lose(device, e);
    }
  }

  private void lose(Device device, IOException why) {
    counters.count(Counter.LOST, device + ": " + why.getMessage());
    drop(device);
  }

  private void drop(Device device) {
    device.hangUp();
    devices.remove(device);
  }

  /// So that an eager journal commits at once when nobody can send more before it does.
  private void tell() {
    int waiting = 0;
    int blocked = 0;
    boolean starves = false;
    for (Device device : devices) {
      waiting += device.isOwed() ? 1 : 0;
      blocked += device.isBlocked() ? 1 : 0;
      starves |= device.waitsForRoom();
    }
    if (waiting != toldWaiting || blocked != toldBlocked) {
      toldWaiting = waiting;
      toldBlocked = blocked;
      emitter.waiting(waiting, blocked);
    }
    if (starves && !waitsForRoom) {
      counters.count(Counter.PAUSED);
    }
    waitsForRoom = starves;
    connected = devices.size();
  }

  /// Ends a wait in the selector. Any thread.
  void wake() {
    selector.wakeup();
  }

  /// After the thread has ended.
  void close() {
    List.copyOf(devices).forEach(this::drop);
    try {
      server.close();
      selector.close();
    } catch (IOException e) {
      counters.count(Counter.LOST, "the listening socket did not close: " + e.getMessage());
    }
  }

  /// Any thread, as the next two.
  String summary() {
    return "listening on port "
        + port()
        + ", "
        + connected
        + " devices"
        + (waitsForRoom ? ", some wait until the journal has room" : "");
  }

  int port() {
    return server.socket().getLocalPort();
  }

  Counts<Counter> counters() {
    return counters;
  }
}
