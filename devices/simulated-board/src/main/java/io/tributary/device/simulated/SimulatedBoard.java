package io.tributary.device.simulated;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// A board. Any thread.
public final class SimulatedBoard implements AutoCloseable {
  private final Path socket;
  private final ServerSocketChannel server;
  private final ScheduledExecutorService clock;
  private final Map<Integer, SimulatedChip> chips = new HashMap<>();
  private final Map<Integer, UnaryOperator<byte[]>> selected = new HashMap<>();
  private final Map<Integer, SimulatedPin> pins = new HashMap<>();
  private final Set<SocketChannel> channels = new HashSet<>();
  private int lost;

  private SimulatedBoard(Path socket, ServerSocketChannel server) {
    this.socket = socket;
    this.server = server;
    this.clock =
        Executors.newSingleThreadScheduledExecutor(
            task -> Thread.ofPlatform().daemon().name("board-clock").unstarted(task));
  }

  /// Puts a board on a socket.
  ///
  /// @throws IOException when the path cannot be had
  public static SimulatedBoard listen(Path socket) throws IOException {
    Files.deleteIfExists(socket);
    ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    try {
      server.bind(UnixDomainSocketAddress.of(socket));
    } catch (IOException e) {
      server.close();
      throw new IOException(socket + ": " + e.getMessage(), e);
    }
    SimulatedBoard board = new SimulatedBoard(socket, server);
    Thread.ofVirtual().name("board").start(board::accept);
    return board;
  }

  private void accept() {
    while (true) {
      try {
        SocketChannel channel = server.accept();
        synchronized (this) {
          channels.add(channel);
        }
        Thread.ofVirtual().name("board-user").start(() -> serve(channel));
      } catch (ClosedChannelException e) {
        return;
      } catch (IOException e) {
        throw new IllegalStateException(e);
      }
    }
  }

  private void serve(SocketChannel channel) {
    try (channel;
        BoardUser user = new BoardUser(this, channel)) {
      user.serve();
    } catch (IOException e) {
      // The edge is gone, or the board is pulled.
    } finally {
      synchronized (this) {
        channels.remove(channel);
      }
    }
  }

  /// Puts a chip on the I²C bus, in place of another one at its address.
  public synchronized void plug(int address, SimulatedChip chip) {
    chips.put(address, chip);
  }

  /// Takes the chip from the I²C bus.
  public synchronized void pull(int address) {
    chips.remove(address);
  }

  /// Puts a chip on the SPI bus, which answers what is sent to it.
  public synchronized void select(int chipSelect, UnaryOperator<byte[]> chip) {
    selected.put(chipSelect, chip);
  }

  /// Drives a pin from outside.
  public synchronized void drive(int pin, boolean high) {
    drive(pin, high, nowNanos());
  }

  /// Drives a pin from outside, at a moment that the owner chooses.
  ///
  /// @param timeNanos since 1970, as the edge is told
  public synchronized void drive(int pin, boolean high, long timeNanos) {
    pin(pin).drive(high, timeNanos, this, clock);
  }

  /// Drops changes, as a kernel that has no room for them: the next change tells how many.
  public synchronized void lose(int changes) {
    lost += changes;
  }

  /// How many were dropped since it was last asked.
  synchronized int takeLost() {
    int taken = lost;
    lost = 0;
    return taken;
  }

  /// Whether there is voltage on a pin, whoever drives it.
  public synchronized boolean isHigh(int pin) {
    return pin(pin).isHigh();
  }

  /// Ends every connection: the wire to the edge is pulled. It may connect again.
  public synchronized void cut() throws IOException {
    for (SocketChannel each : channels) {
      each.close();
    }
  }

  SimulatedPin pin(int number) {
    return pins.computeIfAbsent(number, SimulatedPin::new);
  }

  /// @return what a chip answers; null when there is none
  synchronized byte @Nullable [] read(int address, int register, int count) {
    SimulatedChip chip = chips.get(address);
    return chip == null ? null : chip.read(register, count);
  }

  synchronized boolean write(int address, int register, byte[] bytes) {
    SimulatedChip chip = chips.get(address);
    return chip != null && chip.write(register, bytes);
  }

  /// What comes back on SPI. A bus that nobody drives is high.
  synchronized byte[] transfer(int chipSelect, byte[] out) {
    UnaryOperator<byte[]> chip = selected.get(chipSelect);
    if (chip != null) {
      return chip.apply(out);
    }
    byte[] high = new byte[out.length];
    Arrays.fill(high, (byte) 0xff);
    return high;
  }

  private static long nowNanos() {
    Instant now = Instant.now();
    return now.getEpochSecond() * 1_000_000_000L + now.getNano();
  }

  @Override
  public void close() {
    clock.shutdownNow();
    try {
      server.close();
      cut();
      Files.deleteIfExists(socket);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }
}
