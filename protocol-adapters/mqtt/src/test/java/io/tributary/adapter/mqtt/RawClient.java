package io.tributary.adapter.mqtt;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/// A client that says exactly what a test wants it to say, well formed or not.
final class RawClient implements AutoCloseable {
  /// CONNACK of MQTT 3.1.1, accepted, no session.
  static final String ACCEPTED = "20020000";

  private static final HexFormat HEX = HexFormat.of();

  private final Socket socket;
  private final DataInputStream in;
  private final OutputStream out;

  RawClient(Bed bed) throws IOException {
    this(new Socket(bed.address().getAddress(), bed.address().getPort()));
  }

  RawClient(Socket socket) throws IOException {
    this.socket = socket;
    socket.setSoTimeout((int) Bed.PATIENCE.toMillis());
    socket.setTcpNoDelay(true);
    in = new DataInputStream(socket.getInputStream());
    out = socket.getOutputStream();
  }

  /// Connected with MQTT 3.1.1.
  static RawClient v3(Bed bed, String clientId, boolean cleanSession) throws IOException {
    RawClient client = new RawClient(bed);
    client.send(connect(4, clientId, cleanSession, ""));
    return client;
  }

  /// Connected with MQTT 5; the properties in hexadecimal, without their length.
  static RawClient v5(Bed bed, String clientId, boolean cleanStart, String properties)
      throws IOException {
    RawClient client = new RawClient(bed);
    client.send(connect(5, clientId, cleanStart, properties));
    return client;
  }

  static String connect(int version, String clientId, boolean clean, String properties) {
    String body =
        string("MQTT")
            + hex(version)
            + (clean ? "02" : "00")
            + "003c"
            + (version == 5 ? hex(properties.length() / 2) + properties : "")
            + string(clientId);
    return packet(0x10, body);
  }

  /// A CONNECT that says who it is.
  ///
  /// @param password null: none
  static String connectAs(
      int version, String clientId, boolean clean, String user, @Nullable String password) {
    int flags = 0x80 | (password == null ? 0 : 0x40) | (clean ? 2 : 0);
    String body =
        string("MQTT")
            + hex(version)
            + hex(flags)
            + "003c"
            + (version == 5 ? "051100000e10" : "")
            + string(clientId)
            + string(user)
            + (password == null ? "" : string(password));
    return packet(0x10, body);
  }

  /// Properties for MQTT 5 publishes are in hexadecimal; none are written for 3.1.1, where `properties` is null.
  static String publish(
      int qos, int packetId, String topic, String payload, @Nullable String properties) {
    String id = qos == 0 ? "" : hex16(packetId);
    String props = properties == null ? "" : hex(properties.length() / 2) + properties;
    String value = HEX.formatHex(payload.getBytes(StandardCharsets.UTF_8));
    return packet(0x30 | qos << 1, string(topic) + id + props + value);
  }

  static String publish(int qos, int packetId, String topic, String payload) {
    return publish(qos, packetId, topic, payload, null);
  }

  /// One filter; the options' lower two bits are its QoS.
  static String subscribe(int version, int packetId, String filter, int options) {
    String properties = version == 5 ? "00" : "";
    return packet(0x82, hex16(packetId) + properties + string(filter) + hex(options));
  }

  static String pubrel(int packetId) {
    return packet(0x62, hex16(packetId));
  }

  static String packet(int header, String body) {
    int length = body.length() / 2;
    StringBuilder packet = new StringBuilder(hex(header));
    do {
      int digit = length & 0x7f;
      length >>>= 7;
      packet.append(hex(length > 0 ? digit | 0x80 : digit));
    } while (length > 0);
    return packet.append(body).toString();
  }

  static String string(String text) {
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    return hex16(utf8.length) + HEX.formatHex(utf8);
  }

  static String hex(int value) {
    return HEX.toHexDigits((byte) value);
  }

  static String hex16(int value) {
    return HEX.toHexDigits((short) value);
  }

  void send(String hex) throws IOException {
    out.write(HEX.parseHex(hex));
    out.flush();
  }

  /// Sends, and does not mind when the server has closed.
  void sendAsFarAsTaken(String hex) {
    try {
      send(hex);
    } catch (IOException closed) {
      // What the test is about.
    }
  }

  /// Sends each byte by itself.
  void sendByteByByte(String hex) throws IOException {
    for (byte b : HEX.parseHex(hex)) {
      out.write(b);
      out.flush();
    }
  }

  /// The next packet, in hexadecimal; `closed` when the server has closed.
  String read() throws IOException {
    try {
      ByteArrayOutputStream packet = new ByteArrayOutputStream();
      packet.write(in.readUnsignedByte());
      int length = 0;
      int shift = 0;
      int part;
      do {
        part = in.readUnsignedByte();
        packet.write(part);
        length |= (part & 0x7f) << shift;
        shift += 7;
      } while (part >= 0x80);
      packet.write(in.readNBytes(length));
      return HEX.formatHex(packet.toByteArray());
    } catch (EOFException | SocketException e) {
      return "closed";
    }
  }

  void expect(String... packets) throws IOException {
    for (String packet : packets) {
      assertEquals(packet, read());
    }
  }

  /// Expects a DISCONNECT of MQTT 5 with this reason, and the end.
  void expectDisconnect(Reason reason) throws IOException {
    String packet = read();
    assertEquals("e0", packet.substring(0, Math.min(2, packet.length())), packet);
    assertEquals(hex(reason.code), packet.substring(4, 6), packet);
    assertEquals("closed", read());
  }

  /// Expects a CONNACK of MQTT 5 that refuses with this reason, and the end.
  void expectRefusal(Reason reason) throws IOException {
    String packet = read();
    assertEquals("20", packet.substring(0, Math.min(2, packet.length())), packet);
    assertEquals("00" + hex(reason.code), packet.substring(4, 8), packet);
    assertEquals("closed", read());
  }

  /// Expects a CONNACK of MQTT 5 that accepts.
  void expectWelcome(boolean sessionPresent) throws IOException {
    String packet = read();
    assertEquals("20", packet.substring(0, Math.min(2, packet.length())), packet);
    assertEquals((sessionPresent ? "01" : "00") + "00", packet.substring(4, 8), packet);
  }

  /// Nothing has come, as far as a ping after it shows: answers keep their order, but a ping overtakes what waits.
  void expectNothingButPong() throws IOException {
    send("c000");
    expect("d000");
  }

  /// Cuts the connection without DISCONNECT.
  @Override
  public void close() throws IOException {
    socket.close();
  }

  void shutdownOutput() throws IOException {
    socket.shutdownOutput();
  }
}
