package io.tributary.adapter.mqtt.bridge.conformance;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.Set;

/// A broker that does what a test says, for what a real one does once in a while: one connection at a time.
final class ScriptedBroker implements AutoCloseable {
  private static final int TIMEOUT_MS = 20_000;
  private static final int CONNECT = 1;
  private static final int SUBSCRIBE = 8;
  private static final int VERSION_AT = 6;

  private final ServerSocket listen = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());

  ScriptedBroker() throws IOException {
    listen.setSoTimeout(TIMEOUT_MS);
  }

  String address() {
    return "127.0.0.1:" + listen.getLocalPort();
  }

  /// Takes the next connection, and its subscriptions when the session is new.
  Connection accept(boolean sessionPresent) throws IOException {
    Connection connection = acceptOnly(sessionPresent);
    if (!sessionPresent) {
      connection.takeSubscriptions();
    }
    return connection;
  }

  Connection acceptOnly(boolean sessionPresent) throws IOException {
    return new Connection(listen.accept(), sessionPresent);
  }

  @Override
  public void close() throws IOException {
    listen.close();
  }

  /// A connection of a client. Packets of it that are not about messages are left out.
  static final class Connection implements AutoCloseable {
    private final Socket socket;
    private final DataInputStream in;
    private final OutputStream out;
    private boolean isVersionFive;

    private Connection(Socket socket, boolean sessionPresent) throws IOException {
      this.socket = socket;
      socket.setSoTimeout(TIMEOUT_MS);
      in = new DataInputStream(socket.getInputStream());
      out = socket.getOutputStream();
      byte[] connect = read(CONNECT);
      isVersionFive = connect[VERSION_AT] == 5;
      send(
          (isVersionFive ? "2003" : "2002")
              + (sessionPresent ? "0100" : "0000")
              + (isVersionFive ? "00" : ""));
    }

    void takeSubscriptions() throws IOException {
      String id = HexFormat.of().formatHex(read(SUBSCRIBE), 0, 2);
      send(isVersionFive ? "9004" + id + "0002" : "9003" + id + "02");
    }

    void publish(int packetId, boolean duplicate, String topic, String payload) throws IOException {
      byte[] name = topic.getBytes(StandardCharsets.UTF_8);
      byte[] value = payload.getBytes(StandardCharsets.UTF_8);
      int properties = isVersionFive ? 1 : 0;
      out.write(
          new byte[] {
            (byte) (duplicate ? 0x3c : 0x34), (byte) (4 + name.length + properties + value.length)
          });
      out.write(new byte[] {0, (byte) name.length});
      out.write(name);
      out.write(new byte[] {0, (byte) packetId});
      out.write(new byte[properties]);
      out.write(value);
    }

    void send(String hex) throws IOException {
      out.write(HexFormat.of().parseHex(hex));
    }

    /// The next packet of a type; others are passed over.
    ///
    /// @return its body
    byte[] read(int type) throws IOException {
      while (true) {
        int first = in.readUnsignedByte();
        byte[] body = readBody();
        if (first >> 4 == type) {
          return body;
        }
      }
    }

    /// The next packet.
    ///
    /// @return its type
    int readNext() throws IOException {
      int type = in.readUnsignedByte() >> 4;
      readBody();
      return type;
    }

    /// The next packets of two types, in either order.
    void readBoth(int one, int other) throws IOException {
      Set<Integer> missing = new HashSet<>(Set.of(one, other));
      while (!missing.isEmpty()) {
        missing.remove(readNext());
      }
    }

    private byte[] readBody() throws IOException {
      int length = 0;
      int shift = 0;
      int digit;
      do {
        digit = in.readUnsignedByte();
        length |= (digit & 127) << shift;
        shift += 7;
      } while (digit >= 128);
      return in.readNBytes(length);
    }

    /// Returns when the client has closed it.
    void awaitEnd() throws IOException {
      var unused = in.readAllBytes();
    }

    @Override
    public void close() throws IOException {
      socket.close();
    }
  }
}
