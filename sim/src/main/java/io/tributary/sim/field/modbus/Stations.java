package io.tributary.sim.field.modbus;

import io.tributary.sim.field.TerminalPair;
import java.io.Closeable;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Map;

/// Slaves that make no faults, for who has values of his own to say.
public final class Stations {
  private Stations() {}

  /// Listens at once.
  public static Closeable tcp(InetSocketAddress address, Slave slave) throws IOException {
    return tcp(Map.of(address, slave));
  }

  /// Listens at all of these at once, on one thread.
  public static Closeable tcp(Map<InetSocketAddress, ? extends Slave> slaves) throws IOException {
    TcpStation station = new TcpStation(noFaults(), 0, new SentRecord(null));
    for (Map.Entry<InetSocketAddress, ? extends Slave> each : slaves.entrySet()) {
      var unused = station.add(each.getKey(), each.getValue());
    }
    station.start();
    return station::close;
  }

  /// Plugs the line in, and listens at once.
  ///
  /// @param baud how long request and answer take
  public static Closeable rtu(TerminalPair line, Slave slave, int baud)
      throws IOException, InterruptedException {
    RtuStation station = new RtuStation(line, slave, baud, noFaults(), 0, new SentRecord(null));
    station.start();
    return station::close;
  }

  private static FaultDice noFaults() {
    return new FaultDice(0, Map.of());
  }
}
