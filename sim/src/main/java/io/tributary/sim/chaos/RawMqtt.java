package io.tributary.sim.chaos;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.locks.LockSupport;

/// One TCP connection that speaks MQTT 3.1.1 byte by byte, so that it can end in the middle of any
/// packet.
final class RawMqtt implements AutoCloseable {
  static final int CONNACK = 2;
  static final int PUBLISH = 3;
  static final int PUBACK = 4;
  static final int PUBREC = 5;
  static final int PUBREL = 6;
  static final int PUBCOMP = 7;
  static final int SUBACK = 9;

  private static final int TIMEOUT_MS = 10_000;
  private static final int LENGTH_BYTES_AT_MOST = 4;
  private static final long PAUSE_NANOS = 10_000_000;

  private final Socket socket;
  private final OutputStream out;
  private final DataInputStream in;

  /// A packet that has come.
  ///
  /// @param number its packet id; of a CONNACK: 256 where a session was kept, plus the return code
  /// @param flags the lower half of its first byte
  @SuppressWarnings("ArrayRecordComponent") // nobody compares packets
  record Packet(int type, int number, int flags, byte[] body) {
    int qos() {
      return flags >>> 1 & 3;
    }

    /// The packet id of a PUBLISH above QoS 0.
    int publishId() {
      int at = 2 + number;
      return (body[at] & 0xff) << 8 | (body[at + 1] & 0xff);
    }

    /// Of a PUBLISH, whose first two bytes are the length of its topic.
    String topic() {
      return new String(body, 2, number, StandardCharsets.UTF_8);
    }

    String payload() {
      int at = 2 + number + (qos() > 0 ? 2 : 0);
      return new String(body, at, body.length - at, StandardCharsets.UTF_8);
    }
  }

  /// Connects, again and again while nobody listens there yet.
  RawMqtt(InetSocketAddress address) throws IOException {
    socket = dial(address);
    socket.setTcpNoDelay(true);
    socket.setSoTimeout(TIMEOUT_MS);
    out = socket.getOutputStream();
    in = new DataInputStream(socket.getInputStream());
  }

  private static Socket dial(InetSocketAddress address) throws IOException {
    long deadline = System.nanoTime() + TIMEOUT_MS * 1_000_000L;
    while (true) {
      Socket socket = new Socket();
      try {
        socket.connect(address, TIMEOUT_MS);
        return socket;
      } catch (ConnectException e) {
        socket.close();
        if (System.nanoTime() > deadline) {
          throw e;
        }
        LockSupport.parkNanos(PAUSE_NANOS);
      }
    }
  }

  /// With the session of before, if there is one.
  static byte[] connect(String clientId) {
    byte[] id = clientId.getBytes(StandardCharsets.UTF_8);
    ByteBuffer body = ByteBuffer.allocate(12 + id.length);
    body.put(new byte[] {0, 4, 'M', 'Q', 'T', 'T', 4, 0, 0, 30});
    body.putShort((short) id.length).put(id);
    return packet(0x10, body.array());
  }

  static byte[] publish(String topic, int qos, boolean again, int id, String payload) {
    byte[] name = topic.getBytes(StandardCharsets.UTF_8);
    byte[] value = payload.getBytes(StandardCharsets.UTF_8);
    ByteBuffer body = ByteBuffer.allocate(4 + name.length + value.length);
    body.putShort((short) name.length).put(name).putShort((short) id).put(value);
    return packet(0x30 | qos << 1 | (again ? 8 : 0), body.array());
  }

  static byte[] pubrel(int id) {
    return packet(0x62, new byte[] {(byte) (id >> 8), (byte) id});
  }

  static byte[] retained(String topic, int id, String payload) {
    byte[] publish = publish(topic, 1, false, id, payload);
    publish[0] |= 1;
    return publish;
  }

  /// PUBACK, PUBREC, PUBREL or PUBCOMP.
  static byte[] answer(int type, int id) {
    int flags = type == PUBREL ? 2 : 0;
    return packet(type << 4 | flags, new byte[] {(byte) (id >> 8), (byte) id});
  }

  static byte[] subscribe(int id) {
    return subscribe(id, "x", 0);
  }

  static byte[] subscribe(int id, String filter, int qos) {
    byte[] text = filter.getBytes(StandardCharsets.UTF_8);
    ByteBuffer body = ByteBuffer.allocate(5 + text.length);
    body.putShort((short) id).putShort((short) text.length).put(text).put((byte) qos);
    return packet(0x82, body.array());
  }

  static byte[] unsubscribe(int id) {
    return packet(0xa2, new byte[] {(byte) (id >> 8), (byte) id, 0, 1, 'x'});
  }

  static byte[] pingreq() {
    return packet(0xc0, new byte[0]);
  }

  static byte[] disconnect() {
    return packet(0xe0, new byte[0]);
  }

  private static byte[] packet(int first, byte[] body) {
    ByteBuffer packet = ByteBuffer.allocate(1 + LENGTH_BYTES_AT_MOST + body.length);
    packet.put((byte) first);
    int left = body.length;
    do {
      packet.put((byte) (left % 128 | (left >= 128 ? 128 : 0)));
      left /= 128;
    } while (left > 0);
    packet.put(body);
    byte[] bytes = new byte[packet.position()];
    packet.get(0, bytes);
    return bytes;
  }

  void send(byte[] packet) throws IOException {
    out.write(packet);
  }

  /// The first bytes of a packet and no more.
  void sendPart(byte[] packet, int bytes) throws IOException {
    out.write(packet, 0, bytes);
  }

  Packet receive() throws IOException {
    int first = in.readUnsignedByte();
    int length = 0;
    for (int shift = 0, digit = 128; digit >= 128; shift += 7) {
      digit = in.readUnsignedByte();
      length |= (digit & 127) << shift;
    }
    byte[] body = in.readNBytes(length);
    if (body.length < length) {
      throw new EOFException("a packet that ends early");
    }
    int number = length < 2 ? 0 : ((body[0] & 0xff) << 8) | (body[1] & 0xff);
    return new Packet(first >> 4, number, first & 15, body);
  }

  /// Ends the connection by a reset, which also throws away what was not read yet.
  void reset() throws IOException {
    socket.setSoLinger(true, 0);
    socket.close();
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
