package io.tributary.sim.field.modbus.capture;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A TCP connection to a server, and what went either way in it.
final class Connection {
  final Endpoint server;
  final TcpStream requests = new TcpStream();
  final TcpStream responses = new TcpStream();

  /// The sequence number of the SYN; null when it was opened before the capture began.
  private final @Nullable Long opened;

  private record Ends(Endpoint client, Endpoint server) {}

  private Connection(Endpoint server, @Nullable Long opened) {
    this.server = server;
    this.opened = opened;
  }

  /// The connections to a port, in the order in which the capture has them. A client that opens one anew between the same ends, with
  /// another sequence number, begins another.
  static List<Connection> of(List<byte[]> frames, int port) {
    List<Connection> all = new ArrayList<>();
    Map<Ends, Connection> present = new HashMap<>();
    for (int number = 0; number < frames.size(); number++) {
      Segment segment = Segment.of(number, frames.get(number));
      if (segment == null || (segment.target().port() != port && segment.source().port() != port)) {
        continue;
      }
      boolean isRequest = segment.target().port() == port;
      Ends ends =
          isRequest
              ? new Ends(segment.source(), segment.target())
              : new Ends(segment.target(), segment.source());
      Connection connection = present.get(ends);
      if (connection == null || (isRequest && connection.isOpenedAnewBy(segment))) {
        connection =
            new Connection(ends.server(), segment.opens() ? (Long) segment.sequence() : null);
        present.put(ends, connection);
        all.add(connection);
      }
      (isRequest ? connection.requests : connection.responses).add(segment);
    }
    return all;
  }

  private boolean isOpenedAnewBy(Segment segment) {
    return segment.opens() && (opened == null || opened != segment.sequence());
  }
}
