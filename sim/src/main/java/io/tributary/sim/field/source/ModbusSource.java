package io.tributary.sim.field.source;

import io.tributary.sim.field.TerminalPair;
import io.tributary.sim.field.modbus.Slave;
import io.tributary.sim.field.modbus.Stations;
import io.tributary.sim.plant.EdgePlan;
import io.tributary.sim.plant.Plant;
import io.tributary.sim.plant.Plant.Edge;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// A device with one number, which is the next one whenever it is asked. It answers who asks, once.
final class ModbusSource implements Source, Slave {
  private static final int READ_HOLDING = 3;
  private static final byte[] BUSY = {(byte) (READ_HOLDING | 0x80), 6};
  private static final int UNIT = 1;
  private static final int BAUD = 115_200;

  /// An answer that was too late for the edge would be lost, and by nobody's fault: on a busy machine it may take long.
  private static final String TIMEOUT = "10s";

  private final String name;
  private final String place;
  private final Opening opening;
  private final double perSecond;
  private final Account account;
  private @Nullable Closeable station;
  private volatile boolean isOver;

  private interface Opening {
    Closeable open(Slave slave) throws IOException, InterruptedException;
  }

  private ModbusSource(String name, String place, Opening opening, double perSecond) {
    this.name = name;
    this.place = place;
    this.opening = opening;
    this.perSecond = perSecond;
    this.account = new Account(name, Promise.WHILE_UP);
  }

  static ModbusSource tcp(String name, String address, double perSecond) {
    return new ModbusSource(
        name,
        "address: \"%s\"".formatted(address),
        slave -> Stations.tcp(Plant.address(address), slave),
        perSecond);
  }

  /// The line stays when the edge leaves it, as {@link SerialSource} has it. Terminals know no parity.
  static ModbusSource rtu(String name, Path directory, double perSecond) {
    TerminalPair line = new TerminalPair(directory.resolve(name + ".port"));
    return new ModbusSource(
        name,
        "port: %s, baud: %d, parity: none".formatted(line.port(), BAUD),
        slave -> {
          Closeable opened = Stations.rtu(line, slave, BAUD);
          Closeable held = Files.newInputStream(line.port());
          return () -> {
            opened.close();
            held.close();
          };
        },
        perSecond);
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public EdgePlan joined(EdgePlan edge) {
    return edge.more(
        """
          %s:
            type: modbus
            %s
            timeout: %s
            topic: %s
            devices:
              - name: plc
                unit-id: %d
                interval: %dms
                points:
                  - {name: count, table: holding, address: 0, type: uint32}
        """
            .formatted(
                name,
                place.replace(", ", "\n    "),
                TIMEOUT,
                name,
                UNIT,
                Math.max(1, Math.round(1_000 / perSecond))));
  }

  @Override
  public void prepare() throws IOException, InterruptedException {
    station = opening.open(this);
  }

  @Override
  public void start(Edge edge) {
    // It answers since it is there.
  }

  @Override
  public byte @Nullable [] answer(int unit, byte[] pdu) {
    if (unit != UNIT) {
      return null;
    }
    if (isOver || pdu[0] != READ_HOLDING) {
      return BUSY.clone();
    }
    int value = (int) account.say(name + "/plc/count");
    return ByteBuffer.allocate(6).put((byte) READ_HOLDING).put((byte) 4).putInt(value).array();
  }

  @Override
  public void stop() {
    isOver = true;
  }

  @Override
  public Account account() {
    return account;
  }

  @Override
  public void close() throws IOException {
    Closeable open = station;
    if (open != null) {
      open.close();
    }
  }
}
